// SPDX-License-Identifier: MIT
#include "metrics.hpp"

#include <array>

#include <rscp/scalar.hpp>

namespace rscp::simulator {
namespace {

struct Counter {
  const char* name;
  const char* help;
  const char* type;
  std::uint64_t DeviceCounts::* value;
};
constexpr std::array kCounters = {
    Counter{"rscp_connections_total", "Connections accepted", "counter",
            &DeviceCounts::connections},
    Counter{"rscp_connections_open", "Connections open now", "gauge", &DeviceCounts::open},
    Counter{"rscp_connections_refused_total", "Connections over the limit", "counter",
            &DeviceCounts::refused},
    Counter{"rscp_logins_total", "Logins granted", "counter", &DeviceCounts::logins},
    Counter{"rscp_logins_failed_total", "Logins refused", "counter", &DeviceCounts::failed_logins},
    Counter{"rscp_wrong_keys_total", "Connections with another passphrase", "counter",
            &DeviceCounts::wrong_keys},
    Counter{"rscp_requests_total", "Request frames", "counter", &DeviceCounts::requests},
    Counter{"rscp_values_total", "Values asked for", "counter", &DeviceCounts::values},
    Counter{"rscp_error_items_total", "Error items answered", "counter", &DeviceCounts::errors},
    Counter{"rscp_faults_total", "Faults acted out", "counter", &DeviceCounts::faults},
};

std::string escaped(const std::string& label) {
  std::string out;
  for (const char c : label) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

Json settings_json(const Settings& s, Instant now) {
  Json power = nullptr;
  if (s.power) {
    power = {{"mode", static_cast<unsigned>(s.power->mode)},
             {"power", s.power->power},
             {"lapses_in", to_seconds(s.power->until) - to_seconds(now)}};
  }
  return {{"limits_used", s.limits_used},
          {"max_charge", s.max_charge},
          {"max_discharge", s.max_discharge},
          {"discharge_start", s.discharge_start},
          {"powersave", s.powersave},
          {"weather_regulated", s.weather_regulated},
          {"manual_charge", s.manual_charge},
          {"reserve", s.reserve},
          {"battery_to_car", s.battery_to_car},
          {"battery_before_car", s.battery_before_car},
          {"set_power", power}};
}

}  // namespace

std::string metrics_text(Simulator& simulator) {
  std::string text;
  const auto series = [&](const std::string& name, const std::string& label,
                          const std::string& value) {
    text.append(name).append("{device=\"").append(escaped(label)).append("\"} ");
    text.append(value).append("\n");
  };
  for (const Counter& counter : kCounters) {
    text.append("# HELP ").append(counter.name).append(" ").append(counter.help).append("\n");
    text.append("# TYPE ").append(counter.name).append(" ").append(counter.type).append("\n");
    for (std::size_t i = 0; i < simulator.size(); ++i) {
      series(counter.name, simulator.station(i).scenario().name,
             std::to_string(simulator.counts(i).*counter.value));
    }
  }
  for (const std::string_view name : Station::state_names()) {
    const std::string metric = "rscp_device_" + std::string(name);
    text.append("# TYPE ").append(metric).append(" gauge\n");
    for (std::size_t i = 0; i < simulator.size(); ++i) {
      simulator.advance(i);
      const auto value = simulator.station(i).model().state(name);
      series(metric, simulator.station(i).scenario().name, rscp::to_string(value.value_or(0)));
    }
  }
  return text;
}

Json state_json(Simulator& simulator) {
  const Instant now = simulator.clock().now();
  Json devices = Json::array();
  for (std::size_t i = 0; i < simulator.size(); ++i) {
    simulator.advance(i);
    const ScriptedStation& station = simulator.station(i);
    Json state = Json::object();
    for (const std::string_view name : Station::state_names()) {
      state[std::string(name)] = station.model().state(name).value_or(0);
    }
    const DeviceCounts& counts = simulator.counts(i);
    Json numbers = Json::object();
    for (const Counter& counter : kCounters) numbers[counter.name] = counts.*counter.value;
    devices.push_back({{"name", station.scenario().name},
                       {"port", simulator.port(i)},
                       {"serial", station.model().config().identity.serial},
                       {"state", state},
                       {"settings", settings_json(station.model().plant().settings(), now)},
                       {"faults", simulator.active_faults(i)},
                       {"counts", numbers}});
  }
  return {{"clock",
           {{"time", iso_text(now)},
            {"zone", simulator.zone().name()},
            {"offset", simulator.zone().offset(now).count()},
            {"speed", simulator.clock().speed()}}},
          {"elapsed", simulator.elapsed()},
          {"journal", simulator.journal().count()},
          {"devices", devices}};
}

}  // namespace rscp::simulator
