// SPDX-License-Identifier: MIT
#include <ostream>

#include <rscp/ostream.hpp>
#include <rscp/text.hpp>

namespace rscp::inline v0_1 {

std::ostream& operator<<(std::ostream& out, const Value& value) {
  TextOptions options;
  options.multi_line = false;
  return out << to_text(value, options);
}

std::ostream& operator<<(std::ostream& out, Timestamp time) { return out << to_string(time); }

std::ostream& operator<<(std::ostream& out, ErrorCode error) {
  return out << to_string(Scalar(error), ScalarStyle::Literal);
}

std::ostream& operator<<(std::ostream& out, Tag tag) {
  return out << Dictionary::builtin().label(tag);
}

std::ostream& operator<<(std::ostream& out, DataType type) { return out << name_of(type); }

std::ostream& operator<<(std::ostream& out, Direction direction) {
  return out << name_of(direction);
}

std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.to_string(); }

}  // namespace rscp::inline v0_1
