// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cmath>

#include <rscp/dictionary.hpp>
#include <rscp/scenario/value_template.hpp>

namespace rscp::scenario {
namespace {

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

// As it would be written: whole numbers without a point, a Float32 as short as it is.
template <class Real>
Argument number(Real real) {
  constexpr Real kAllWhole = Real{1} / std::numeric_limits<Real>::epsilon();
  if (std::isfinite(real) && real == std::floor(real) && std::abs(real) < kAllWhole &&
      !(real == 0 && std::signbit(real))) {
    return static_cast<std::int64_t>(real);
  }
  const std::string text = to_string(real);
  double shortest = static_cast<double>(real);
  if (std::isfinite(real)) std::from_chars(text.data(), text.data() + text.size(), shortest);
  return shortest;
}

// Of an item that is no container; nothing if its type does not say all of its payload.
std::optional<Argument> literal_of(const Value& value) {
  if (!is_canonical(value.type(), value.payload())) return std::nullopt;
  const auto scalar = value.scalar();
  if (!scalar) return std::nullopt;
  if (const auto* flag = std::get_if<bool>(&*scalar)) return *flag;
  if (const auto* n = std::get_if<std::int64_t>(&*scalar)) return *n;
  if (const auto* n = std::get_if<std::uint64_t>(&*scalar)) {
    if (*n > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return *n;
    return static_cast<std::int64_t>(*n);
  }
  if (const auto* n = std::get_if<float>(&*scalar)) return number(*n);
  if (const auto* n = std::get_if<double>(&*scalar)) return number(*n);
  if (const auto* time = std::get_if<Timestamp>(&*scalar)) return *time;
  if (const auto* bytes = std::get_if<Bytes>(&*scalar)) {
    if (value.type() != DataType::ByteArray && value.type() != DataType::Bitfield) {
      return std::nullopt;
    }
    return ByteBuffer(bytes->begin(), bytes->end());
  }
  const auto* text = std::get_if<std::string_view>(&*scalar);
  if (text == nullptr || !can_say(*text)) return std::nullopt;
  return *text;
}

}  // namespace

bool operator==(const Container& a, const Container& b) { return a.items == b.items; }

bool operator==(const Sequence& a, const Sequence& b) {
  return a.then == b.then && a.values == b.values;
}

bool operator==(const ValueTemplate& a, const ValueTemplate& b) { return a.what == b.what; }

Result<Override> override_of(const std::string& key) {
  if (key.find_first_of("/(*?") != std::string::npos) {
    auto path = PathQuery::parse(key);
    if (!path) return std::unexpected(std::move(path.error()));
    return Override{key, *std::move(path), {}};
  }
  const Dictionary& dictionary = Dictionary::builtin();
  auto tag = dictionary.resolve(key);
  if (!tag) {
    return failure(ErrorKind::Invalid, "1:1",
                   "unknown tag " + key + dictionary.suggestion_text(key));
  }
  // Named by the request or by the answer: the answer is what is meant.
  const TagInfo* info = dictionary.find(*tag);
  if (info != nullptr && info->name.find("REQ_") != std::string_view::npos) {
    tag = dictionary.answer_to(*tag);
  }
  return Override{key, *tag, {}};
}

void add_override(std::vector<Override>& values, Override entry) {
  std::erase_if(values, [&](const Override& one) { return one.key == entry.key; });
  values.push_back(std::move(entry));
}

Tag tag_of(const Override& entry) {
  const Tag* tag = std::get_if<Tag>(&entry.target);
  return tag != nullptr ? *tag : last_tag(entry.key);
}

bool can_say(std::string_view text) { return is_utf8(text) && !text.starts_with('='); }

std::optional<ValueTemplate> template_of(const Value& value) {
  if (!value.trailing().empty()) return std::nullopt;
  if (value.is_container()) {
    Container container;
    for (const Value& child : value.children()) {
      auto inner = template_of(child);
      if (!inner) return std::nullopt;
      container.items.push_back({child.tag(), *std::move(inner)});
    }
    return ValueTemplate{std::move(container), {}};
  }
  if (const auto error = value.error()) return ValueTemplate{ErrorItem{error->value}, {}};
  if (value.type() == DataType::None) return ValueTemplate{NoPayload{}, {}};
  auto literal = literal_of(value);
  if (!literal) return std::nullopt;
  const TagInfo* info = Dictionary::builtin().find(value.tag());
  const bool declared = info != nullptr && info->type == value.type();
  return ValueTemplate{
      Literal{*std::move(literal), declared ? std::nullopt : std::optional(value.type())}, {}};
}

}  // namespace rscp::scenario
