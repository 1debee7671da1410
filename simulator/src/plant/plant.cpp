// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <utility>

#include "wall_clock.hpp"
#include <rscp/simulator/plant.hpp>

namespace rscp::simulator {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlot = 15min;   // resolution of the records, as on real devices
constexpr Duration kStep = 1min;    // of the model while it is running
constexpr Duration kMoment = 50ms;  // in which flows are not computed anew
constexpr Duration kLongestJump = 400 * 24h;

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
