// SPDX-License-Identifier: MIT
// The one error of all libraries. What is wrong with bytes from the wire has a form of its own,
// with offset and path: decode_error.hpp.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace rscp::inline v0_1 {

/// What went wrong, as far as a program acts on it: it is told apart by `kind`, a person by
/// `message`.
enum class ErrorKind : std::uint8_t {
  Mismatch,       ///< an expectation failed or a difference was found
  Invalid,        ///< what was given cannot be used: an option, text, rule, scenario or value
  NotFound,       ///< a request nothing matched, or a recording that is used up
  AccessDenied,   ///< logged in, but not for this tag
  DeviceError,    ///< any other Error item in place of the value that was asked for
  MissingKey,     ///< nothing to decrypt with
  WrongKey,       ///< bytes that decrypt to noise, or a login that is not answered
  WrongPassword,  ///< the login was refused: level 0 as UChar8, Int32 0, or an Error
  InputOutput,    ///< a file that cannot be read or written, or holds something else
  Unreachable,    ///< no such host, refused, no route, or no TCP connection in time
  Timeout,        ///< connected, but no answer in time
  Protocol,       ///< bytes that are no sound RSCP, or an answer to another request
  Closed,         ///< the connection was lost after it had worked
  Cancelled,      ///< the caller closed it or gave up waiting
};

/// "wrong key"
std::string_view name_of(ErrorKind kind);

/// What the `rscp` command exits with: 1 an expectation failed or a difference was found; 2 bad
/// usage, scenario or rule; 3 nothing matched, or the device refused; 4 wrong or missing key or
/// password; 5 input/output.
int exit_code(ErrorKind kind);

struct Error {
  ErrorKind kind{};
  /// Where: a file, "file:line:column", "line:column", host and port, an option; may be empty.
  std::string place;
  std::string message;  ///< one sentence, without the place and without secrets

  /// "place: message"
  [[nodiscard]] std::string to_string() const;
  /// The same fault, seen from further out: `outer` in front of the place. With a place that begins
  /// with a number they are joined by a colon ("file" and "3:14"), otherwise by a comma.
  [[nodiscard]] Error within(std::string_view outer) const;
};

template <class T>
using Result = std::expected<T, Error>;

/// return failure(ErrorKind::Invalid, "--port", "is no number");
inline std::unexpected<Error> failure(ErrorKind kind, std::string place, std::string message) {
  return std::unexpected(Error{kind, std::move(place), std::move(message)});
}
/// The same without a place.
inline std::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return failure(kind, {}, std::move(message));
}

}  // namespace rscp::inline v0_1
