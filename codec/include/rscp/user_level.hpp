// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rscp::inline v0_1 {

/// What a login allows. Numbers as on the wire; any other number may come from a device.
enum class UserLevel : std::uint8_t {
  None = 0,
  User = 10,
  Installer = 20,
  Partner = 30,
  E3dc = 40,
  E3dcAdmin = 50,
  E3dcRoot = 60,
};

/// The level whose name (as in the dictionary: "USER") or number this is.
std::optional<UserLevel> user_level_from(std::string_view text);

}  // namespace rscp::inline v0_1
