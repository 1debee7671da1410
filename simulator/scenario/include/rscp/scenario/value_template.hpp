// SPDX-License-Identifier: MIT
// What a scenario wants an item to be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <rscp/path.hpp>
#include <rscp/scenario/source_place.hpp>
#include <rscp/value.hpp>

namespace rscp::scenario {

/// A number, text, bytes or a time.
struct Literal {
  Argument value;
  std::optional<DataType> type;  ///< overrides the dictionary's
  friend bool operator==(const Literal&, const Literal&) = default;
};

/// An item without a payload, of type None.
struct NoPayload {
  friend bool operator==(const NoPayload&, const NoPayload&) = default;
};

/// An Error item.
struct ErrorItem {
  std::uint32_t code = 0;
  friend bool operator==(const ErrorItem&, const ErrorItem&) = default;
};

/// Lua, evaluated at each answer; its source begins with "return".
struct Expression {
  Script script;
  std::optional<DataType> type;  ///< overrides the dictionary's
  friend bool operator==(const Expression&, const Expression&) = default;
};

struct ContainerItem;

/// A container with these items.
struct Container {
  std::vector<ContainerItem> items;
  friend bool operator==(const Container&, const Container&);
};

struct ValueTemplate;

/// What comes when a sequence is used up.
enum class SequenceEnd : std::uint8_t { Last, Loop, Error, Model };

/// One after another, one an answer.
struct Sequence {
  std::vector<ValueTemplate> values;
  SequenceEnd then = SequenceEnd::Last;
  friend bool operator==(const Sequence&, const Sequence&);
};

/// What an item shall be.
struct ValueTemplate {
  std::variant<NoPayload, Literal, ErrorItem, Expression, Container, Sequence> what;
  SourcePlace place;
  friend bool operator==(const ValueTemplate&, const ValueTemplate&);
};

struct ContainerItem {
  Tag tag{};
  ValueTemplate value;
  friend bool operator==(const ContainerItem&, const ContainerItem&) = default;
};

/// Replaces what the model answers.
struct Override {
  std::string key;                      ///< as written
  std::variant<Tag, PathQuery> target;  ///< every item of that name, or those that a path selects
  ValueTemplate value;
  friend bool operator==(const Override&, const Override&) = default;
};

/// An override that has no value yet, of a key as in `values`: a tag (that of a request means its
/// answer), or a path to items of answers.
Result<Override> override_of(const std::string& key);

/// Puts an override behind the others; it takes the place of one with the same key.
void add_override(std::vector<Override>& values, Override entry);

/// The template that gives exactly this value; nothing if it holds bytes that a scenario cannot
/// say, or text that would be taken for an expression.
std::optional<ValueTemplate> template_of(const Value& value);
/// Whether a literal can be this text.
bool can_say(std::string_view text);

/// Stands where the tag is known only when an answer is there.
inline constexpr Tag kAnyTag{0xFFFFFFFF};
/// The tag that decides the type of an override's value.
Tag tag_of(const Override& entry);

}  // namespace rscp::scenario
