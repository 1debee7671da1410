// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "read_parts.hpp"
#include <rscp/scalar.hpp>

namespace rscp::simulator {
namespace {

const std::vector<std::string_view> kSpecKeys = {"type", "value", "error", "sequence", "then"};

std::optional<DataType> declared(Tag tag) {
  const TagInfo* info = Dictionary::builtin().find(tag);
  return info == nullptr ? std::nullopt : info->type;
}

std::optional<double> number_of(const std::string& text) {
  double number = 0;
  YAML::Node node(text);
  if (!YAML::convert<double>::decode(node, number)) return std::nullopt;
  return number;
}

template <class T>
std::optional<T> whole(const std::string& text) {
  T number = 0;
  const bool hex = text.starts_with("0x");
  const char* begin = text.data() + (hex ? 2 : 0);
  const auto [end, error] =
      std::from_chars(begin, text.data() + text.size(), number, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A scalar by what it looks like; the item's type decides later whether it fits.
Argument guess(const YAML::Node& node, const TagInfo* info, std::optional<DataType> type) {
  const std::string& text = node.Scalar();
  if (type == DataType::Timestamp) {
    if (const auto time = timestamp_from_string(text)) return *time;
  }
  if (type == DataType::ByteArray || type == DataType::Bitfield) {
    if (auto bytes = from_hex(text)) return *std::move(bytes);
  }
  if (is_quoted(node) || type == DataType::CString) return text;
  if (info != nullptr && info->enumeration != nullptr &&
      info->enumeration->kind != EnumerationKind::Text) {
    if (const auto number = info->enumeration->value_of(text)) return *number;
  }
  if (text == "true") return true;
  if (text == "false") return false;
  if (const auto number = whole<std::int64_t>(text)) return *number;
  if (const auto number = whole<std::uint64_t>(text)) return *number;
  if (const auto number = number_of(text)) return *number;
  return text;
}

std::optional<std::uint32_t> read_error(YamlReader& yaml, const YAML::Node& node) {
  const auto written = yaml.text(node, "an error");
  if (!written) return std::nullopt;
  if (const auto named = error_from_name(*written)) return named->value;
  if (const auto number = whole<std::uint32_t>(*written)) return number;
  yaml.fail(node, "unknown error " + *written +
                      nearest(*written,
                              {"NOT_HANDLED", "ACCESS_DENIED", "FORMAT", "AGAIN", "OUT_OF_BOUNDS",
                               "NOT_AVAILABLE", "UNKNOWN_TAG", "ALREADY_IN_USE"}));
  return std::nullopt;
}

bool is_spec(const YAML::Node& node) {
  if (!node.IsMap() || node.size() == 0) return false;
  const auto first = node.begin()->first;
  return first.IsScalar() && std::ranges::find(kSpecKeys, first.Scalar()) != kSpecKeys.end();
}

void read_children(YamlReader& yaml, const YAML::Node& node, ValueTemplate& result) {
  result.children.emplace();
  const auto add = [&](const YAML::Node& key, const YAML::Node& value) {
    const auto tag = yaml.tag(key);
    if (!tag) return;
    if (auto child = read_value(yaml, value, *tag)) {
      result.children->push_back({*tag, *std::move(child)});
    }
  };
  if (node.IsMap()) {
    yaml.each_member(node, "a container", add);
    return;
  }
  // A list keeps repeated tags apart.
  yaml.each(node, [&](const YAML::Node& element) {
    if (element.IsScalar()) {
      add(element, YAML::Node());
    } else {
      yaml.each_member(element, "a container's item", add);
    }
  });
}

// Whether the literal can be an item of that type at all: told now, with its place.
bool check_literal(YamlReader& yaml, const YAML::Node& node, Tag tag, std::optional<DataType> type,
                   const Argument& literal) {
  if (tag == kAnyTag && !type) return true;
  if (!type) {
    yaml.fail(node, Dictionary::builtin().label(tag) +
                        " has no declared type: say which, as {type: Int32, value: 7}");
    return false;
  }
  const auto made = Value::make(tag, *type, literal);
  if (!made) yaml.fail(node, made.error().message);
  return made.has_value();
}

std::optional<ValueTemplate> read_spec(YamlReader& yaml, const YAML::Node& node, Tag tag,
                                       std::optional<DataType> type) {
  ValueTemplate result;
  result.place = yaml.place(node);
  YAML::Node value;
  YAML::Node sequence;
  bool has_value = false;
  bool has_sequence = false;
  yaml.members(node, "a value",
               {{"type",
                 [&](const YAML::Node& n) {
                   const auto name = yaml.text(n, "a type");
                   if (!name) return;
                   type = data_type_from_name(*name);
                   if (!type) yaml.fail(n, "unknown type " + *name);
                 }},
                {"value",
                 [&](const YAML::Node& n) {
                   value.reset(n);
                   has_value = true;
                 }},
                {"error", [&](const YAML::Node& n) { result.error = read_error(yaml, n); }},
                {"sequence",
                 [&](const YAML::Node& n) {
                   sequence.reset(n);
                   has_sequence = true;
                 }},
                {"then", [&](const YAML::Node& n) {
                   if (const auto word = yaml.word(n, "then", {"last", "loop", "error", "model"})) {
                     result.then = static_cast<SequenceEnd>(*word);
                   }
                 }}});
  if (has_value) return read_value(yaml, value, tag, type);
  if (has_sequence) {
    if (!sequence.IsSequence() || sequence.size() == 0) {
      yaml.fail(sequence, "a sequence must be a list of values");
      return std::nullopt;
    }
    yaml.each(sequence, [&](const YAML::Node& element) {
      if (auto one = read_value(yaml, element, tag, type)) {
        result.sequence.push_back(*std::move(one));
      }
    });
    return result;
  }
  if (!result.error) {
    yaml.fail(node, "a value needs one of: value, error, sequence");
    return std::nullopt;
  }
  return result;
}

// The tag in the last step of a path: it gives the type. kAnyTag if that is a pattern.
Tag last_tag(const std::string& path) {
  std::size_t depth = 0;
  std::size_t begin = 0;
  std::size_t end = path.size();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '(' && depth++ == 0) end = i;
    if (path[i] == ')' && depth > 0) --depth;
    if (path[i] == '/' && depth == 0) {
      begin = i + 1;
      end = path.size();
    }
  }
  return Dictionary::builtin().resolve(path.substr(begin, end - begin)).value_or(kAnyTag);
}

}  // namespace

Result<Override> override_of(const std::string& key) {
  Override entry;
  entry.key = key;
  if (key.find_first_of("/(*?") != std::string::npos) {
    auto path = PathQuery::parse(key);
    if (!path) return std::unexpected(std::move(path.error()));
    entry.path = *std::move(path);
    return entry;
  }
  const Dictionary& dictionary = Dictionary::builtin();
  entry.tag = dictionary.resolve(key);
  if (!entry.tag) {
    return failure(ErrorKind::Invalid, "1:1",
                   "unknown tag " + key + dictionary.suggestion_text(key));
  }
  // Named by the request or by the answer: the answer is what is meant.
  const TagInfo* info = dictionary.find(*entry.tag);
  if (info != nullptr && info->name.find("REQ_") != std::string_view::npos) {
    entry.tag = dictionary.answer_to(*entry.tag);
  }
  return entry;
}

Script read_script(YamlReader& yaml, const YAML::Node& node) {
  Script script;
  script.place = yaml.place(node);
  if (auto text = yaml.text(node, "a script")) script.source = *std::move(text);
  script.block = script.source.find('\n') != std::string::npos;
  return script;
}

std::optional<Argument> read_literal(YamlReader& yaml, const YAML::Node& node, Tag tag) {
  if (!node.IsScalar()) {
    yaml.fail(node, "a value to compare with must be a number, text, true or false");
    return std::nullopt;
  }
  const TagInfo* info = Dictionary::builtin().find(tag);
  return guess(node, info, info == nullptr ? std::nullopt : info->type);
}

std::optional<ValueTemplate> read_value(YamlReader& yaml, const YAML::Node& node, Tag tag,
                                        std::optional<DataType> type) {
  if (is_spec(node)) return read_spec(yaml, node, tag, type);
  const TagInfo* info = Dictionary::builtin().find(tag);
  ValueTemplate result;
  result.place = yaml.place(node);
  result.type = type;
  const auto used = type ? type : declared(tag);
  if (!node.IsDefined() || node.IsNull()) {
    if (used == DataType::Container) {
      result.children.emplace();
    } else {
      result.type = DataType::None;
      result.literal = Argument(0);
    }
    return result;
  }
  if (node.IsMap() || node.IsSequence()) {
    read_children(yaml, node, result);
    return result;
  }
  if (node.Scalar().starts_with('=')) {
    Script script = read_script(yaml, node);
    script.source = "return " + script.source.substr(1);
    result.expression = std::move(script);
    return result;
  }
  result.literal = guess(node, info, used);
  if (!check_literal(yaml, node, tag, used, *result.literal)) return std::nullopt;
  return result;
}

void read_values(YamlReader& yaml, const YAML::Node& node, std::vector<Override>& values) {
  yaml.each_member(node, "values", [&](const YAML::Node& key, const YAML::Node& value) {
    auto entry = override_of(key.Scalar());
    if (!entry) return yaml.fail(key, text_place(entry.error()).column - 1, entry.error().message);
    auto what = read_value(yaml, value, entry->tag.value_or(last_tag(entry->key)));
    if (!what) return;
    entry->value = *std::move(what);
    values.push_back(*std::move(entry));
  });
}

void read_handlers(YamlReader& yaml, const YAML::Node& node, std::vector<Handler>& handlers) {
  yaml.each(node, [&](const YAML::Node& element) {
    std::optional<PathQuery> match;
    std::optional<Script> script;
    YAML::Node answer;
    bool has_answer = false;
    bool silent = false;
    yaml.members(element, "a handler",
                 {{"match", [&](const YAML::Node& n) { match = yaml.path(n); }},
                  {"lua", [&](const YAML::Node& n) { script = read_script(yaml, n); }},
                  {"silent", [&](const YAML::Node& n) { yaml.into(n, "silent", silent); }},
                  {"answer", [&](const YAML::Node& n) {
                     answer.reset(n);
                     has_answer = true;
                   }}});
    if (!element.IsMap()) return;
    if (!match) {
      if (!element["match"]) yaml.fail(element, "a handler needs match, a path to requests");
      return;
    }
    const int ways = (script ? 1 : 0) + (has_answer ? 1 : 0) + (silent ? 1 : 0);
    if (ways != 1) {
      return yaml.fail(element, "a handler needs one of: answer, lua, silent");
    }
    Handler handler{*std::move(match), std::move(script), std::nullopt, silent,
                    yaml.place(element)};
    if (has_answer) {
      const std::string& path = handler.match.text();
      const auto request = Dictionary::builtin().resolve(path.substr(0, path.find_first_of("(/")));
      handler.answer =
          read_value(yaml, answer, request ? Dictionary::builtin().answer_to(*request) : kAnyTag);
      if (!handler.answer) return;
    }
    handlers.push_back(std::move(handler));
  });
}

}  // namespace rscp::simulator
