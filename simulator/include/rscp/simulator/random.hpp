// SPDX-License-Identifier: MIT
// Randomness that a seed makes the same in every run. Positions in time draw their own numbers, so
// that weather does not depend on how often a client asks.
#pragma once

#include <cmath>
#include <cstdint>

namespace rscp::simulator {

/// SplitMix64's mixing function: neighbouring inputs give unrelated outputs.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

/// 0 <= number < 1 of the upper 53 bits.
constexpr double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

/// Numbers by stream and position.
class Noise {
 public:
  explicit constexpr Noise(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t stream, std::int64_t position) const {
    return mix(mix(seed_ + stream * 0xD1B54A32D192ED03U) + static_cast<std::uint64_t>(position));
  }
  [[nodiscard]] constexpr double at(std::uint64_t stream, std::int64_t position) const {
    return unit_interval(bits(stream, position));
  }
  /// Between whole positions the numbers are joined smoothly.
  [[nodiscard]] double smooth(std::uint64_t stream, double position) const {
    const double floor = std::floor(position);
    const double x = position - floor;
    const double weight = x * x * (3 - 2 * x);
    const auto whole = static_cast<std::int64_t>(floor);
    return at(stream, whole) * (1 - weight) + at(stream, whole + 1) * weight;
  }

 private:
  std::uint64_t seed_;
};

/// A sequence of numbers.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(mix(seed)) {}
  constexpr std::uint64_t bits() { return mix(state_++); }
  constexpr double unit() { return unit_interval(bits()); }
  /// 0 <= number < bound; 0 if bound is 0.
  constexpr std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : bits() % bound; }

 private:
  std::uint64_t state_;
};

}  // namespace rscp::simulator
