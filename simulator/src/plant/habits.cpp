// SPDX-License-Identifier: MIT
// What the calendar does to a station: cars come and go, idle periods begin and end.
#include "noise_streams.hpp"
#include "wall_clock.hpp"
#include <rscp/simulator/plant.hpp>

namespace rscp::simulator {

void Plant::update_cars(Instant instant) {
  const WallTime wall = zone_.to_wall(instant);
  const double hour = wall_hour(wall);
  const std::int64_t day = wall_day(wall);
  const bool weekend = iso_weekday(wall) > 5;  // the car stays at home
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    const WallboxConfig& config = config_.wallboxes[i];
    const bool overnight = config.arrives > config.leaves;
    const bool plugged = weekend     ? true
                         : overnight ? hour >= config.arrives || hour < config.leaves
                                     : hour >= config.arrives && hour < config.leaves;
    CarState& car = cars_[i];
    // A new day at home is a new session too: somebody was shopping.
    if (plugged && (!car.plugged || (weekend && car.day != day))) {
      const double luck = noise_.at(kCarOfDay + i * 16, day);
      car.day = day;
      car.session_energy = 0;
      car.wanted = config.daily_energy * (0.4 + 1.2 * luck);
    }
    car.plugged = plugged;
  }
}

void Plant::update_locks(Instant instant) {
  charging_locked_ = false;
  discharging_locked_ = false;
  const WallTime wall = zone_.to_wall(instant);
  const unsigned day = iso_weekday(wall) - 1;
  const double minute = wall_hour(wall) * 60;
  const auto lock = [this](bool discharge) {
    (discharge ? discharging_locked_ : charging_locked_) = true;
  };
  for (const IdlePeriod& period : settings_.idle_periods) {
    if (period.active && period.day == day && minute >= period.start && minute < period.end) {
      lock(period.discharge);
    }
  }
  for (const IdlePeriod2& period : settings_.idle_periods_2) {
    if (period.active && ((period.weekdays >> day) & 1U) != 0 && minute * 60 >= period.start &&
        minute * 60 < period.stop) {
      lock(period.discharge);
    }
  }
}

}  // namespace rscp::simulator
