// SPDX-License-Identifier: MIT
// PM: power meters. Their indices need not be contiguous: clients must probe.
#include <algorithm>
#include <array>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr double kPhases = 3;
constexpr double kAllPhases = 7;  // a bit each

const MeterConfig& meter(const Ask& ask) { return ask.station.config().meters[ask.index]; }

double power(const Ask& ask) {
  const Flows& flows = ask.station.plant().flows();
  switch (meter(ask).role) {
    case MeterRole::Root:
      return static_cast<double>(ask.station.power().grid);
    case MeterRole::Production:
      return -flows.external;
    case MeterRole::Consumption:
      return flows.house / 4;
    case MeterRole::Wallbox:
      break;
  }
  return flows.wallbox;
}

double energy(const Ask& ask) {
  const Energies& totals = ask.station.plant().totals();
  switch (meter(ask).role) {
    case MeterRole::Root:
      return totals.drawn - totals.fed_in;
    case MeterRole::Production:
      return -totals.external;
    case MeterRole::Consumption:
      return totals.house / 4;
    case MeterRole::Wallbox:
      break;
  }
  return totals.wallbox;
}

// PmType.
double type(MeterRole role) {
  switch (role) {
    case MeterRole::Root:
      return 1;
    case MeterRole::Production:
      return 3;
    case MeterRole::Consumption:
      return 4;
    case MeterRole::Wallbox:
      break;
  }
  return 7;
}

}  // namespace

void add_meter_answers(AnswerTable& table) {
  auto& group = table.group(tag::PM_REQ_DATA, tag::PM_INDEX,
                            [](Station& d, std::int64_t index) -> std::optional<std::size_t> {
                              const auto& meters = d.config().meters;
                              const auto found =
                                  std::ranges::find_if(meters, [&](const MeterConfig& m) {
                                    return static_cast<std::int64_t>(m.index) == index;
                                  });
                              if (found == meters.end()) return std::nullopt;
                              return static_cast<std::size_t>(found - meters.begin());
                            });
  // The index alone: the one form that python-e3dc's get_powermeters() takes for "not there".
  group.absent = [](const Value&, Tag answer, Tag index_tag, std::int64_t index) {
    return Value::container(answer, {item(index_tag, static_cast<double>(index))});
  };
  const auto by_phase = [&group](std::array<Tag, 3> requests, double (*get)(const Ask&, double)) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      group.on(requests.at(i), [get, phase = static_cast<double>(i + 1)](const Ask& a) -> Reply {
        return get(a, phase);
      });
    }
  };
  by_phase({tag::PM_REQ_POWER_L1, tag::PM_REQ_POWER_L2, tag::PM_REQ_POWER_L3},
           [](const Ask& a, double) { return power(a) / kPhases; });
  by_phase({tag::PM_REQ_ENERGY_L1, tag::PM_REQ_ENERGY_L2, tag::PM_REQ_ENERGY_L3},
           [](const Ask& a, double) { return energy(a) / kPhases; });
  by_phase({tag::PM_REQ_VOLTAGE_L1, tag::PM_REQ_VOLTAGE_L2, tag::PM_REQ_VOLTAGE_L3},
           [](const Ask& a, double phase) {
             return 230 + 1.5 * std::sin(to_seconds(a.station.now()) / 420 + (phase - 1) * 2.1);
           });
  const auto number = [&group](Tag request, double (*get)(const Ask&)) {
    group.on(request, [get](const Ask& a) -> Reply { return get(a); });
  };
  number(tag::PM_REQ_ACTIVE_PHASES, [](const Ask&) { return kAllPhases; });
  number(tag::PM_REQ_MODE, [](const Ask&) { return 0.0; });
  number(tag::PM_REQ_DEVICE_ID, [](const Ask& a) { return 20.0 + meter(a).index; });
  number(tag::PM_REQ_ERROR_CODE, [](const Ask&) { return 0.0; });
  number(tag::PM_REQ_FIRMWARE_VERSION, [](const Ask&) { return 41.0; });
  number(tag::PM_REQ_MAX_PHASE_POWER, [](const Ask&) { return 14'490.0; });
  number(tag::PM_REQ_TYPE, [](const Ask& a) { return type(meter(a).role); });
  number(tag::PM_REQ_GET_PHASE_ELIMINATION, [](const Ask&) { return 0.0; });
  group.on(tag::PM_REQ_DEVICE_STATE, [](const Ask&) -> Reply {
    return device_state(tag::PM_DEVICE_CONNECTED, tag::PM_DEVICE_WORKING,
                        tag::PM_DEVICE_IN_SERVICE);
  });
}

}  // namespace rscp::simulator
