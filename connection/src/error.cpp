// SPDX-License-Identifier: MIT
#include <rscp/connection/error.hpp>

namespace rscp {

std::string_view name_of(ConnectionFault fault) {
  switch (fault) {
    case ConnectionFault::Unreachable:
      return "unreachable";
    case ConnectionFault::WrongKey:
      return "wrong key";
    case ConnectionFault::WrongPassword:
      return "wrong password";
    case ConnectionFault::AccessDenied:
      return "access denied";
    case ConnectionFault::DeviceError:
      return "device error";
    case ConnectionFault::Timeout:
      return "timeout";
    case ConnectionFault::Protocol:
      return "protocol error";
    case ConnectionFault::Closed:
      return "connection lost";
    case ConnectionFault::Cancelled:
      return "cancelled";
    case ConnectionFault::Invalid:
      return "invalid request";
  }
  return "unknown";
}

}  // namespace rscp
