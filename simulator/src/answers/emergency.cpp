// SPDX-License-Identifier: MIT
// EP and SE: emergency power and its reserve.
#include <algorithm>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr ErrorCode kFormat{ErrorCode::kFormat};
constexpr ErrorCode kOutOfBounds{ErrorCode::kOutOfBounds};

std::vector<Value> reserve(const Ask& ask) {
  const double capacity = ask.station.config().capacity();
  const double percent = ask.station.plant().settings().reserve;
  const double begin = std::floor(to_seconds(ask.station.plant().recorded_since())) * 1000;
  return {item(tag::SE_PARAM_INDEX, DataType::UInt16, 0.0),
          item(tag::SE_PARAM_EP_RESERVE, percent),
          item(tag::SE_PARAM_EP_RESERVE_W, capacity * percent / 100),
          item(tag::SE_PARAM_EP_RESERVE_MAX_W, capacity),
          item(tag::SE_PARAM_LAST_SOC, ask.station.plant().charge()),
          item(tag::SE_PARAM_TIME_LAST_FULL, begin),
          item(tag::SE_PARAM_TIME_LAST_EMPTY, begin)};
}

Reply set_reserve(const Ask& ask) {
  const double capacity = ask.station.config().capacity();
  auto percent = ask.number(tag::SE_PARAM_EP_RESERVE);
  if (const auto energy = ask.number(tag::SE_PARAM_EP_RESERVE_W); !percent && energy) {
    percent = capacity > 0 ? *energy / capacity * 100 : 0;
  }
  if (!percent) return kFormat;
  if (!(*percent >= 0 && *percent <= 100)) return kOutOfBounds;
  Plant& plant = ask.station.plant();
  plant.settle(plant.now());
  plant.settings().reserve = *percent;
  plant.advance(plant.now());
  return reserve(ask);
}

}  // namespace

void add_emergency_answers(AnswerTable& table) {
  table.on(tag::SE_REQ_EP_RESERVE, [](const Ask& a) -> Reply {
    if (!a.station.config().emergency_power) return ErrorCode{ErrorCode::kNotAvailable};
    return reserve(a);
  });
  table.on(tag::SE_REQ_SET_EP_RESERVE, [](const Ask& a) -> Reply {
    if (!a.station.config().emergency_power) return ErrorCode{ErrorCode::kNotAvailable};
    return set_reserve(a);
  });
  const auto flag = [&table](Tag request, bool when_possible) {
    table.on(request, [when_possible](const Ask& a) -> Reply {
      return a.station.config().emergency_power && when_possible;
    });
  };
  flag(tag::EP_REQ_IS_READY_FOR_SWITCH, true);
  flag(tag::EP_REQ_IS_POSSIBLE, true);
  flag(tag::EP_REQ_IS_ISLAND_GRID, false);
  flag(tag::EP_REQ_IS_INVALID_STATE, false);
  table.on(tag::EP_REQ_IS_GRID_CONNECTED, [](const Ask&) -> Reply { return true; });
}

}  // namespace rscp::simulator
