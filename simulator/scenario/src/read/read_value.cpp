// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "read_parts.hpp"
#include <rscp/scalar.hpp>

namespace rscp::scenario {
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

Container read_container(YamlReader& yaml, const YAML::Node& node) {
  Container container;
  const auto add = [&](const YAML::Node& key, const YAML::Node& value) {
    const auto tag = yaml.tag(key);
    if (!tag) return;
    if (auto child = read_value(yaml, value, *tag)) {
      container.items.push_back({*tag, *std::move(child)});
    }
  };
  if (node.IsMap()) {
    yaml.each_member(node, "a container", add);
    return container;
  }
  // A list keeps repeated tags apart.
  yaml.each(node, [&](const YAML::Node& element) {
    if (element.IsScalar()) {
      add(element, YAML::Node());
    } else {
      yaml.each_member(element, "a container's item", add);
    }
  });
  return container;
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

std::optional<ValueTemplate> read_sequence(YamlReader& yaml, const YAML::Node& node,
                                           const SourcePlace& place, SequenceEnd then, Tag tag,
                                           std::optional<DataType> type) {
  if (!node.IsSequence() || node.size() == 0) {
    yaml.fail(node, "a sequence must be a list of values");
    return std::nullopt;
  }
  Sequence sequence;
  sequence.then = then;
  yaml.each(node, [&](const YAML::Node& element) {
    if (auto one = read_value(yaml, element, tag, type)) {
      sequence.values.push_back(*std::move(one));
    }
  });
  return ValueTemplate{std::move(sequence), place};
}

std::optional<ValueTemplate> read_spec(YamlReader& yaml, const YAML::Node& node, Tag tag,
                                       std::optional<DataType> type) {
  YAML::Node value;
  YAML::Node sequence;
  bool has_value = false;
  bool has_sequence = false;
  std::optional<std::uint32_t> error;
  auto then = SequenceEnd::Last;
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
                {"error", [&](const YAML::Node& n) { error = read_error(yaml, n); }},
                {"sequence",
                 [&](const YAML::Node& n) {
                   sequence.reset(n);
                   has_sequence = true;
                 }},
                {"then", [&](const YAML::Node& n) {
                   if (const auto word = yaml.word(n, "then", {"last", "loop", "error", "model"})) {
                     then = static_cast<SequenceEnd>(*word);
                   }
                 }}});
  if (has_value) return read_value(yaml, value, tag, type);
  if (has_sequence) return read_sequence(yaml, sequence, yaml.place(node), then, tag, type);
  if (error) return ValueTemplate{ErrorItem{*error}, yaml.place(node)};
  yaml.fail(node, "a value needs one of: value, error, sequence");
  return std::nullopt;
}

}  // namespace

Script read_script(YamlReader& yaml, const YAML::Node& node) {
  Script script;
  script.place = yaml.place(node);
  if (auto text = yaml.text(node, "a script")) script.source = *std::move(text);
  script.block = script.source.find('\n') != std::string::npos;
  return script;
}

void read_scripts(YamlReader& yaml, const YAML::Node& node, std::vector<Script>& scripts) {
  if (!node.IsSequence()) return scripts.push_back(read_script(yaml, node));
  yaml.each(node, [&](const YAML::Node& one) { scripts.push_back(read_script(yaml, one)); });
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
  const auto used = type ? type : declared(tag);
  const SourcePlace place = yaml.place(node);
  if (!node.IsDefined() || node.IsNull()) {
    if (used == DataType::Container) return ValueTemplate{Container{}, place};
    return ValueTemplate{NoPayload{}, place};
  }
  if (node.IsMap() || node.IsSequence()) return ValueTemplate{read_container(yaml, node), place};
  if (node.Scalar().starts_with('=')) {
    Script script = read_script(yaml, node);
    script.source = "return " + script.source.substr(1);
    return ValueTemplate{Expression{std::move(script), type}, place};
  }
  Argument literal = guess(node, Dictionary::builtin().find(tag), used);
  if (!check_literal(yaml, node, tag, used, literal)) return std::nullopt;
  return ValueTemplate{Literal{std::move(literal), type}, place};
}

void read_values(YamlReader& yaml, const YAML::Node& node, std::vector<Override>& values) {
  yaml.each_member(node, "values", [&](const YAML::Node& key, const YAML::Node& value) {
    auto entry = override_of(key.Scalar());
    if (!entry) return yaml.fail(key, text_place(entry.error()).column - 1, entry.error().message);
    auto what = read_value(yaml, value, tag_of(*entry));
    if (!what) return;
    entry->value = *std::move(what);
    add_override(values, *std::move(entry));
  });
}

}  // namespace rscp::scenario
