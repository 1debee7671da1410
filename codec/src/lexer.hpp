// SPDX-License-Identifier: MIT
// What the text form and path queries have in common: words, literals, places.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <rscp/text.hpp>

namespace rscp::inline v0_1 {

/// A name: of a tag, a type, an enumeration's entry, an error; or true and false.
struct Word {
  std::string_view text;
};

/// A literal before it is known for which type it is meant.
using Literal =
    std::variant<Word, std::int64_t, std::uint64_t, double, std::string, ByteBuffer, Timestamp>;

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// Passes white space and comments.
  void skip_space();
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  /// Passes `expected` if it comes next.
  bool accept(std::string_view expected);
  /// The run of name characters that comes next, with * and ? if `pattern`; may be empty.
  std::string_view word(bool pattern = false);
  Result<Literal> literal();

  [[nodiscard]] std::size_t offset() const { return at_; }
  void rewind(std::size_t offset) { at_ = offset; }
  [[nodiscard]] std::unexpected<Error> error(std::string message) const {
    return error_at(at_, std::move(message));
  }
  [[nodiscard]] std::unexpected<Error> error_at(std::size_t offset, std::string message) const;
  /// What comes next, for "expected X, found Y".
  [[nodiscard]] std::string found() const;

 private:
  Result<Literal> number_or_time();
  Result<Literal> quoted(char quote);
  Result<Literal> hex_bytes();

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The Argument that `literal` is for an item of this tag and type; the error is one sentence.
Result<Argument> to_argument(const Literal& literal, Tag tag, DataType type,
                             const Dictionary& dictionary);

}  // namespace rscp::inline v0_1
