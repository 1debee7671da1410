// SPDX-License-Identifier: MIT
// EMS: power flow, state, limits, specification.
#include <algorithm>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

double percent(double part, double whole) {
  return whole > 0 ? std::clamp(part / whole * 100, 0.0, 100.0) : 0.0;
}

double autarky(const Station& station) {
  const PowerReading p = station.power();
  const double used = p.house + p.wallbox;
  return used > 0 ? percent(used - std::max(p.grid, 0), used) : 100.0;
}

double self_consumption(const Station& station) {
  const PowerReading p = station.power();
  const double produced = p.pv - p.external;
  return produced > 0 ? percent(produced - std::max(-p.grid, 0), produced) : 100.0;
}

// Bits of EmsStatus.
unsigned status(const Station& station) {
  const Plant& plant = station.plant();
  unsigned bits = 0;
  if (plant.charge_limit() < 1) bits |= 0x01U;
  if (plant.discharge_limit() < 1) bits |= 0x02U;
  if (station.config().emergency_power) bits |= 0x04U;
  if (plant.flows().derated) bits |= 0x10U;
  if (plant.charging_locked()) bits |= 0x20U;
  if (plant.discharging_locked()) bits |= 0x40U;
  return bits;
}

// Bits of EmsSysStatus.
unsigned system_status(const Station& station) {
  const Plant& plant = station.plant();
  unsigned bits = 0x01U | 0x02U | 0x04U | 0x08U | 0x10U | 0x20U | 0x80U | 0x800U;
  if (plant.flows().derated) bits |= 0x40U;
  if (!station.config().wallboxes.empty()) bits |= 0x4000U;
  if (plant.settings().powersave) bits |= 0x8000U;
  if (plant.charging_locked()) bits |= 0x10000U;
  if (plant.discharging_locked()) bits |= 0x20000U;
  if (plant.charge() <= plant.settings().reserve) bits |= 0x100000U;
  return bits;
}

double mode(const Station& station) {
  const double battery = station.power().battery;
  if (battery > 0) return 2;
  return battery < 0 ? 1 : 0;
}

// The eighteen specifications by their names on the wire, one of them misspelt there.
std::vector<Value> specifications(const Station& station) {
  const DeviceConfig& c = station.config();
  double ac_power = 0;
  for (const auto& inverter : c.inverters) ac_power += inverter.max_power;
  struct Entry {
    const char* name;
    double number;
  };
  const Entry entries[] = {
      {"hybridModeSupported", 0},
      {"installedBatteryCapacity", c.capacity()},
      {"maxAcPower", ac_power},
      {"maxBatChargePower", c.max_charge()},
      {"maxBatDischargPower", c.max_discharge()},
      {"maxChargePower", c.max_charge()},
      {"maxDischargePower", c.max_discharge()},
      {"maxFbcChargePower", c.max_charge()},
      {"maxFbcDischargePower", c.max_discharge()},
      {"maxPvPower", -1},
      {"maxStartChargePower", std::round(c.max_charge() * 0.5)},
      {"maxStartDischargePower", std::round(c.max_discharge() * 0.5)},
      {"minStartChargePower", 65},
      {"minStartDischargePower", 65},
      {"recommendedMinChargeLimit", std::round(c.max_charge() * 0.1)},
      {"recommendedMinDischargeLimit", std::round(c.max_discharge() * 0.1)},
      {"startChargeDefault", 65},
      {"startDischargeDefault", 65},
  };
  std::vector<Value> specs;
  double index = 0;
  for (const Entry& entry : entries) {
    // maxPvPower comes as an error from real devices.
    const Reply number =
        entry.number < 0 ? Reply(ErrorCode{ErrorCode::kNotAvailable}) : Reply(entry.number);
    specs.push_back(
        Value::container(tag::EMS_SYS_SPEC, {item(tag::EMS_SYS_SPEC_INDEX, index),
                                             item(tag::EMS_SYS_SPEC_NAME, std::string(entry.name)),
                                             item(tag::EMS_SYS_SPEC_VALUE_INT, number)}));
    ++index;
  }
  return specs;
}

std::vector<Value> emergency_test(const Ask& ask) {
  const auto next =
      std::chrono::floor<std::chrono::days>(ask.station.now()) + std::chrono::days(30);
  return {item(tag::EMS_EPTEST_NEXT_TESTSTART,
               Timestamp{std::chrono::sys_seconds(next).time_since_epoch().count(), 0}),
          item(tag::EMS_EPTEST_START_COUNTER, 3.0), item(tag::EMS_EPTEST_RUNNING, false)};
}

}  // namespace

void add_energy_answers(AnswerTable& table) {
  using Power = std::int32_t PowerReading::*;
  const auto power = [&table](Tag request, Power which) {
    table.on(request, [which](const Ask& a) -> Reply {
      return static_cast<double>(a.station.power().*which);
    });
  };
  power(tag::EMS_REQ_POWER_PV, &PowerReading::pv);
  power(tag::EMS_REQ_POWER_BAT, &PowerReading::battery);
  power(tag::EMS_REQ_POWER_HOME, &PowerReading::house);
  power(tag::EMS_REQ_POWER_GRID, &PowerReading::grid);
  power(tag::EMS_REQ_POWER_ADD, &PowerReading::external);
  power(tag::EMS_REQ_POWER_WB_ALL, &PowerReading::wallbox);
  power(tag::EMS_REQ_POWER_WB_SOLAR, &PowerReading::wallbox_solar);

  const auto number = [&table](Tag request, double (*get)(const Station&)) {
    table.on(request, [get](const Ask& a) -> Reply { return get(a.station); });
  };
  number(tag::EMS_REQ_BAT_SOC, [](const Station& d) { return d.charge(); });
  number(tag::EMS_REQ_AUTARKY, autarky);
  number(tag::EMS_REQ_SELF_CONSUMPTION, self_consumption);
  number(tag::EMS_REQ_MODE, mode);
  number(tag::EMS_REQ_STATUS, [](const Station& d) { return static_cast<double>(status(d)); });
  number(tag::EMS_REQ_SYS_STATUS,
         [](const Station& d) { return static_cast<double>(system_status(d)); });
  number(tag::EMS_REQ_COUPLING_MODE,
         [](const Station& d) { return d.config().inverters.size() > 1 ? 1.0 : 0.0; });
  number(tag::EMS_REQ_BALANCED_PHASES, [](const Station&) { return 7.0; });
  number(tag::EMS_REQ_INSTALLED_PEAK_POWER,
         [](const Station& d) { return d.config().installed_peak(); });
  number(tag::EMS_REQ_DERATE_AT_PERCENT_VALUE,
         [](const Station& d) { return d.config().derate_fraction; });
  number(tag::EMS_REQ_DERATE_AT_POWER_VALUE,
         [](const Station& d) { return d.config().derate_fraction * d.config().installed_peak(); });
  number(tag::EMS_REQ_EXT_SRC_AVAILABLE,
         [](const Station& d) { return d.config().external_peak > 0 ? 1.0 : 0.0; });
  number(tag::EMS_REQ_EMERGENCY_POWER_STATUS,
         [](const Station& d) { return d.config().emergency_power ? 2.0 : 0.0; });
  number(tag::EMS_REQ_USED_CHARGE_LIMIT, [](const Station& d) { return d.plant().charge_limit(); });
  number(tag::EMS_REQ_BAT_CHARGE_LIMIT, [](const Station& d) { return d.config().max_charge(); });
  number(tag::EMS_REQ_DCDC_CHARGE_LIMIT, [](const Station& d) { return d.config().max_charge(); });
  number(tag::EMS_REQ_USER_CHARGE_LIMIT,
         [](const Station& d) { return d.plant().settings().max_charge; });
  number(tag::EMS_REQ_USED_DISCHARGE_LIMIT,
         [](const Station& d) { return d.plant().discharge_limit(); });
  number(tag::EMS_REQ_BAT_DISCHARGE_LIMIT,
         [](const Station& d) { return d.config().max_discharge(); });
  number(tag::EMS_REQ_DCDC_DISCHARGE_LIMIT,
         [](const Station& d) { return d.config().max_discharge(); });
  number(tag::EMS_REQ_USER_DISCHARGE_LIMIT,
         [](const Station& d) { return d.plant().settings().max_discharge; });
  number(tag::EMS_REQ_REMAINING_BAT_CHARGE_POWER, [](const Station& d) {
    return std::max(d.plant().charge_limit() - std::max(d.plant().flows().battery, 0.0), 0.0);
  });
  number(tag::EMS_REQ_REMAINING_BAT_DISCHARGE_POWER, [](const Station& d) {
    return std::max(d.plant().discharge_limit() - std::max(-d.plant().flows().battery, 0.0), 0.0);
  });
  number(tag::EMS_REQ_IDLE_PERIOD_CHANGE_MARKER,
         [](const Station& d) { return static_cast<double>(d.plant().settings().idle_marker); });
  number(tag::EMS_REQ_SETTINGS_CHANGE_MARKER, [](const Station& d) {
    return static_cast<double>(d.plant().settings().settings_marker);
  });
  table.on(tag::EMS_REQ_IS_PV_DERATING,
           [](const Ask& a) -> Reply { return a.station.plant().flows().derated; });
  // No table declares a type for it; a Bool was taken by every client tried.
  table.on(tag::EMS_REQ_ALIVE, tag::EMS_ALIVE, DataType::Bool,
           [](const Ask&) -> Reply { return true; });
  // Dynamic prices: there, and switched off.
  for (const Tag request :
       {tag::EMS_REQ_DPP_PRICE_BASED_WB_CHARGE_ACTIVE,
        tag::EMS_REQ_DPP_PRICE_BASED_BATTERY_CHARGE_ACTIVE,
        tag::EMS_REQ_DPP_PRICE_BASED_BATTERY_CHARGE_ENABLED, tag::EMS_REQ_DPP_PRICE_LIMIT_BATTERY,
        tag::EMS_REQ_DPP_SOC_BATTERY, tag::EMS_REQ_DPP_MONTHS_ACTIVE}) {
    number(request, [](const Station&) { return 0.0; });
  }
  table.on(tag::EMS_REQ_STORED_ERRORS, [](const Ask&) -> Reply { return std::vector<Value>(); });
  table.on(tag::EMS_REQ_GET_SYS_SPECS,
           [](const Ask& a) -> Reply { return specifications(a.station); });
  table.on(tag::EMS_REQ_EMERGENCYPOWER_TEST_STATUS,
           [](const Ask& a) -> Reply { return emergency_test(a); });
  // Always in error on the devices of the public issue threads.
  for (const Tag request : {tag::EMS_REQ_GET_GENERATOR_STATE, tag::EMS_REQ_ERROR_BUZZER_ENABLED}) {
    table.on(request, [](const Ask&) -> Reply { return ErrorCode{ErrorCode::kNotAvailable}; });
  }
}

}  // namespace rscp::simulator
