// SPDX-License-Identifier: MIT
// PVI: inverters, their strings and phases.
#include <algorithm>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr unsigned kPhases = 3;
constexpr unsigned kSensors = 2;
constexpr double kPhaseVoltage = 230;

const InverterConfig& inverter(const Ask& ask) { return ask.station.config().inverters[ask.index]; }

std::size_t first_string(const Ask& ask) {
  std::size_t first = 0;
  for (std::size_t i = 0; i < ask.index; ++i) {
    first += ask.station.config().inverters[i].strings.size();
  }
  return first;
}

double string_power(const Ask& ask, std::size_t string) {
  return ask.station.plant().flows().strings[first_string(ask) + string];
}

double produced(const Ask& ask) {
  double sum = 0;
  for (std::size_t i = 0; i < inverter(ask).strings.size(); ++i) sum += string_power(ask, i);
  return sum;
}

// What leaves on the AC side: the battery hangs on the first inverter's DC link.
double ac_power(const Ask& ask) {
  const double power = produced(ask);
  return ask.index == 0 ? power - ask.station.plant().flows().battery : power;
}

// This inverter's part of an energy that all strings gave.
double energy_share(const Ask& ask, double energy) {
  const double peak = ask.station.config().installed_peak();
  double own = 0;
  for (const auto& string : inverter(ask).strings) own += string.peak;
  return peak > 0 ? energy * own / peak : 0;
}

double string_voltage(const Ask& ask, std::size_t string) {
  return string_power(ask, string) > 0 ? inverter(ask).strings[string].voltage : 0;
}

double phase_voltage(const Ask& ask, std::size_t phase) {
  // Drifts by a volt or two in minutes, each phase by itself.
  const double minutes = to_seconds(ask.station.now()) / 60;
  return kPhaseVoltage + 1.5 * std::sin(minutes / 7 + static_cast<double>(phase) * 2.1);
}

Energies today(const Ask& ask) {
  const TimeZone& zone = ask.station.zone();
  const auto day = std::chrono::floor<std::chrono::days>(zone.to_wall(ask.station.now()));
  return ask.station.plant().energies(zone.to_instant(WallTime(day)), ask.station.now());
}

// {PVI_INDEX, PVI_VALUE} for a string, phase or sensor that exists.
Reply indexed(const Ask& ask, std::size_t count, double (*measure)(const Ask&, std::size_t)) {
  // A client that names none means the first.
  const auto index =
      ask.request.type() == DataType::None ? std::optional<std::int64_t>(0) : ask.parameter();
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(count)) {
    return Denied{ErrorCode::kOutOfBounds};
  }
  return std::vector<Value>{item(tag::PVI_INDEX, static_cast<double>(*index)),
                            item(tag::PVI_VALUE, measure(ask, static_cast<std::size_t>(*index)))};
}

}  // namespace

void add_inverter_answers(AnswerTable& table) {
  auto& group = table.group(
      tag::PVI_REQ_DATA, tag::PVI_INDEX,
      [](Station& d, std::int64_t index) -> std::optional<std::size_t> {
        if (index < 0 || index >= static_cast<std::int64_t>(d.config().inverters.size())) {
          return std::nullopt;
        }
        return static_cast<std::size_t>(index);
      });
  // python-e3dc's get_pvis() takes a container without the wanted child for "no such inverter" and
  // falls over anything else; captured devices give PVI_REQ_DATA as Error beside the index.
  group.absent = [](const Value& request, Tag answer, Tag index_tag, std::int64_t index) {
    return Value::container(answer, {item(index_tag, static_cast<double>(index)),
                                     error_value(request.tag(), ErrorCode::kFormat)});
  };
  using Measure = double (*)(const Ask&, std::size_t);
  const auto by_string = [&group](Tag request, Measure measure) {
    group.on(request,
             [measure](const Ask& a) { return indexed(a, inverter(a).strings.size(), measure); });
  };
  const auto by_phase = [&group](Tag request, Measure measure) {
    group.on(request, [measure](const Ask& a) { return indexed(a, kPhases, measure); });
  };
  by_string(tag::PVI_REQ_DC_POWER, string_power);
  by_string(tag::PVI_REQ_DC_VOLTAGE, string_voltage);
  by_string(tag::PVI_REQ_DC_CURRENT, [](const Ask& a, std::size_t s) {
    const double volts = string_voltage(a, s);
    return volts > 0 ? string_power(a, s) / volts : 0;
  });
  by_string(tag::PVI_REQ_DC_MAX_POWER,
            [](const Ask& a, std::size_t s) { return inverter(a).strings[s].peak; });
  by_string(tag::PVI_REQ_DC_MAX_VOLTAGE,
            [](const Ask& a, std::size_t s) { return inverter(a).strings[s].voltage * 1.2; });
  by_string(tag::PVI_REQ_DC_MIN_VOLTAGE,
            [](const Ask& a, std::size_t s) { return inverter(a).strings[s].voltage * 0.5; });
  by_string(tag::PVI_REQ_DC_STRING_ENERGY_ALL, [](const Ask& a, std::size_t s) {
    const double peak = a.station.config().installed_peak();
    return peak > 0 ? a.station.plant().totals().pv * inverter(a).strings[s].peak / peak : 0;
  });
  by_phase(tag::PVI_REQ_AC_POWER, [](const Ask& a, std::size_t) { return ac_power(a) / kPhases; });
  by_phase(tag::PVI_REQ_AC_VOLTAGE, phase_voltage);
  by_phase(tag::PVI_REQ_AC_CURRENT,
           [](const Ask& a, std::size_t p) { return ac_power(a) / kPhases / phase_voltage(a, p); });
  by_phase(tag::PVI_REQ_AC_APPARENTPOWER,
           [](const Ask& a, std::size_t) { return std::abs(ac_power(a)) / kPhases * 1.01; });
  by_phase(tag::PVI_REQ_AC_REACTIVEPOWER,
           [](const Ask& a, std::size_t) { return std::abs(ac_power(a)) / kPhases * 0.14; });
  by_phase(tag::PVI_REQ_AC_ENERGY_ALL, [](const Ask& a, std::size_t) {
    return energy_share(a, a.station.plant().totals().pv) / kPhases;
  });
  by_phase(tag::PVI_REQ_AC_ENERGY_DAY,
           [](const Ask& a, std::size_t) { return energy_share(a, today(a).pv) / kPhases; });
  by_phase(tag::PVI_REQ_AC_ENERGY_GRID_CONSUMPTION, [](const Ask& a, std::size_t) {
    return energy_share(a, a.station.plant().totals().drawn) / kPhases;
  });
  by_phase(tag::PVI_REQ_AC_MAX_APPARENTPOWER,
           [](const Ask& a, std::size_t) { return inverter(a).max_power / kPhases; });
  group.on(tag::PVI_REQ_AC_FREQUENCY, tag::PVI_AC_FREQUENCY, DataType::Container, [](const Ask& a) {
    return indexed(a, kPhases, [](const Ask&, std::size_t) { return 50.0; });
  });
  const Measure temperature = [](const Ask& a, std::size_t sensor) {
    const double load = std::abs(ac_power(a)) / std::max(inverter(a).max_power, 1.0);
    return std::round((31 + 18 * load + static_cast<double>(sensor)) * 10) / 10;
  };
  group.on(tag::PVI_REQ_TEMPERATURE,
           [temperature](const Ask& a) { return indexed(a, kSensors, temperature); });
  // Declared Float32, but asked with an index and given as a container.
  const auto limit = [&group](Tag request, Tag answer, double degrees) {
    group.on(request, answer, DataType::Float32, [degrees](const Ask& a) -> Reply {
      if (!a.parameter()) return degrees;
      return std::vector<Value>{item(tag::PVI_INDEX, static_cast<double>(*a.parameter())),
                                item(tag::PVI_VALUE, degrees)};
    });
  };
  limit(tag::PVI_REQ_MAX_TEMPERATURE, tag::PVI_MAX_TEMPERATURE, 75);
  limit(tag::PVI_REQ_MIN_TEMPERATURE, tag::PVI_MIN_TEMPERATURE, -20);
  const auto number = [&group](Tag request, double (*get)(const Ask&)) {
    group.on(request, [get](const Ask& a) -> Reply { return get(a); });
  };
  number(tag::PVI_REQ_TYPE, [](const Ask&) { return 3.0; });
  number(tag::PVI_REQ_SYSTEM_MODE, [](const Ask&) { return 1.0; });
  number(tag::PVI_REQ_POWER_MODE, [](const Ask&) { return 1.0; });
  number(tag::PVI_REQ_AC_MAX_PHASE_COUNT, [](const Ask&) { return static_cast<double>(kPhases); });
  number(tag::PVI_REQ_DC_MAX_STRING_COUNT,
         [](const Ask& a) { return static_cast<double>(inverter(a).strings.size()); });
  number(tag::PVI_REQ_USED_STRING_COUNT,
         [](const Ask& a) { return static_cast<double>(inverter(a).strings.size()); });
  // No table declares a type; clients use it as a number.
  group.on(tag::PVI_REQ_TEMPERATURE_COUNT, tag::PVI_TEMPERATURE_COUNT, DataType::UChar8,
           [](const Ask&) -> Reply { return static_cast<double>(kSensors); });
  group.on(tag::PVI_REQ_ON_GRID, [](const Ask&) -> Reply { return true; });
  group.on(tag::PVI_REQ_STATE, [](const Ask&) -> Reply { return std::string("ON"); });
  group.on(tag::PVI_REQ_LAST_ERROR, [](const Ask&) -> Reply { return std::string("none"); });
  group.on(tag::PVI_REQ_SERIAL_NUMBER, [](const Ask& a) -> Reply { return inverter(a).serial; });
  group.on(tag::PVI_REQ_VERSION, [](const Ask&) -> Reply {
    return std::vector<Value>{item(tag::PVI_VERSION_MAIN, std::string("7.14")),
                              item(tag::PVI_VERSION_PIC, std::string("2.05")),
                              item(tag::PVI_VERSION_ALL, std::string("7.14 2.05"))};
  });
  group.on(tag::PVI_REQ_DEVICE_STATE, [](const Ask&) -> Reply {
    return device_state(tag::PVI_DEVICE_CONNECTED, tag::PVI_DEVICE_WORKING,
                        tag::PVI_DEVICE_IN_SERVICE);
  });
  group.on(tag::PVI_REQ_FREQUENCY_UNDER_OVER, [](const Ask&) -> Reply {
    return std::vector<Value>{item(tag::PVI_FREQUENCY_UNDER, 47.5),
                              item(tag::PVI_FREQUENCY_OVER, 51.5)};
  });
  group.on(tag::PVI_REQ_VOLTAGE_MONITORING, [](const Ask&) -> Reply {
    return std::vector<Value>{item(tag::PVI_VOLTAGE_MONITORING_THRESHOLD_TOP, 264.5),
                              item(tag::PVI_VOLTAGE_MONITORING_THRESHOLD_BOTTOM, 184.0),
                              item(tag::PVI_VOLTAGE_MONITORING_SLOPE_UP, 0.0),
                              item(tag::PVI_VOLTAGE_MONITORING_SLOPE_DOWN, 0.0)};
  });
  // Always in error on the devices of the public issue threads.
  group.on(tag::PVI_REQ_COS_PHI,
           [](const Ask&) -> Reply { return Denied{ErrorCode::kNotAvailable}; });
  table.on(tag::PVI_REQ_INVERTER_COUNT, [](const Ask& a) -> Reply {
    return static_cast<double>(a.station.config().inverters.size());
  });
}

}  // namespace rscp::simulator
