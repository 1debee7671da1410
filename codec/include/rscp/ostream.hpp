// SPDX-License-Identifier: MIT
// std::cout << value, with passwords masked. Apart, so that who prints otherwise need not have it.
#pragma once

#include <iosfwd>

#include <rscp/direction.hpp>
#include <rscp/error.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// The text form on one line.
std::ostream& operator<<(std::ostream& out, const Value& value);
std::ostream& operator<<(std::ostream& out, Timestamp time);
/// "NOT_AVAILABLE", or the number.
std::ostream& operator<<(std::ostream& out, ErrorCode error);
/// The name, or "0x01800001".
std::ostream& operator<<(std::ostream& out, Tag tag);
std::ostream& operator<<(std::ostream& out, DataType type);
std::ostream& operator<<(std::ostream& out, Direction direction);
/// "place: message"
std::ostream& operator<<(std::ostream& out, const Error& error);

}  // namespace rscp::inline v0_1
