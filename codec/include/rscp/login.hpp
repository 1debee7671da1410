// SPDX-License-Identifier: MIT
// Authentication, both sides of it. Source of the values: docs/protocol.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <rscp/dictionary.hpp>
#include <rscp/error.hpp>
#include <rscp/user_level.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// A user that a device accepts.
struct Credentials {
  std::string user;
  std::string password;
  UserLevel level = UserLevel::User;
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// How a device refuses. All three were seen or are handled by public clients.
enum class Refusal : std::uint8_t {
  Int32,   ///< Int32 0: captured from real devices
  UChar8,  ///< level 0 in the usual type
  Error,   ///< an Error item, ACCESS_DENIED
};

/// The request that logs in.
Value login_request(std::string_view user, std::string_view password);

/// The level that an answer to it grants. WrongPassword for level 0 of any integer type and for an
/// Error item; Protocol if `answer` is no answer to a login.
Result<UserLevel> granted_level(std::span<const Value> answer);

/// What a device answers to `request`, and the level it grants (None if refused).
struct LoginAnswer {
  Value answer;
  UserLevel level = UserLevel::None;
  std::string user;  ///< who tried
};
LoginAnswer answer_login(const Value& request, std::span<const Credentials> accepted,
                         Refusal refusal);

/// The level a request needs, by the table. Unknown tags need none: they are unknown at every
/// level.
UserLevel needed_level(Tag request, const Dictionary& dictionary = Dictionary::builtin());

}  // namespace rscp::inline v0_1
