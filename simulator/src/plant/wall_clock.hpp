// SPDX-License-Identifier: MIT
// Days and hours of the wall clock.
#pragma once

#include <chrono>
#include <cstdint>

#include <rscp/simulator/clock.hpp>

namespace rscp::simulator {

inline double hours_of(Duration duration) {
  constexpr double kHour = 3'600e6;  // microseconds
  return static_cast<double>(duration.count()) / kHour;
}

inline double wall_hour(WallTime wall) {
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  return hours_of(wall - day);
}

inline std::int64_t wall_day(WallTime wall) {
  return std::chrono::floor<std::chrono::days>(wall).time_since_epoch().count();
}

/// 1 is Monday.
inline unsigned iso_weekday(WallTime wall) {
  const std::chrono::local_days day(std::chrono::floor<std::chrono::days>(wall));
  return std::chrono::weekday{day}.iso_encoding();
}

}  // namespace rscp::simulator
