// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/simulator/clock.hpp>

namespace rscp::simulator {

VirtualClock::VirtualClock(Instant start, double speed)
    : base_(start), real_(Real::now()), speed_(std::clamp(speed, 0.0, kMaxSpeed)) {}

Instant VirtualClock::at(Real::time_point real) const {
  const double passed = std::chrono::duration<double>(real - real_).count() * speed_;
  return from_seconds(to_seconds(base_) + passed);
}

void VirtualClock::set(Instant instant) {
  base_ = instant;
  real_ = Real::now();
}

void VirtualClock::set_speed(double speed) {
  const auto real = Real::now();
  base_ = at(real);
  real_ = real;
  speed_ = std::clamp(speed, 0.0, kMaxSpeed);
}

}  // namespace rscp::simulator
