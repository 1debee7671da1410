// SPDX-License-Identifier: MIT
// Streams of the noise: each use has random numbers of its own.
#pragma once

#include <cstdint>

namespace rscp::simulator {

inline constexpr std::uint64_t kWeatherOfDay = 1;
inline constexpr std::uint64_t kClouds = 2;
inline constexpr std::uint64_t kHouseOfDay = 3;
inline constexpr std::uint64_t kHouseWander = 4;
inline constexpr std::uint64_t kAppliance = 5;
inline constexpr std::uint64_t kCarOfDay = 6;

}  // namespace rscp::simulator
