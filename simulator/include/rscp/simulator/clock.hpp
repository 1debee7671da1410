// SPDX-License-Identifier: MIT
// Time as the simulated device sees it: it may start anywhere, run faster and stand still.
#pragma once

#include <chrono>

#include <rscp/scenario/time.hpp>

namespace rscp::simulator {

// What scenarios are made of goes by its own names here.
using namespace scenario;

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

  static constexpr double kMaxSpeed = kMaxClockSpeed;

 private:
  [[nodiscard]] Instant at(Real::time_point real) const;
  Instant base_;
  Real::time_point real_;
  double speed_;
};

}  // namespace rscp::simulator
