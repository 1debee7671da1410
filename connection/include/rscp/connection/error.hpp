// SPDX-License-Identifier: MIT
// What can go wrong on a connection, told apart: users of other clients see one message for a wrong
// key, a wrong password and a device that is switched off.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace rscp {

enum class ConnectionFault : std::uint8_t {
  Unreachable,    ///< no such host, refused, no route, or no TCP connection in time
  WrongKey,       ///< closed without an answer to the login, or an answer that decrypts to noise
  WrongPassword,  ///< the login was refused: level 0 as UChar8, Int32 0, or an Error
  AccessDenied,   ///< logged in, but not for this tag
  DeviceError,    ///< any other Error item in place of the value that was asked for
  Timeout,        ///< connected, but no answer in time
  Protocol,       ///< an answer that is no sound RSCP, or not one to the request
  Closed,         ///< the connection was lost after it had worked
  Cancelled,      ///< the caller closed it or gave up waiting
  Invalid,        ///< the request itself cannot be sent
};

/// "wrong key"
std::string_view name_of(ConnectionFault fault);

struct ConnectionError {
  ConnectionFault fault{};
  std::string message;  ///< one sentence, with host and port where that helps; no secrets
};

template <class T>
using Connected = std::expected<T, ConnectionError>;

inline std::unexpected<ConnectionError> connection_error(ConnectionFault fault,
                                                         std::string message) {
  return std::unexpected(ConnectionError{fault, std::move(message)});
}

}  // namespace rscp
