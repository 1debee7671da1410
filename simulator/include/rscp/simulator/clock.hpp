// SPDX-License-Identifier: MIT
// Time as the simulated device sees it: it may start anywhere, run faster, stand still, and has a
// time zone with its daylight-saving days.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace rscp::simulator {

/// A moment, UTC, in microseconds: the grain of a real device's clock.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;
/// Wall-clock time of a zone, written as if it were UTC: the form of INFO_TIME and of history
/// requests.
using WallTime = std::chrono::local_time<std::chrono::microseconds>;

/// Seconds since 1970 with a fraction.
double to_seconds(Instant instant);
/// The other way; numbers that no clock can show are brought to its ends.
Instant from_seconds(double seconds);

/// A named time zone of the system's database.
class TimeZone {
 public:
  /// By IANA name such as "Europe/Berlin".
  static std::expected<TimeZone, std::string> find(std::string_view name);

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

/// A clock that runs at a multiple of real time.
class VirtualClock {
 public:
  using Real = std::chrono::steady_clock;

  /// Begins at `start` and runs at `speed` times real time; 0 stands still.
  VirtualClock(Instant start, double speed);

  [[nodiscard]] Instant now() const { return at(Real::now()); }
  [[nodiscard]] double speed() const { return speed_; }
  void set(Instant instant);
  void set_speed(double speed);

  static constexpr double kMaxSpeed = 1e6;

 private:
  [[nodiscard]] Instant at(Real::time_point real) const;
  Instant base_;
  Real::time_point real_;
  double speed_;
};

/// "2026-03-29T01:30:00" (wall-clock time of `zone`), the same with Z (UTC), a date alone, or
/// "now".
std::expected<Instant, std::string> parse_instant(std::string_view text, const TimeZone& zone);
/// "2026-03-29T01:30:00.000000Z"
std::string iso_text(Instant instant);

}  // namespace rscp::simulator
