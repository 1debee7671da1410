// SPDX-License-Identifier: MIT
// Where the power flows at one moment: sun, house, cars, battery, and the grid for the rest.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "noise_streams.hpp"
#include "sun.hpp"
#include "wall_clock.hpp"
#include <rscp/simulator/plant.hpp>

namespace rscp::simulator {
namespace {

constexpr double kVoltage = 230;  // V, a phase
constexpr double kTaper = 4;      // % of charge over which limits fade at full and empty
constexpr double kHoursPerYear = 8'766;

// How a household's consumption is spread over the hours of a day; the mean is 1.
constexpr std::array<double, 24> kDayCurve = {0.55, 0.50, 0.48, 0.48, 0.50, 0.60, 0.90, 1.15,
                                              1.15, 1.05, 1.00, 1.10, 1.30, 1.15, 0.95, 0.90,
                                              1.00, 1.30, 1.65, 1.75, 1.55, 1.25, 0.95, 0.74};

}  // namespace

void Plant::produce(Flows& flows, Instant instant) const {
  const SunPosition sun = sun_position(instant, config_.place);
  const double days = to_seconds(instant) / 86'400;
  // A day is between overcast and clear; clouds of ten minutes move within what is left.
  const double day = 0.25 + 0.75 * noise_.smooth(kWeatherOfDay, days);
  const double cloud = noise_.smooth(kClouds, days * 144);
  const double sky = day * (1 - 0.35 * cloud * (1.15 - day));
  constexpr double kLosses = 0.9;  // temperature, wiring, conversion
  const auto panel_power = [&](const StringConfig& string) {
    return string.peak * clear_sky_irradiance(sun, string) / 1'000 * sky * kLosses;
  };
  for (const InverterConfig& inverter : config_.inverters) {
    double sum = 0;
    for (const StringConfig& string : inverter.strings) {
      flows.strings.push_back(panel_power(string));
      sum += flows.strings.back();
    }
    if (sum > inverter.max_power) {
      const auto first = flows.strings.end() - static_cast<std::ptrdiff_t>(inverter.strings.size());
      std::for_each(first, flows.strings.end(), [&](double& p) { p *= inverter.max_power / sum; });
    }
  }
  flows.pv = std::accumulate(flows.strings.begin(), flows.strings.end(), 0.0);
  if (config_.external_peak > 0) {
    StringConfig plane;
    plane.peak = config_.external_peak;
    plane.tilt = 20;
    flows.external = panel_power(plane);
  }
}

double Plant::house_load(Instant instant) const {
  const WallTime wall = zone_.to_wall(instant);
  const double hour = wall_hour(wall);
  const std::int64_t day = wall_day(wall);
  const auto index = static_cast<std::size_t>(hour);
  const double fraction = hour - static_cast<double>(index);
  const double shape =
      kDayCurve[index % 24] * (1 - fraction) + kDayCurve[(index + 1) % 24] * fraction;
  const double mean =
      std::max(config_.house.annual_energy / kHoursPerYear - config_.house.base, 0.0);
  const double of_day = 0.8 + 0.4 * noise_.at(kHouseOfDay, day);
  const double wander = 0.7 + 0.6 * noise_.smooth(kHouseWander, to_seconds(instant) / 420);
  double load = config_.house.base + mean * shape * of_day * wander * 0.85;
  // A kettle or an oven now and then: three minutes, more often when people are up.
  const auto three_minutes = static_cast<std::int64_t>(to_seconds(instant) / 180);
  if (noise_.at(kAppliance, three_minutes) < 0.035 * shape) load += mean * 6;
  return load;
}

void Plant::charge_cars(Flows& flows) const {
  double surplus = std::max(flows.pv + flows.external - flows.house, 0.0);
  if (settings_.battery_before_car) surplus = std::max(surplus - charge_limit(), 0.0);
  const double solar = std::max(flows.pv + flows.external - flows.house, 0.0);
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    const WallboxSettings& setting = settings_.wallboxes[i];
    const CarState& car = cars_[i];
    double power = 0;
    if (car.plugged && !setting.aborted && car.session_energy < car.wanted) {
      const double most = setting.max_current * kVoltage * setting.phases;
      const double least = setting.min_current * kVoltage * setting.phases;
      power = most;
      if (setting.sun_mode) power = surplus < least ? 0 : std::min(surplus, most);
    }
    surplus = std::max(surplus - power, 0.0);
    flows.wallboxes.push_back(power);
    flows.wallbox += power;
  }
  flows.wallbox_solar = std::min(flows.wallbox, solar);
}

double Plant::own_charge_limit() const {
  const double room = std::clamp((100 - charge()) / kTaper, 0.0, 1.0);
  return config_.max_charge() * room;
}

double Plant::own_discharge_limit() const {
  const double room = std::clamp((charge() - settings_.reserve) / kTaper, 0.0, 1.0);
  return config_.max_discharge() * room;
}

double Plant::charge_limit() const {
  if (charging_locked_) return 0;
  const double own = own_charge_limit();
  return settings_.limits_used ? std::min(own, settings_.max_charge) : own;
}

double Plant::discharge_limit() const {
  if (discharging_locked_) return 0;
  const double own = own_discharge_limit();
  return settings_.limits_used ? std::min(own, settings_.max_discharge) : own;
}

void Plant::run_battery(Flows& flows, Instant instant) const {
  const double surplus = flows.pv + flows.external - flows.house - flows.wallbox;
  double wanted = surplus;
  // The car may not draw on the battery unless that is switched on.
  if (surplus < 0 && !settings_.battery_to_car) {
    wanted = std::min(surplus + flows.wallbox - flows.wallbox_solar, 0.0);
  }
  // Below the start power the converter sleeps.
  if (wanted < 0 && -wanted < settings_.discharge_start) wanted = 0;
  double most_charge = charge_limit();
  double most_discharge = discharge_limit();
  if (settings_.manual_charge > 0) {
    wanted = config_.max_charge();
    most_charge = own_charge_limit();
  }
  if (settings_.power && instant < settings_.power->until) {
    // A forced power overrides the user's limits and idle periods, not the battery's own.
    most_charge = own_charge_limit();
    most_discharge = own_discharge_limit();
    const double power = settings_.power->power;
    switch (settings_.power->mode) {
      case PowerMode::Normal:
        break;
      case PowerMode::Idle:
        wanted = 0;
        break;
      case PowerMode::Discharge:
        wanted = -power;
        break;
      case PowerMode::Charge:
        wanted = std::min(power, std::max(flows.pv, 0.0));
        break;
      case PowerMode::GridCharge:
        wanted = power;
        break;
    }
  }
  flows.battery = std::clamp(wanted, -most_discharge, most_charge);
}

Flows Plant::flows_at(Instant instant) const {
  Flows flows;
  produce(flows, instant);
  flows.house = house_load(instant);
  charge_cars(flows);
  run_battery(flows, instant);
  const auto grid = [&] {
    return flows.house + flows.wallbox + flows.battery - flows.pv - flows.external;
  };
  // What may not be fed in is not produced.
  const double limit = config_.derate_fraction * config_.installed_peak();
  const double excess = std::min(-grid() - limit, flows.pv);
  if (excess > 0) {
    const double factor = (flows.pv - excess) / flows.pv;
    for (double& power : flows.strings) power *= factor;
    flows.pv -= excess;
    flows.derated = true;
  }
  flows.grid = grid();
  return flows;
}

}  // namespace rscp::simulator
