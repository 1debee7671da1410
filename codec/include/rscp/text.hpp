// SPDX-License-Identifier: MIT
// The readable form of values. It is two-way: what is printed can be read again and gives the
// same bytes.
//
//     BAT_REQ_DATA {
//       BAT_INDEX: 0
//       BAT_REQ_RSOC
//     }
//
// An item is a tag (name or 0x code), then nothing, ": LITERAL", ": TYPE LITERAL" or
// "{ ITEMS }". The type is written where it is not the one that the dictionary declares. Literals:
//
//     12  -3  0x1F  2.5  nan  -inf     numbers
//     true  false                      Bool
//     "text"                           with \" \\ \n \r \t \xNN
//     DISCHARGE  NOT_AVAILABLE         a name of the tag's enumeration, or of an error
//     2026-01-01T00:00:00Z  @1700000000.0   a time
//     x'00ff'                          the payload's bytes, for any type
//
// Items are separated by white space or commas. ~x'00ff' at the end of a container stands for bytes
// that are no item. # begins a comment.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

struct TextOptions {
  const Dictionary* dictionary = nullptr;  ///< null: the built-in one
  bool show_secrets = false;               ///< print passwords instead of ********
  bool multi_line = true;                  ///< one item a line, containers indented
  bool comments = true;                    ///< units and names of numbers; only with multi_line
  std::size_t indent = 0;                  ///< spaces before each line
};

std::string to_text(const Value& value, const TextOptions& options = {});
/// One after another; also prints bytes behind the last item.
std::string to_text(std::span<const Value> values, Bytes trailing, const TextOptions& options = {});

/// Counting from 1, columns in bytes.
struct TextPlace {
  std::size_t line = 1;
  std::size_t column = 1;
};
/// The place "line:column" of an error of what follows and of PathQuery::parse as numbers: for a
/// text that stands inside another one.
TextPlace text_place(const Error& error);

struct ParsedText {
  std::vector<Value> values;
  ByteBuffer trailing;
};

/// Reads any number of items. Nesting deeper than kMaxDepth is an error. The place of an error is
/// "line:column".
Result<ParsedText> parse_text(std::string_view text,
                              const Dictionary& dictionary = Dictionary::builtin());

/// Reads exactly one item.
Result<Value> value_from_text(std::string_view text,
                              const Dictionary& dictionary = Dictionary::builtin());

}  // namespace rscp::inline v0_1
