// SPDX-License-Identifier: MIT
// DCDC: the converters between battery and DC link, one a battery.
#include <algorithm>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr double kLinkVoltage = 390;

double battery_voltage(const Ask& ask) {
  const BatteryConfig& b = ask.station.config().batteries[ask.index];
  return b.module_voltage * b.modules * (0.94 + 0.12 * ask.station.plant().charge() / 100);
}

double battery_power(const Ask& ask) {
  const DeviceConfig& c = ask.station.config();
  const double all = c.capacity();
  return all > 0 ? ask.station.plant().flows().battery * c.batteries[ask.index].capacity / all : 0;
}

}  // namespace

void add_converter_answers(AnswerTable& table) {
  auto& group = table.group(
      tag::DCDC_REQ_DATA, tag::DCDC_INDEX,
      [](Station& d, std::int64_t index) -> std::optional<std::size_t> {
        if (index < 0 || index >= static_cast<std::int64_t>(d.config().batteries.size())) {
          return std::nullopt;
        }
        return static_cast<std::size_t>(index);
      });
  group.absent = [](const Value&, Tag answer, Tag, std::int64_t) {
    return error_value(answer, ErrorCode::kOutOfBounds);
  };
  const auto number = [&group](Tag request, double (*get)(const Ask&)) {
    group.on(request, [get](const Ask& a) -> Reply { return get(a); });
  };
  number(tag::DCDC_REQ_U_BAT, battery_voltage);
  number(tag::DCDC_REQ_P_BAT, battery_power);
  number(tag::DCDC_REQ_I_BAT, [](const Ask& a) {
    const double volts = battery_voltage(a);
    return volts > 0 ? battery_power(a) / volts : 0;
  });
  number(tag::DCDC_REQ_U_DCL, [](const Ask&) { return kLinkVoltage; });
  number(tag::DCDC_REQ_P_DCL, [](const Ask& a) { return -battery_power(a); });
  number(tag::DCDC_REQ_I_DCL, [](const Ask& a) { return -battery_power(a) / kLinkVoltage; });
  number(tag::DCDC_REQ_BOARD_VERSION, [](const Ask&) { return 3.0; });
  const auto text = [&group](Tag request, const char* answer) {
    group.on(request, [answer](const Ask&) -> Reply { return std::string(answer); });
  };
  text(tag::DCDC_REQ_FIRMWARE_VERSION, "1.24");
  text(tag::DCDC_REQ_FPGA_FIRMWARE, "3.07");
  text(tag::DCDC_REQ_SERIAL_NUMBER, "DCDC-000815");
  group.on(tag::DCDC_REQ_STATUS, [](const Ask&) -> Reply {
    return std::vector<Value>{item(tag::DCDC_STATE, 4.0), item(tag::DCDC_SUBSTATE, 0.0)};
  });
  group.on(tag::DCDC_REQ_STATUS_AS_STRING, [](const Ask&) -> Reply {
    return std::vector<Value>{item(tag::DCDC_STATE_AS_STRING, std::string("RUN")),
                              item(tag::DCDC_SUBSTATE_AS_STRING, std::string("NONE"))};
  });
  group.on(tag::DCDC_REQ_DEVICE_STATE, [](const Ask&) -> Reply {
    return device_state(tag::DCDC_DEVICE_CONNECTED, tag::DCDC_DEVICE_WORKING,
                        tag::DCDC_DEVICE_IN_SERVICE);
  });
}

}  // namespace rscp::simulator
