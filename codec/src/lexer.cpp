// SPDX-License-Identifier: MIT
#include "lexer.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "ascii.hpp"

namespace rscp::inline v0_1 {
namespace {

bool is_name_char(char c) { return ascii::is_letter(c) || ascii::is_digit(c) || c == '_'; }

// 0x and digits, as the two's complement of the sign asks for.
std::optional<Literal> hex_number(std::string_view text, bool negative) {
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data(), last, value, 16);
  if (status != std::errc() || end != last) return std::nullopt;
  if (!negative) return value;
  constexpr auto kLimit = std::uint64_t{1} << 63U;
  if (value > kLimit) return std::nullopt;
  return value == kLimit ? std::numeric_limits<std::int64_t>::min()
                         : -static_cast<std::int64_t>(value);
}

template <class T>
std::optional<T> whole(std::string_view text) {
  T value{};
  const char* last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data(), last, value);
  if (status != std::errc() || end != last) return std::nullopt;
  return value;
}

std::optional<Literal> number_from(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text;
  if (negative || text.starts_with('+')) digits.remove_prefix(1);
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    return hex_number(digits.substr(2), negative);
  }
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return std::nullopt;
  const std::string_view number = negative ? text : digits;
  if (const auto n = whole<std::int64_t>(number)) return *n;
  if (const auto n = whole<std::uint64_t>(number)) return *n;
  // Not "infinity" or "nan(...)", which from_chars would take as well.
  if (digits == "inf" || digits == "nan" || ascii::is_digit(digits[0]) || digits[0] == '.') {
    if (const auto d = whole<double>(number)) return *d;
  }
  return std::nullopt;
}

}  // namespace

TextPlace text_place(const Error& error) {
  TextPlace place;
  const char* last = error.place.data() + error.place.size();
  const auto line = std::from_chars(error.place.data(), last, place.line);
  if (line.ptr != last && *line.ptr == ':') std::from_chars(line.ptr + 1, last, place.column);
  return place;
}

void Lexer::skip_space() {
  while (!at_end()) {
    if (peek() == '#') {
      while (!at_end() && peek() != '\n') ++at_;
    } else if (ascii::is_space(peek())) {
      ++at_;
    } else {
      return;
    }
  }
}

bool Lexer::accept(std::string_view expected) {
  if (text_.substr(at_, expected.size()) != expected) return false;
  at_ += expected.size();
  return true;
}

std::string_view Lexer::word(bool pattern) {
  const std::size_t start = at_;
  while (is_name_char(peek()) || (pattern && (peek() == '*' || peek() == '?'))) ++at_;
  return text_.substr(start, at_ - start);
}

std::unexpected<Error> Lexer::error_at(std::size_t offset, std::string message) const {
  const std::string_view before = text_.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? offset + 1 : offset - newline;
  return failure(ErrorKind::Invalid, std::to_string(line) + ':' + std::to_string(column),
                 std::move(message));
}

std::string Lexer::found() const {
  if (at_end()) return "the end";
  constexpr std::size_t kShown = 20;
  std::size_t length = 1;
  if (is_name_char(peek())) {
    while (length < kShown && at_ + length < text_.size() && is_name_char(text_[at_ + length])) {
      ++length;
    }
  }
  return '"' + repair_utf8(text_.substr(at_, length)) + '"';
}

Result<Literal> Lexer::literal() {
  const char c = peek();
  if (c == '"') return quoted(c);
  if (c == 'x' && text_.substr(at_, 2) == "x'") return hex_bytes();
  if (ascii::is_digit(c) || c == '-' || c == '+' || c == '.' || c == '@') return number_or_time();
  const std::size_t start = at_;
  const std::string_view name = word();
  if (name.empty()) return error("expected a value, found " + found());
  if (name == "nan" || name == "inf") {
    at_ = start;
    return number_or_time();
  }
  return Word{name};
}

Result<Literal> Lexer::number_or_time() {
  const std::size_t start = at_;
  const auto belongs = [&] {
    const char c = peek();
    if (is_name_char(c) || c == '.' || c == ':' || c == '@') return true;
    return c == '-' || c == '+';
  };
  while (belongs()) ++at_;
  const std::string_view text = text_.substr(start, at_ - start);
  if (const auto number = number_from(text)) return *number;
  if (const auto time = timestamp_from_string(text)) return *time;
  constexpr std::size_t kShown = 40;
  return error_at(start,
                  "\"" + std::string(text.substr(0, kShown)) + "\" is no number and no time");
}

Result<Literal> Lexer::quoted(char quote) {
  const std::size_t start = at_++;
  std::string result;
  while (true) {
    if (at_end() || peek() == '\n') return error_at(start, "the closing quote is missing");
    const char c = text_[at_++];
    if (c == quote) return result;
    if (c != '\\') {
      result += c;
      continue;
    }
    const char escape = peek();
    ++at_;
    switch (escape) {
      case 'n':
        result += '\n';
        break;
      case 'r':
        result += '\r';
        break;
      case 't':
        result += '\t';
        break;
      case '"':
      case '\\':
        result += escape;
        break;
      case 'x': {
        const auto byte = from_hex(text_.substr(std::min(at_, text_.size()), 2));
        if (!byte || byte->size() != 1) {
          return error_at(at_ - 2, "\\x needs two hexadecimal digits");
        }
        result += static_cast<char>((*byte)[0]);
        at_ += 2;
        break;
      }
      default:
        return error_at(at_ - 2, "unknown escape; known are \\\" \\\\ \\n \\r \\t \\xNN");
    }
  }
}

Result<Literal> Lexer::hex_bytes() {
  const std::size_t start = at_;
  at_ += 2;
  const std::size_t end = text_.find('\'', at_);
  if (end == std::string_view::npos) return error_at(start, "the closing ' of x'...' is missing");
  auto bytes = from_hex(text_.substr(at_, end - at_));
  if (!bytes) return error_at(start, "x'...' takes pairs of hexadecimal digits");
  at_ = end + 1;
  return *std::move(bytes);
}

namespace {

struct ArgumentMaker {
  Tag tag;
  DataType type;
  const Dictionary& dictionary;

  Result<Argument> operator()(const Word& word) const {
    if (type == DataType::Bool && (word.text == "true" || word.text == "false")) {
      return Argument(word.text == "true");
    }
    if (type == DataType::Error) {
      if (const auto error = error_from_name(word.text)) return Argument(*error);
      return failure(ErrorKind::Invalid, "unknown error name " + std::string(word.text));
    }
    const TagInfo* info = dictionary.find(tag);
    if (is_integer(type) && info != nullptr && info->enumeration != nullptr) {
      if (const auto value = info->enumeration->value_of(word.text)) return Argument(*value);
      return failure(ErrorKind::Invalid,
                     std::string(word.text) + " is no " + std::string(info->enumeration->name));
    }
    return failure(ErrorKind::Invalid, std::string(word.text) + " is no " + name_of(type));
  }

  template <class T>
  Result<Argument> operator()(const T& value) const {
    return Argument(value);
  }
};

}  // namespace

Result<Argument> to_argument(const Literal& literal, Tag tag, DataType type,
                             const Dictionary& dictionary) {
  return std::visit(ArgumentMaker{tag, type, dictionary}, literal);
}

}  // namespace rscp::inline v0_1
