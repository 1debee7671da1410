// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "sun.hpp"
#include <rscp/simulator/plant.hpp>

namespace rscp::simulator {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlot = 15min;   // resolution of the records, as on real devices
constexpr Duration kStep = 1min;    // of the model while it is running
constexpr Duration kMoment = 50ms;  // in which flows are not computed anew
constexpr Duration kLongestJump = 400 * 24h;
constexpr double kHour = 3'600e6;  // microseconds
constexpr double kVoltage = 230;   // V, a phase
constexpr double kTaper = 4;       // % of charge over which limits fade at full and empty
constexpr double kHoursPerYear = 8'766;

// Streams of the noise.
constexpr std::uint64_t kWeatherOfDay = 1;
constexpr std::uint64_t kClouds = 2;
constexpr std::uint64_t kHouseOfDay = 3;
constexpr std::uint64_t kHouseWander = 4;
constexpr std::uint64_t kAppliance = 5;
constexpr std::uint64_t kCarOfDay = 6;

// How a household's consumption is spread over the hours of a day; the mean is 1.
constexpr std::array<double, 24> kDayCurve = {0.55, 0.50, 0.48, 0.48, 0.50, 0.60, 0.90, 1.15,
                                              1.15, 1.05, 1.00, 1.10, 1.30, 1.15, 0.95, 0.90,
                                              1.00, 1.30, 1.65, 1.75, 1.55, 1.25, 0.95, 0.74};

double hours_of(Duration duration) { return static_cast<double>(duration.count()) / kHour; }

double wall_hour(WallTime wall) {
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  return hours_of(wall - day);
}

std::int64_t wall_day(WallTime wall) {
  return std::chrono::floor<std::chrono::days>(wall).time_since_epoch().count();
}

// 1 is Monday.
unsigned iso_weekday(WallTime wall) {
  const std::chrono::local_days day(std::chrono::floor<std::chrono::days>(wall));
  return std::chrono::weekday{day}.iso_encoding();
}

Instant year_before(Instant instant, const TimeZone& zone) {
  const auto day = std::chrono::floor<std::chrono::days>(zone.to_wall(instant));
  const std::chrono::year_month_day date{std::chrono::local_days(day)};
  const std::chrono::local_days first{(date.year() - std::chrono::years(1)) / 1 / 1};
  return zone.to_instant(WallTime(first));
}

}  // namespace

Energies& Energies::operator+=(const Energies& other) {
  charged += other.charged;
  discharged += other.discharged;
  pv += other.pv;
  fed_in += other.fed_in;
  drawn += other.drawn;
  house += other.house;
  wallbox += other.wallbox;
  wallbox_solar += other.wallbox_solar;
  external += other.external;
  return *this;
}

Energies& Energies::operator*=(double factor) {
  charged *= factor;
  discharged *= factor;
  pv *= factor;
  fed_in *= factor;
  drawn *= factor;
  house *= factor;
  wallbox *= factor;
  wallbox_solar *= factor;
  external *= factor;
  return *this;
}

Plant::Plant(const DeviceConfig& config, const TimeZone& zone, std::uint64_t seed, Instant start)
    : config_(config), zone_(zone), noise_(seed), start_(start) {
  settings_.max_charge = config.max_charge();
  settings_.max_discharge = config.max_discharge();
  settings_.reserve = config.reserve;
  for (const auto& wallbox : config.wallboxes) {
    WallboxSettings one;
    one.sun_mode = wallbox.sun_mode;
    one.phases = wallbox.phases;
    one.max_current = static_cast<unsigned>(wallbox.max_current);
    one.parameters_1[2] = static_cast<std::uint8_t>(one.max_current);
    one.parameters_2[2] = static_cast<std::uint8_t>(one.max_current);
    settings_.wallboxes.push_back(one);
  }
  for (const bool discharge : {false, true}) {
    for (unsigned day = 0; day < 7; ++day) {
      settings_.idle_periods.push_back({discharge, day, false, 21 * 60, 24 * 60 - 1});
    }
  }
  restart(start);
}

double Plant::charge() const {
  const double capacity = config_.capacity();
  return capacity > 0 ? stored_ / capacity * 100 : 0;
}

void Plant::set_charge(double percent) {
  stored_ = std::clamp(percent, 0.0, 100.0) / 100 * config_.capacity();
  flows_ = flows_at(now_);
}

void Plant::restart(Instant now) {
  past_begin_ = year_before(now, zone_);
  shown_ = {};
  booked_ = past_begin_;
  now_ = now;
  stored_ = config_.initial_charge / 100 * config_.capacity();
  cars_.assign(config_.wallboxes.size(), {});
  totals_ = {};
  slots_.clear();
  slots_.reserve(static_cast<std::size_t>((now - past_begin_) / kSlot) + 1);
  const std::optional<PowerOverride> power = std::exchange(settings_.power, std::nullopt);
  const double manual = std::exchange(settings_.manual_charge, 0.0);
  while (booked_ + kSlot <= now) step(booked_ + kSlot);
  settings_.power = power;
  settings_.manual_charge = manual;
  advance(now);
}

void Plant::advance(Instant now) {
  if (now < booked_ || now > booked_ + kLongestJump) return restart(now);
  for (;;) {
    // Steps lie on whole minutes, so that what is booked does not depend on when it is asked for.
    Instant next = std::chrono::floor<std::chrono::minutes>(booked_) + kStep;
    if (settings_.power && settings_.power->until > booked_) {
      next = std::min(next, settings_.power->until);
    }
    if (next > now) break;
    step(next);
  }
  // Clients ask many times within a moment in which nothing changes.
  const bool lapsed = settings_.power && now >= settings_.power->until;
  if (!lapsed && now >= shown_ && now < shown_ + kMoment) {
    now_ = now;
    return;
  }
  show(now);
}

// The flows of this moment, with the settings as they are.
void Plant::show(Instant now) {
  now_ = now;
  shown_ = now;
  update_cars(now);
  update_locks(now);
  if (settings_.power && now >= settings_.power->until) settings_.power.reset();
  flows_ = flows_at(now);
}

void Plant::settle(Instant now) {
  advance(now);
  if (booked_ < now) step(now);
  shown_ = {};  // what comes next sees the new settings
}

void Plant::step(Instant to) {
  const Instant middle = booked_ + (to - booked_) / 2;
  if (settings_.power && middle >= settings_.power->until) settings_.power.reset();
  update_cars(middle);
  update_locks(middle);
  book(flows_at(middle), hours_of(to - booked_), middle);
  booked_ = to;
}

Plant::Slot& Plant::slot(Instant instant) {
  const auto index = static_cast<std::size_t>((instant - past_begin_) / kSlot);
  if (index >= slots_.size()) slots_.resize(index + 1);
  return slots_[index];
}

void Plant::book(const Flows& flows, double hours, Instant at) {
  Energies energies;
  energies.pv = flows.pv * hours;
  energies.external = flows.external * hours;
  energies.house = flows.house * hours;
  energies.wallbox = flows.wallbox * hours;
  energies.wallbox_solar = flows.wallbox_solar * hours;
  energies.charged = std::max(flows.battery, 0.0) * hours;
  energies.discharged = std::max(-flows.battery, 0.0) * hours;
  energies.drawn = std::max(flows.grid, 0.0) * hours;
  energies.fed_in = std::max(-flows.grid, 0.0) * hours;
  totals_ += energies;
  stored_ += energies.charged * config_.efficiency - energies.discharged / config_.efficiency;
  stored_ = std::clamp(stored_, 0.0, config_.capacity());
  if (settings_.manual_charge > 0) {
    settings_.manual_charged += energies.charged;
    settings_.manual_charge = std::max(settings_.manual_charge - energies.charged, 0.0);
  }
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    const double energy = flows.wallboxes[i] * hours;
    cars_[i].session_energy += energy;
    cars_[i].energy += energy;
    if (flows.wallbox > 0) {
      cars_[i].solar_energy += energy * flows.wallbox_solar / flows.wallbox;
    }
  }
  Slot& record = slot(at);
  record.energies += energies;
  record.charge = static_cast<float>(charge());
}

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

Energies Plant::energies(Instant begin, Instant end) const {
  Energies sum;
  begin = std::max(begin, past_begin_);
  end = std::min(end, booked_);
  if (begin >= end) return sum;
  auto index = static_cast<std::size_t>((begin - past_begin_) / kSlot);
  for (; index < slots_.size(); ++index) {
    const Instant slot_begin = past_begin_ + kSlot * static_cast<std::int64_t>(index);
    if (slot_begin >= end) break;
    // The slot that is being filled is as long as it is filled.
    const Instant slot_end = std::min(slot_begin + kSlot, booked_);
    const Duration length = slot_end - slot_begin;
    const Duration overlap = std::min(end, slot_end) - std::max(begin, slot_begin);
    if (length <= Duration::zero() || overlap <= Duration::zero()) continue;
    Energies part = slots_[index].energies;
    if (overlap < length) part *= hours_of(overlap) / hours_of(length);
    sum += part;
  }
  return sum;
}

double Plant::charge_at(Instant instant) const {
  if (instant < past_begin_ || instant > now_ || slots_.empty()) return 0;
  if (instant >= booked_) return charge();
  const auto index = static_cast<std::size_t>((instant - past_begin_) / kSlot);
  return index < slots_.size() ? static_cast<double>(slots_[index].charge) : charge();
}

}  // namespace rscp::simulator
