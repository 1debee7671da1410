// SPDX-License-Identifier: MIT
// What clients can change about a station, and what it obeys.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rscp/simulator/clock.hpp>

namespace rscp::simulator {

/// EMS_REQ_SET_POWER_MODE; names from the public clients.
enum class PowerMode : std::uint8_t { Normal, Idle, Discharge, Charge, GridCharge };

struct PowerOverride {
  PowerMode mode = PowerMode::Normal;
  double power = 0;  ///< W, positive in both directions
  Instant until;     ///< lapses then unless repeated
};

/// A span of the day in which the battery must not be charged or discharged.
struct IdlePeriod {
  bool discharge = false;  ///< type 1: no discharging; type 0: no charging
  unsigned day = 0;        ///< 0 is Monday
  bool active = false;
  unsigned start = 0;  ///< minutes after midnight
  unsigned end = 0;    ///< minutes after midnight
};

/// The newer form: several weekdays and a name.
struct IdlePeriod2 {
  bool active = false;
  std::string description;
  unsigned weekdays = 0;    ///< bit 0 is Monday
  std::uint32_t start = 0;  ///< seconds after midnight
  std::uint32_t stop = 0;   ///< seconds after midnight
  bool discharge = false;
};

struct WallboxSettings {
  bool sun_mode = true;
  bool aborted = false;
  bool schuko = false;
  unsigned max_current = 16;  ///< A
  unsigned min_current = 6;   ///< A
  unsigned phases = 3;
  unsigned precharge = 0;  ///< %
  std::array<std::uint8_t, 8> parameters_1{0, 0, 16, 230, 0, 0, 0, 0};
  std::array<std::uint8_t, 8> parameters_2{6, 6, 16, 0, 0, 0, 0, 0};
};

struct Settings {
  bool limits_used = false;
  double max_charge = 0;        ///< W
  double max_discharge = 0;     ///< W
  double discharge_start = 65;  ///< W
  bool powersave = true;
  bool weather_regulated = false;
  std::int32_t forecast_mode = 0;
  std::optional<PowerOverride> power;
  double manual_charge = 0;   ///< Wh still to be charged from the grid
  double manual_charged = 0;  ///< Wh charged so far by the last order
  Instant manual_start;
  std::uint32_t manual_count = 0;
  std::vector<IdlePeriod> idle_periods;  ///< two types times seven days
  std::vector<IdlePeriod2> idle_periods_2;
  std::uint8_t idle_marker = 0;
  std::uint8_t settings_marker = 0;
  double reserve = 10;  ///< %
  bool battery_to_car = false;
  bool battery_before_car = false;
  unsigned wallbox_discharge_until = 0;  ///< %
  bool wallbox_enforce_assignment = false;
  std::vector<WallboxSettings> wallboxes;  ///< one a wallbox, in the order of the configuration
};

}  // namespace rscp::simulator
