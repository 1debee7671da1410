// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "answers/answer_table.hpp"
#include <rscp/simulator/station.hpp>

namespace rscp::simulator {
namespace {

std::int32_t watts(double power) {
  return static_cast<std::int32_t>(std::clamp(std::round(power), -1e9, 1e9));
}

struct StateName {
  std::string_view name;
  double (*get)(const Station&);
};
// What scripts and the HTTP control can see, in one place.
constexpr std::array kState = {
    StateName{"pv", [](const Station& d) { return static_cast<double>(d.power().pv); }},
    StateName{"battery", [](const Station& d) { return static_cast<double>(d.power().battery); }},
    StateName{"house", [](const Station& d) { return static_cast<double>(d.power().house); }},
    StateName{"grid", [](const Station& d) { return static_cast<double>(d.power().grid); }},
    StateName{"external", [](const Station& d) { return static_cast<double>(d.power().external); }},
    StateName{"wallbox", [](const Station& d) { return static_cast<double>(d.power().wallbox); }},
    StateName{"wallbox_solar",
              [](const Station& d) { return static_cast<double>(d.power().wallbox_solar); }},
    StateName{"soc", [](const Station& d) { return d.charge(); }},
    StateName{"capacity", [](const Station& d) { return d.config().capacity(); }},
    StateName{"charge_limit", [](const Station& d) { return d.plant().charge_limit(); }},
    StateName{"discharge_limit", [](const Station& d) { return d.plant().discharge_limit(); }},
    StateName{"reserve", [](const Station& d) { return d.plant().settings().reserve; }},
    StateName{"time", [](const Station& d) { return to_seconds(d.now()); }},
    StateName{"hour",
              [](const Station& d) {
                const WallTime wall = d.zone().to_wall(d.now());
                const auto day = std::chrono::floor<std::chrono::days>(wall);
                return std::chrono::duration<double, std::ratio<3600>>(wall - day).count();
              }},
};

}  // namespace

Value error_value(Tag tag, std::uint32_t code) {
  return Value(tag, DataType::Error, ErrorCode{code});
}

Station::Station(DeviceConfig config, const TimeZone& zone, std::uint64_t seed, Instant start)
    : config_(std::move(config)), zone_(zone), plant_(config_, zone, seed, start) {}

Value Station::answer(const Value& request, UserLevel level) {
  return AnswerTable::instance().answer(*this, request, level);
}

PowerReading Station::power() const {
  if (!members_.empty()) {
    PowerReading sum;
    for (const Member& member : members_) {
      const PowerReading one = member().power();
      sum.pv += one.pv;
      sum.battery += one.battery;
      sum.house += one.house;
      sum.grid += one.grid;
      sum.external += one.external;
      sum.wallbox += one.wallbox;
      sum.wallbox_solar += one.wallbox_solar;
    }
    return sum;
  }
  const Flows& f = plant_.flows();
  PowerReading reading;
  reading.pv = watts(f.pv);
  reading.battery = watts(f.battery);
  reading.house = watts(f.house);
  reading.external = -watts(f.external);
  reading.wallbox = watts(f.wallbox);
  reading.wallbox_solar = watts(f.wallbox_solar);
  reading.grid = reading.house + reading.wallbox + reading.battery - reading.pv + reading.external;
  return reading;
}

double Station::charge() const {
  if (members_.empty()) return plant_.charge();
  double stored = 0;
  double capacity = 0;
  for (const Member& member : members_) {
    const Station& station = member();
    stored += station.charge() * station.config().capacity();
    capacity += station.config().capacity();
  }
  return capacity > 0 ? stored / capacity : 0;
}

std::optional<double> Station::state(std::string_view name) const {
  const auto found = std::ranges::find(kState, name, &StateName::name);
  if (found == kState.end()) return std::nullopt;
  return found->get(*this);
}

bool Station::set_state(std::string_view name, double number) {
  if (std::isnan(number)) return false;
  if (name == "soc") {
    plant_.settle(plant_.now());
    plant_.set_charge(number);
    return true;
  }
  if (name == "reserve") {
    plant_.settle(plant_.now());
    plant_.settings().reserve = std::clamp(number, 0.0, 100.0);
    return true;
  }
  return false;
}

std::vector<std::string_view> Station::state_names() {
  std::vector<std::string_view> names;
  names.reserve(kState.size());
  for (const auto& entry : kState) names.push_back(entry.name);
  return names;
}

}  // namespace rscp::simulator
