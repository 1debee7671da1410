// SPDX-License-Identifier: MIT
// Moments and time zones, as scenarios name them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <rscp/error.hpp>

namespace rscp::scenario {

/// A moment, UTC, in microseconds: the grain of a real device's clock.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;
/// Wall-clock time of a zone, written as if it were UTC: the form of INFO_TIME and of history
/// requests.
using WallTime = std::chrono::local_time<std::chrono::microseconds>;

/// How fast a device's clock can run.
inline constexpr double kMaxClockSpeed = 1e6;

/// Seconds since 1970 with a fraction.
double to_seconds(Instant instant);
/// The other way; numbers that no clock can show are brought to its ends.
Instant from_seconds(double seconds);

/// A named time zone of the system's database.
class TimeZone {
 public:
  /// By IANA name such as "Europe/Berlin".
  static Result<TimeZone> find(std::string_view name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] WallTime to_wall(Instant instant) const;
  /// The moment of a wall-clock time. Of two the first; of one that is skipped in spring, the
  /// moment of the change.
  [[nodiscard]] Instant to_instant(WallTime wall) const;
  /// Offset from UTC.
  [[nodiscard]] std::chrono::seconds offset(Instant instant) const;
  /// "GMT+1", as devices write it.
  [[nodiscard]] std::string label(Instant instant) const;

 private:
  struct Period {
    Instant begin;
    Instant end;
    std::chrono::seconds offset{0};
  };
  const void* zone_ = nullptr;
  std::string name_;
  mutable Period period_;  // the last one asked for; most questions are about the same one
};

/// "2026-03-29T01:30:00" (wall-clock time of `zone`), the same with Z (UTC), a date alone, or
/// "now".
Result<Instant> parse_instant(std::string_view text, const TimeZone& zone);
/// "2026-03-29T01:30:00.000000Z"
std::string iso_text(Instant instant);

}  // namespace rscp::scenario
