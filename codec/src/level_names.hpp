// SPDX-License-Identifier: MIT
// The words of the table's column "level". The dictionary's compiler reads them too.
#pragma once

#include <array>

#include <rscp/user_level.hpp>

namespace rscp::inline v0_1 {

struct LevelName {
  std::string_view name;
  UserLevel level;
};
inline constexpr std::array kLevelNames = {
    LevelName{"NO_AUTH", UserLevel::None},
    LevelName{"NO_VALIDATION", UserLevel::None},
    LevelName{"NONE", UserLevel::None},
    LevelName{"USER", UserLevel::User},
    LevelName{"INSTALLER", UserLevel::Installer},
    LevelName{"PARTNER", UserLevel::Partner},
    LevelName{"SERVICE", UserLevel::Partner},
    LevelName{"E3DC", UserLevel::E3dc},
    LevelName{"E3DC_ADMIN", UserLevel::E3dcAdmin},
    LevelName{"E3DC_ROOT", UserLevel::E3dcRoot},
};

inline std::optional<UserLevel> level_named(std::string_view name) {
  for (const auto& entry : kLevelNames) {
    if (entry.name == name) return entry.level;
  }
  return std::nullopt;
}

}  // namespace rscp::inline v0_1
