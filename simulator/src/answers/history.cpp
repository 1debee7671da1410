// SPDX-License-Identifier: MIT
// DB: the history database. Its rules are those that public clients found on real devices.
#include <algorithm>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr double kResolution = 900;                // s; a shorter interval counts as this
constexpr double kLongestDay = 32 * 3'600;         // s; of a DAY request
constexpr double kMostSlots = 400;                 // what fits a frame
constexpr std::uint32_t kUnexpected = 0xFFFFFFFF;  // seen for impossible spans

// A time as Timestamp, UInt64 or Int64: clients differ.
std::optional<double> seconds_of(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto scalar = value->scalar()) {
    if (const auto* time = std::get_if<Timestamp>(&*scalar)) {
      return static_cast<double>(time->seconds) + time->nanoseconds * 1e-9;
    }
  }
  return value->number();
}

double percent(double part, double whole) {
  return whole > 0 ? std::clamp(part / whole * 100, 0.0, 100.0) : 0.0;
}

std::vector<Value> fields(const Station& station, Instant begin, Instant end, double graph_index) {
  const Energies e = station.plant().energies(begin, end);
  const double capacity = station.config().capacity();
  const double produced = e.pv + e.external;
  return {item(tag::DB_GRAPH_INDEX, graph_index), item(tag::DB_BAT_POWER_IN, e.charged),
          item(tag::DB_BAT_POWER_OUT, e.discharged), item(tag::DB_DC_POWER, e.pv),
          // IN is what went into the grid.
          item(tag::DB_GRID_POWER_IN, e.fed_in), item(tag::DB_GRID_POWER_OUT, e.drawn),
          item(tag::DB_CONSUMPTION, e.consumption()), item(tag::DB_PM_0_POWER, e.external),
          item(tag::DB_PM_1_POWER, e.wallbox),
          item(tag::DB_BAT_CHARGE_LEVEL, station.plant().charge_at(end - Duration(1))),
          item(tag::DB_BAT_CYCLE_COUNT, capacity > 0 ? e.discharged / capacity : 0.0),
          item(tag::DB_CONSUMED_PRODUCTION, percent(produced - e.fed_in, produced)),
          item(tag::DB_AUTARKY, percent(e.consumption() - e.drawn, e.consumption()))};
}

Reply history(const Ask& ask, bool of_a_day) {
  const auto wall_start = seconds_of(ask.request.child(tag::DB_REQ_HISTORY_TIME_START));
  const auto utc_start = seconds_of(ask.request.child(tag::DB_REQ_HISTORY_UTC_TIME_START));
  const auto interval = seconds_of(ask.request.child(tag::DB_REQ_HISTORY_TIME_INTERVAL));
  const auto span = seconds_of(ask.request.child(tag::DB_REQ_HISTORY_TIME_SPAN));
  if ((!wall_start && !utc_start) || !interval || !span) return ErrorCode{ErrorCode::kFormat};
  if (!(*span >= kResolution) || (of_a_day && *span > kLongestDay)) {
    return ErrorCode{kUnexpected};
  }
  const double step = std::max(*interval, kResolution);
  const double count = std::ceil(*span / step - 1e-9);
  if (count > kMostSlots) return ErrorCode{ErrorCode::kOutOfBounds};
  // Boundaries lie in wall-clock time, so that a day has its 23, 24 or 25 hours.
  const TimeZone& zone = ask.station.zone();
  const auto moment = [&](double offset) {
    if (!wall_start) return from_seconds(*utc_start + offset);
    return zone.to_instant(WallTime(from_seconds(*wall_start + offset).time_since_epoch()));
  };
  std::vector<Value> children;
  children.push_back(
      Value::container(tag::DB_SUM_CONTAINER, fields(ask.station, moment(0), moment(*span), 0)));
  for (int slot = 0; slot < static_cast<int>(count); ++slot) {
    const double begin = slot * step;
    const double end = std::min(begin + step, *span);
    // A value stands for the middle of its interval.
    children.push_back(Value::container(
        tag::DB_VALUE_CONTAINER, fields(ask.station, moment(begin), moment(end), slot + 0.5)));
  }
  return children;
}

}  // namespace

void add_history_answers(AnswerTable& table) {
  table.on(tag::DB_REQ_HISTORY_DATA_DAY, [](const Ask& a) { return history(a, true); });
  for (const Tag request : {tag::DB_REQ_HISTORY_DATA_WEEK, tag::DB_REQ_HISTORY_DATA_MONTH,
                            tag::DB_REQ_HISTORY_DATA_YEAR}) {
    table.on(request, [](const Ask& a) { return history(a, false); });
  }
}

}  // namespace rscp::simulator
