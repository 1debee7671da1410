// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>

#include <rscp/error.hpp>

namespace rscp::inline v0_1 {
namespace {

struct KindRow {
  ErrorKind kind;
  std::string_view name;
  int exit_code;
};
constexpr std::array kKinds = {
    KindRow{ErrorKind::Mismatch, "mismatch", 1},
    KindRow{ErrorKind::Invalid, "invalid", 2},
    KindRow{ErrorKind::NotFound, "not found", 3},
    KindRow{ErrorKind::AccessDenied, "access denied", 3},
    KindRow{ErrorKind::DeviceError, "device error", 3},
    KindRow{ErrorKind::MissingKey, "missing key", 4},
    KindRow{ErrorKind::WrongKey, "wrong key", 4},
    KindRow{ErrorKind::WrongPassword, "wrong password", 4},
    KindRow{ErrorKind::InputOutput, "input/output", 5},
    KindRow{ErrorKind::Unreachable, "unreachable", 5},
    KindRow{ErrorKind::Timeout, "timeout", 5},
    KindRow{ErrorKind::Protocol, "protocol error", 5},
    KindRow{ErrorKind::Closed, "connection lost", 5},
    KindRow{ErrorKind::Cancelled, "cancelled", 5},
};
static_assert([] {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<std::size_t>(kKinds[i].kind) != i) return false;
  }
  return true;
}());

const KindRow& row_of(ErrorKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view name_of(ErrorKind kind) { return row_of(kind).name; }

int exit_code(ErrorKind kind) { return row_of(kind).exit_code; }

std::string Error::to_string() const { return place.empty() ? message : place + ": " + message; }

Error Error::within(std::string_view outer) const {
  Error result = *this;
  if (place.empty()) {
    result.place = outer;
  } else {
    const bool number = place.front() >= '0' && place.front() <= '9';
    result.place = std::string(outer) + (number ? ":" : ", ") + place;
  }
  return result;
}

}  // namespace rscp::inline v0_1
