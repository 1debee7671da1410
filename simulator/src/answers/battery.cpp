// SPDX-License-Identifier: MIT
// BAT: batteries and their modules (DCB).
#include <algorithm>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr ErrorCode kOutOfBounds{ErrorCode::kOutOfBounds};
constexpr double kUsable = 0.9;  // of the design capacity

const BatteryConfig& battery(const Ask& ask) { return ask.station.config().batteries[ask.index]; }

// This battery's part of all that the batteries do together.
double share(const Ask& ask) {
  const double all = ask.station.config().capacity();
  return all > 0 ? battery(ask).capacity / all : 0;
}

double voltage(const Ask& ask) {
  const BatteryConfig& b = battery(ask);
  const double charge = ask.station.plant().charge() / 100;
  return b.module_voltage * b.modules * (0.94 + 0.12 * charge);
}

double current(const Ask& ask) {
  const double volts = voltage(ask);
  return volts > 0 ? ask.station.plant().flows().battery * share(ask) / volts : 0;
}

double nominal_voltage(const BatteryConfig& b) { return b.module_voltage * b.modules; }
double usable_ah(const BatteryConfig& b) {
  const double volts = nominal_voltage(b);
  return volts > 0 ? b.capacity / volts : 0;
}
double cycles(const Ask& ask) {
  const double capacity = ask.station.config().capacity();
  return capacity > 0 ? ask.station.plant().totals().discharged / capacity : 0;
}
double health(const Ask& ask) { return std::max(100 - cycles(ask) * 0.004, 70.0); }

// Warm by what flows; each sensor a little different.
double temperature(const Ask& ask, double sensor) {
  const double load = std::abs(ask.station.plant().flows().battery) /
                      std::max(ask.station.config().max_charge(), 1.0);
  return std::round(
             (22 + 6 * load + 0.3 * std::sin(sensor * 2.1 + static_cast<double>(ask.index))) * 10) /
         10;
}

double cell_voltage(const Ask& ask, double cell) {
  const BatteryConfig& b = battery(ask);
  const double mean = b.cells > 0 ? voltage(ask) / b.modules / b.cells : 0;
  return std::round((mean + 0.002 * std::sin(cell * 1.7)) * 1000) / 1000;
}

std::optional<std::size_t> module_of(const Ask& ask) {
  const auto index = ask.parameter();
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(battery(ask).modules)) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(*index);
}

std::string serial_code(const Ask& ask, std::size_t module) {
  std::string digits = std::to_string(1000 + ask.index * 100 + module);
  return "DCB" + digits;
}

Reply module_info(const Ask& ask) {
  const auto module = module_of(ask);
  if (!module) return kOutOfBounds;
  const BatteryConfig& b = battery(ask);
  const double charge = ask.station.plant().charge();
  const double ah = usable_ah(b);
  const double volts = voltage(ask) / b.modules;
  const double amperes = current(ask);
  const auto now_ms = std::floor(to_seconds(ask.station.now()) * 1000);
  const double most_charge = b.max_charge / std::max(nominal_voltage(b), 1.0);
  const double most_discharge = b.max_discharge / std::max(nominal_voltage(b), 1.0);
  return std::vector<Value>{
      item(tag::BAT_DCB_INDEX, static_cast<double>(*module)),
      item(tag::BAT_DCB_LAST_MESSAGE_TIMESTAMP, now_ms),
      item(tag::BAT_DCB_MAX_CHARGE_VOLTAGE, b.module_voltage * 1.08),
      item(tag::BAT_DCB_MAX_CHARGE_CURRENT, most_charge),
      item(tag::BAT_DCB_END_OF_DISCHARGE, b.module_voltage * 0.9),
      item(tag::BAT_DCB_MAX_DISCHARGE_CURRENT, most_discharge),
      item(tag::BAT_DCB_FULL_CHARGE_CAPACITY, ah * health(ask) / 100),
      item(tag::BAT_DCB_REMAINING_CAPACITY, ah * charge / 100),
      item(tag::BAT_DCB_SOC, charge),
      item(tag::BAT_DCB_SOH, health(ask)),
      item(tag::BAT_DCB_CYCLE_COUNT, std::floor(cycles(ask))),
      item(tag::BAT_DCB_CURRENT, amperes),
      item(tag::BAT_DCB_VOLTAGE, volts),
      item(tag::BAT_DCB_CURRENT_AVG_30S, amperes),
      item(tag::BAT_DCB_VOLTAGE_AVG_30S, volts),
      item(tag::BAT_DCB_DESIGN_CAPACITY, ah / kUsable),
      item(tag::BAT_DCB_DESIGN_VOLTAGE, b.module_voltage),
      item(tag::BAT_DCB_CHARGE_LOW_TEMPERATURE, 0.0),
      item(tag::BAT_DCB_CHARGE_HIGH_TEMPERATURE, 50.0),
      item(tag::BAT_DCB_MANUFACTURE_DATE, 20190805.0),
      item(tag::BAT_DCB_SERIALNO, 1000.0 + static_cast<double>(ask.index * 100 + *module)),
      item(tag::BAT_DCB_PROTOCOL_VERSION, 2.0),
      item(tag::BAT_DCB_FW_VERSION, 266.0),
      item(tag::BAT_DCB_DATA_TABLE_VERSION, 1.0),
      item(tag::BAT_DCB_PCB_VERSION, 0.0),
      item(tag::BAT_DCB_NR_SERIES_CELL, static_cast<double>(b.cells)),
      item(tag::BAT_DCB_NR_PARALLEL_CELL, 2.0),
      item(tag::BAT_DCB_MANUFACTURE_NAME, std::string("simulated")),
      item(tag::BAT_DCB_DEVICE_NAME, b.name),
      item(tag::BAT_DCB_SERIALCODE, serial_code(ask, *module)),
      item(tag::BAT_DCB_NR_SENSOR, static_cast<double>(b.sensors)),
      item(tag::BAT_DCB_STATUS, 0.0),
      item(tag::BAT_DCB_WARNING, 0.0),
      item(tag::BAT_DCB_ALARM, 0.0),
      item(tag::BAT_DCB_ERROR, 0.0)};
}

Reply cells(const Ask& ask, Tag tag, unsigned count, double (*measure)(const Ask&, double)) {
  const auto module = module_of(ask);
  if (!module) return kOutOfBounds;
  std::vector<Value> values;
  values.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    values.push_back(item(tag, measure(ask, static_cast<double>(i + *module * 20))));
  }
  return std::vector<Value>{item(tag::BAT_DCB_INDEX, static_cast<double>(*module)),
                            Value::container(tag::BAT_DATA, std::move(values))};
}

std::vector<Value> specification(const Ask& ask) {
  const BatteryConfig& b = battery(ask);
  return {item(tag::BAT_SPECIFIED_CAPACITY, b.capacity),
          item(tag::BAT_SPECIFIED_DSCHARGE_POWER, b.max_discharge),
          item(tag::BAT_SPECIFIED_CHARGE_POWER, b.max_charge),
          item(tag::BAT_SPECIFIED_MAX_DCB_COUNT, static_cast<double>(b.modules)),
          item(tag::BAT_ROLE, ask.index == 0 ? 257.0 : 258.0)};
}

std::vector<Value> internals(const Ask& ask) {
  const BatteryConfig& b = battery(ask);
  const double charge = b.max_charge / std::max(nominal_voltage(b), 1.0);
  const double discharge = b.max_discharge / std::max(nominal_voltage(b), 1.0);
  return {item(tag::BAT_INTERNAL_CURRENT_AVG30, current(ask)),
          item(tag::BAT_INTERNAL_MTV_AVG30, voltage(ask)),
          item(tag::BAT_INTERNAL_MAX_CHARGE_CURRENT, charge),
          item(tag::BAT_INTERNAL_MAX_DISCHARGE_CURRENT, discharge),
          item(tag::BAT_INTERNAL_MAX_CHARGE_CURR_PER_DCB, charge),
          item(tag::BAT_INTERNAL_MAX_DISCHARGE_CURR_PER_DCB, discharge),
          item(tag::BAT_INTERNAL_MAX_CHARGE_CURR_DATA_LOG, charge),
          item(tag::BAT_INTERNAL_MAX_DISCHARGE_CURR_DATA_LOG, discharge)};
}

Reply available_batteries(const Ask& ask) {
  std::vector<Value> list;
  const auto& batteries = ask.station.config().batteries;
  list.reserve(batteries.size());
  for (std::size_t i = 0; i < batteries.size(); ++i) {
    list.push_back(
        Value::container(tag::BAT_BATTERY_SPEC,
                         {item(tag::BAT_INDEX, static_cast<double>(i)),
                          item(tag::BAT_PARAM_BAT_NUMBER, DataType::Int32, static_cast<double>(i)),
                          item(tag::BAT_DEVICE_NAME, batteries[i].name),
                          item(tag::BAT_MANUFACTURER_NAME, std::string("simulated")),
                          item(tag::BAT_SERIALNO, 1000.0 + static_cast<double>(i)),
                          item(tag::BAT_INSTANCE_DESCRIPTOR, "battery " + std::to_string(i))}));
  }
  return list;
}

}  // namespace

void add_battery_answers(AnswerTable& table) {
  auto& group = table.group(
      tag::BAT_REQ_DATA, tag::BAT_INDEX,
      [](Station& d, std::int64_t index) -> std::optional<std::size_t> {
        if (index < 0 || index >= static_cast<std::int64_t>(d.config().batteries.size())) {
          return std::nullopt;
        }
        return static_cast<std::size_t>(index);
      });
  group.absent = [](const Value&, Tag answer, Tag, std::int64_t) {
    return error_value(answer, ErrorCode::kNotAvailable);
  };
  const auto number = [&group](Tag request, double (*get)(const Ask&)) {
    group.on(request, [get](const Ask& a) -> Reply { return get(a); });
  };
  number(tag::BAT_REQ_RSOC, [](const Ask& a) { return a.station.plant().charge(); });
  number(tag::BAT_REQ_RSOC_REAL,
         [](const Ask& a) { return a.station.plant().charge() * 0.98 + 1; });
  number(tag::BAT_REQ_ASOC, health);
  number(tag::BAT_REQ_MODULE_VOLTAGE, voltage);
  number(tag::BAT_REQ_TERMINAL_VOLTAGE, [](const Ask& a) { return voltage(a) + 0.2; });
  number(tag::BAT_REQ_CURRENT, current);
  number(tag::BAT_REQ_MAX_BAT_VOLTAGE,
         [](const Ask& a) { return nominal_voltage(battery(a)) * 1.08; });
  number(tag::BAT_REQ_EOD_VOLTAGE, [](const Ask& a) { return nominal_voltage(battery(a)) * 0.9; });
  number(tag::BAT_REQ_MAX_CHARGE_CURRENT, [](const Ask& a) {
    return battery(a).max_charge / std::max(nominal_voltage(battery(a)), 1.0);
  });
  number(tag::BAT_REQ_MAX_DISCHARGE_CURRENT, [](const Ask& a) {
    return battery(a).max_discharge / std::max(nominal_voltage(battery(a)), 1.0);
  });
  number(tag::BAT_REQ_CHARGE_CYCLES, [](const Ask& a) { return std::floor(cycles(a)); });
  number(tag::BAT_REQ_STATUS_CODE, [](const Ask&) { return 0.0; });
  number(tag::BAT_REQ_ERROR_CODE, [](const Ask&) { return 0.0; });
  number(tag::BAT_REQ_DCB_COUNT,
         [](const Ask& a) { return static_cast<double>(battery(a).modules); });
  number(tag::BAT_REQ_FCC, [](const Ask& a) { return usable_ah(battery(a)) * health(a) / 100; });
  number(tag::BAT_REQ_RC,
         [](const Ask& a) { return usable_ah(battery(a)) * a.station.plant().charge() / 100; });
  number(tag::BAT_REQ_USABLE_CAPACITY, [](const Ask& a) { return usable_ah(battery(a)); });
  number(tag::BAT_REQ_USABLE_REMAINING_CAPACITY,
         [](const Ask& a) { return usable_ah(battery(a)) * a.station.plant().charge() / 100; });
  number(tag::BAT_REQ_DESIGN_CAPACITY,
         [](const Ask& a) { return usable_ah(battery(a)) / kUsable; });
  number(tag::BAT_REQ_DESIGN_VOLTAGE, [](const Ask& a) { return nominal_voltage(battery(a)); });
  number(tag::BAT_REQ_MAX_DCB_CELL_TEMPERATURE, [](const Ask& a) { return temperature(a, 0.75); });
  number(tag::BAT_REQ_MIN_DCB_CELL_TEMPERATURE, [](const Ask& a) { return temperature(a, 2.25); });
  number(tag::BAT_REQ_CHARGE_HIGH_TEMP, [](const Ask&) { return 50.0; });
  number(tag::BAT_REQ_CHARGE_LOW_TEMP, [](const Ask&) { return 0.0; });
  number(tag::BAT_REQ_TRAINING_MODE, [](const Ask&) { return 0.0; });
  number(tag::BAT_REQ_FIRMWARE_VERSION, [](const Ask&) { return 266.0; });
  number(tag::BAT_REQ_TOTAL_USE_TIME, [](const Ask& a) {
    return std::floor(to_seconds(a.station.now()) - to_seconds(a.station.plant().recorded_since()));
  });
  number(tag::BAT_REQ_TOTAL_DISCHARGE_TIME, [](const Ask& a) {
    const double most = std::max(a.station.config().max_discharge(), 1.0);
    return std::floor(a.station.plant().totals().discharged / most * 3'600 * 2.5);
  });
  group.on(tag::BAT_REQ_READY_FOR_SHUTDOWN, [](const Ask&) -> Reply { return false; });
  group.on(tag::BAT_REQ_DEVICE_NAME, [](const Ask& a) -> Reply { return battery(a).name; });
  group.on(tag::BAT_REQ_MANUFACTURER_NAME,
           [](const Ask&) -> Reply { return std::string("simulated"); });
  group.on(tag::BAT_REQ_DEVICE_STATE, [](const Ask&) -> Reply {
    return device_state(tag::BAT_DEVICE_CONNECTED, tag::BAT_DEVICE_WORKING,
                        tag::BAT_DEVICE_IN_SERVICE);
  });
  group.on(tag::BAT_REQ_SPECIFICATION, [](const Ask& a) -> Reply { return specification(a); });
  group.on(tag::BAT_REQ_INTERNALS, [](const Ask& a) -> Reply { return internals(a); });
  group.on(tag::BAT_REQ_INFO, [](const Ask& a) -> Reply {
    return std::vector<Value>{item(tag::BAT_RSOC, a.station.plant().charge()),
                              item(tag::BAT_MODULE_VOLTAGE, voltage(a)),
                              item(tag::BAT_CURRENT, current(a)),
                              item(tag::BAT_CHARGE_CYCLES, std::floor(cycles(a))),
                              item(tag::BAT_STATUS_CODE, 0.0),
                              item(tag::BAT_ERROR_CODE, 0.0)};
  });
  group.on(tag::BAT_REQ_DCB_INFO, module_info);
  group.on(tag::BAT_REQ_DCB_ALL_CELL_TEMPERATURES, [](const Ask& a) {
    return cells(a, tag::BAT_DCB_CELL_TEMPERATURE, battery(a).sensors, temperature);
  });
  group.on(tag::BAT_REQ_DCB_ALL_CELL_VOLTAGES, [](const Ask& a) {
    return cells(a, tag::BAT_DCB_CELL_VOLTAGE, battery(a).cells, cell_voltage);
  });
  table.on(tag::BAT_REQ_AVAILABLE_BATTERIES, available_batteries);
}

}  // namespace rscp::simulator
