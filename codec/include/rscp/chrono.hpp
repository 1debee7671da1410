// SPDX-License-Identifier: MIT
// Timestamps as points in time of <chrono>, and the other way round:
//
//     const auto when = value.as<std::chrono::sys_seconds>();
#pragma once

#include <chrono>

#include <rscp/scalar.hpp>

namespace rscp::inline v0_1 {

/// Rounded down to what Duration counts. Nothing for nanoseconds outside 0 to 999,999,999 and for
/// what Duration cannot hold.
template <class Duration>
std::optional<std::chrono::sys_time<Duration>> sys_time_of(Timestamp time) {
  using namespace std::chrono;
  if (time.nanoseconds < 0 || time.nanoseconds >= 1'000'000'000) return std::nullopt;
  if constexpr (std::ratio_less_v<typename Duration::period, std::ratio<1>>) {
    // A second less than the largest at either end leaves room for the fraction.
    constexpr auto kLast = floor<seconds>(Duration::max()).count() - 1;
    constexpr auto kFirst = ceil<seconds>(Duration::min()).count() + 1;
    if (time.seconds > kLast || time.seconds < kFirst) return std::nullopt;
    return sys_time<Duration>(duration_cast<Duration>(seconds(time.seconds)) +
                              floor<Duration>(nanoseconds(time.nanoseconds)));
  } else {
    return sys_time<Duration>(floor<Duration>(seconds(time.seconds)));
  }
}

/// Exact down to nanoseconds.
template <class Duration>
Timestamp timestamp_of(std::chrono::sys_time<Duration> time) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(time);
  return {whole.time_since_epoch().count(),
          static_cast<std::int32_t>(duration_cast<nanoseconds>(time - whole).count())};
}

template <class Duration>
struct ScalarReader<std::chrono::sys_time<Duration>> {
  static std::optional<std::chrono::sys_time<Duration>> read(const Scalar& scalar) {
    const auto* time = std::get_if<Timestamp>(&scalar);
    return time != nullptr ? sys_time_of<Duration>(*time) : std::nullopt;
  }
};

}  // namespace rscp::inline v0_1
