// SPDX-License-Identifier: MIT
#include <charconv>

#include "level_names.hpp"

namespace rscp::inline v0_1 {

std::optional<UserLevel> user_level_from(std::string_view text) {
  if (const auto level = level_named(text)) return level;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > 255) return std::nullopt;
  return static_cast<UserLevel>(number);
}

}  // namespace rscp::inline v0_1
