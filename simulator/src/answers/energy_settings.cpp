// SPDX-License-Identifier: MIT
// EMS: what can be written, and reading it back.
#include <algorithm>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

using namespace std::chrono_literals;

constexpr ErrorCode kFormat{ErrorCode::kFormat};
constexpr ErrorCode kOutOfBounds{ErrorCode::kOutOfBounds};
// Result codes inside EMS_SET_POWER_SETTINGS.
constexpr double kSuccess = 0;
constexpr double kOutOfRange = -1;
constexpr double kBelowRecommendation = 1;
// CarModeResult: the other mode is in the way.
constexpr double kCarModeRefused = 255;
constexpr double kMinutesPerDay = 1440;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr double kLongestManualCharge = 100'000;  // Wh

Settings& change(const Ask& ask) {
  Plant& plant = ask.station.plant();
  plant.settle(plant.now());
  return plant.settings();
}

// After a change the flows are those of the new settings.
void changed(const Ask& ask) { ask.station.plant().advance(ask.station.now()); }

Reply set_power(const Ask& ask) {
  const auto mode = ask.integer(tag::EMS_REQ_SET_POWER_MODE);
  const auto power = ask.number(tag::EMS_REQ_SET_POWER_VALUE);
  if (!mode) return kFormat;
  // Modes 0 and 1 need no value (E3DC-Control leaves it out).
  if (!power && *mode > 1) return kFormat;
  if (*mode < 0 || *mode > static_cast<int>(PowerMode::GridCharge)) return kOutOfBounds;
  const double watts = power.value_or(0);
  if (watts < 0) return kOutOfBounds;
  const DeviceConfig& config = ask.station.config();
  Settings& settings = change(ask);
  const auto wanted = static_cast<PowerMode>(*mode);
  if (wanted == PowerMode::Normal) {
    settings.power.reset();
  } else {
    const auto watchdog = Duration(static_cast<std::int64_t>(config.watchdog * 1e6));
    settings.power = PowerOverride{wanted, watts, ask.station.now() + watchdog};
  }
  changed(ask);
  return watts;  // mirrored
}

std::vector<Value> power_settings(const Ask& ask) {
  const Settings& s = ask.station.plant().settings();
  return {
      item(tag::EMS_POWER_LIMITS_USED, s.limits_used),
      item(tag::EMS_MAX_CHARGE_POWER, s.max_charge),
      item(tag::EMS_MAX_DISCHARGE_POWER, s.max_discharge),
      item(tag::EMS_DISCHARGE_START_POWER, s.discharge_start),
      item(tag::EMS_POWERSAVE_ENABLED, s.powersave),
      item(tag::EMS_WEATHER_REGULATED_CHARGE_ENABLED, s.weather_regulated),
      item(tag::EMS_WEATHER_FORECAST_MODE, DataType::UChar8, static_cast<double>(s.forecast_mode))};
}

// Takes `value` into `target` if it lies within 0 and `most`; the result code.
double take(double value, double most, double recommended, double& target) {
  if (value < 0 || value > most) return kOutOfRange;
  target = value;
  return value < recommended ? kBelowRecommendation : kSuccess;
}

Reply set_power_settings(const Ask& ask) {
  if (!ask.request.is_container() || ask.request.children().empty()) return kFormat;
  Settings& s = change(ask);
  const DeviceConfig& config = ask.station.config();
  std::vector<Value> results;
  const auto result = [&](Tag tag, double code) {
    results.push_back(item(tag, DataType::Char8, code));
  };
  for (const Value& child : ask.request.children()) {
    const Tag setting = child.tag();
    const auto number = child.number();
    if (!number) {
      results.push_back(error_value(child.tag(), ErrorCode::kFormat));
    } else if (setting == tag::EMS_POWER_LIMITS_USED) {
      s.limits_used = *number != 0;
      result(tag::EMS_RES_POWER_LIMITS_USED, kSuccess);
    } else if (setting == tag::EMS_MAX_CHARGE_POWER) {
      result(tag::EMS_RES_MAX_CHARGE_POWER,
             take(*number, config.max_charge(), config.max_charge() * 0.1, s.max_charge));
    } else if (setting == tag::EMS_MAX_DISCHARGE_POWER) {
      result(tag::EMS_RES_MAX_DISCHARGE_POWER,
             take(*number, config.max_discharge(), config.max_discharge() * 0.1, s.max_discharge));
    } else if (setting == tag::EMS_DISCHARGE_START_POWER) {
      // Real devices answer this one under its own tag.
      result(tag::EMS_DISCHARGE_START_POWER,
             take(*number, config.max_discharge(), 0, s.discharge_start));
    } else if (setting == tag::EMS_POWERSAVE_ENABLED) {
      s.powersave = *number != 0;
      result(tag::EMS_RES_POWERSAVE_ENABLED, kSuccess);
    } else if (setting == tag::EMS_WEATHER_REGULATED_CHARGE_ENABLED) {
      s.weather_regulated = *number != 0;
      result(tag::EMS_RES_WEATHER_REGULATED_CHARGE_ENABLED, kSuccess);
    } else if (setting == tag::EMS_WEATHER_FORECAST_MODE) {
      s.forecast_mode = static_cast<std::int32_t>(std::clamp(*number, 0.0, 255.0));
      result(tag::EMS_RES_WEATHER_FORECAST_MODE, kSuccess);
    } else {
      results.push_back(error_value(child.tag(), ErrorCode::kNotHandled));
    }
  }
  ++s.settings_marker;
  changed(ask);
  return results;
}

Value clock_time(Tag tag, unsigned minutes) {
  const unsigned hours = minutes / 60;
  return Value::container(
      tag, {item(tag::EMS_IDLE_PERIOD_HOUR, static_cast<double>(hours)),
            item(tag::EMS_IDLE_PERIOD_MINUTE, static_cast<double>(minutes - hours * 60))});
}

Reply idle_periods(const Ask& ask) {
  std::vector<Value> periods;
  for (const IdlePeriod& period : ask.station.plant().settings().idle_periods) {
    // ioBroker.e3dc-rscp wants exactly these five children in this order.
    periods.push_back(Value::container(
        tag::EMS_IDLE_PERIOD, {item(tag::EMS_IDLE_PERIOD_TYPE, period.discharge ? 1.0 : 0.0),
                               item(tag::EMS_IDLE_PERIOD_DAY, static_cast<double>(period.day)),
                               item(tag::EMS_IDLE_PERIOD_ACTIVE, period.active),
                               clock_time(tag::EMS_IDLE_PERIOD_START, period.start),
                               clock_time(tag::EMS_IDLE_PERIOD_END, period.end)}));
  }
  return periods;
}

std::optional<std::int64_t> child_integer(const Value& value, Tag tag) {
  const Value* child = value.child(tag);
  return child == nullptr ? std::nullopt : child->integer();
}

std::optional<double> minutes_of(const Value& period, Tag tag) {
  const Value* time = period.child(tag);
  if (time == nullptr) return std::nullopt;
  const auto hour = child_integer(*time, tag::EMS_IDLE_PERIOD_HOUR);
  const auto minute = child_integer(*time, tag::EMS_IDLE_PERIOD_MINUTE);
  if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59) {
    return std::nullopt;
  }
  return static_cast<double>(*hour * 60 + *minute);
}

Reply set_idle_periods(const Ask& ask) {
  // All or nothing.
  std::vector<IdlePeriod> periods = ask.station.plant().settings().idle_periods;
  for (const Value& child : ask.request.children()) {
    const auto type = child_integer(child, tag::EMS_IDLE_PERIOD_TYPE);
    const auto day = child_integer(child, tag::EMS_IDLE_PERIOD_DAY);
    const auto active = child_integer(child, tag::EMS_IDLE_PERIOD_ACTIVE);
    const auto start = minutes_of(child, tag::EMS_IDLE_PERIOD_START);
    const auto end = minutes_of(child, tag::EMS_IDLE_PERIOD_END);
    if (!type || !day || !active || !start || !end) return kFormat;
    if (*type < 0 || *type > 1 || *day < 0 || *day > 6) return kOutOfBounds;
    if (*start > *end || *end > kMinutesPerDay) return kOutOfBounds;
    const auto same = std::ranges::find_if(periods, [&](const IdlePeriod& p) {
      return p.discharge == (*type == 1) && p.day == static_cast<unsigned>(*day);
    });
    if (same == periods.end()) return kOutOfBounds;
    same->active = *active != 0;
    same->start = static_cast<unsigned>(*start);
    same->end = static_cast<unsigned>(*end);
  }
  if (ask.request.children().empty()) return kFormat;
  Settings& s = change(ask);
  s.idle_periods = std::move(periods);
  ++s.idle_marker;
  changed(ask);
  return 1.0;
}

Reply idle_periods_2(const Ask& ask) {
  std::vector<Value> periods;
  for (const IdlePeriod2& period : ask.station.plant().settings().idle_periods_2) {
    periods.push_back(
        Value::container(tag::EMS_IDLE_PERIOD_2,
                         {item(tag::EMS_PERIOD_ACTIVE, period.active),
                          item(tag::EMS_PERIOD_NAME, period.description),
                          item(tag::EMS_PERIOD_WEEKDAYS, static_cast<double>(period.weekdays)),
                          item(tag::EMS_PERIOD_START, static_cast<double>(period.start)),
                          item(tag::EMS_PERIOD_STOP, static_cast<double>(period.stop)),
                          item(tag::EMS_IDLE_PERIOD_TYPE, period.discharge ? 1.0 : 0.0)}));
  }
  return periods;
}

Reply set_idle_periods_2(const Ask& ask) {
  constexpr std::size_t kMost = 100;
  if (ask.request.children().size() > kMost) return kOutOfBounds;
  std::vector<IdlePeriod2> periods;  // the request holds all of them
  for (const Value& child : ask.request.children()) {
    const auto active = child_integer(child, tag::EMS_PERIOD_ACTIVE);
    const auto weekdays = child_integer(child, tag::EMS_PERIOD_WEEKDAYS);
    const auto start = child_integer(child, tag::EMS_PERIOD_START);
    const auto stop = child_integer(child, tag::EMS_PERIOD_STOP);
    const auto type = child_integer(child, tag::EMS_IDLE_PERIOD_TYPE);
    if (!active || !weekdays || !start || !stop || !type) return kFormat;
    if (*weekdays < 0 || *weekdays > 127 || *type < 0 || *type > 1 || *start < 0 ||
        *start > *stop || *stop > kSecondsPerDay) {
      return kOutOfBounds;
    }
    const Value* description = child.child(tag::EMS_PERIOD_NAME);
    periods.push_back({*active != 0,
                       std::string(description ? description->text().value_or("") : ""),
                       static_cast<unsigned>(*weekdays), static_cast<std::uint32_t>(*start),
                       static_cast<std::uint32_t>(*stop), *type == 1});
  }
  Settings& s = change(ask);
  s.idle_periods_2 = std::move(periods);
  ++s.idle_marker;
  changed(ask);
  return 1.0;
}

Reply start_manual_charge(const Ask& ask) {
  const auto energy = ask.request.number();
  if (!energy) return kFormat;
  if (*energy < 0 || *energy > kLongestManualCharge) return kOutOfBounds;
  Settings& s = change(ask);
  s.manual_charge = *energy;
  if (*energy > 0) {
    s.manual_charged = 0;
    s.manual_start = ask.station.now();
    ++s.manual_count;
  }
  changed(ask);
  return true;
}

Reply manual_charge(const Ask& ask) {
  const Settings& s = ask.station.plant().settings();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(s.manual_start);
  return std::vector<Value>{
      item(tag::EMS_MANUAL_CHARGE_START_COUNTER, static_cast<double>(s.manual_count)),
      item(tag::EMS_MANUAL_CHARGE_ACTIVE, s.manual_charge > 0),
      item(tag::EMS_MANUAL_CHARGE_ENERGY_COUNTER, s.manual_charged / 1000),
      item(tag::EMS_MANUAL_CHARGE_LASTSTART, Timestamp{seconds.time_since_epoch().count(), 0})};
}

// Each mode can only be switched on while the other is off.
Reply set_car_mode(const Ask& ask, bool Settings::* mode, bool Settings::* other) {
  const auto wanted = ask.request.integer();
  if (!wanted) return kFormat;
  if (*wanted < 0 || *wanted > 1) return kOutOfBounds;
  Settings& s = change(ask);
  if (*wanted == 1 && s.*other) return kCarModeRefused;
  s.*mode = *wanted == 1;
  changed(ask);
  return static_cast<double>(*wanted);
}

}  // namespace

void add_energy_settings(AnswerTable& table) {
  table.on(tag::EMS_REQ_SET_POWER, set_power);
  table.on(tag::EMS_REQ_GET_POWER_SETTINGS,
           [](const Ask& a) -> Reply { return power_settings(a); });
  table.on(tag::EMS_REQ_SET_POWER_SETTINGS, set_power_settings);
  table.on(tag::EMS_REQ_GET_IDLE_PERIODS, idle_periods);
  table.on(tag::EMS_REQ_SET_IDLE_PERIODS, set_idle_periods);
  table.on(tag::EMS_REQ_GET_IDLE_PERIODS_2, idle_periods_2);
  table.on(tag::EMS_REQ_SET_IDLE_PERIODS_2, set_idle_periods_2);
  table.on(tag::EMS_REQ_START_MANUAL_CHARGE, start_manual_charge);
  table.on(tag::EMS_REQ_GET_MANUAL_CHARGE, manual_charge);
  table.on(tag::EMS_REQ_BATTERY_TO_CAR_MODE,
           [](const Ask& a) -> Reply { return a.station.plant().settings().battery_to_car; });
  table.on(tag::EMS_REQ_BATTERY_BEFORE_CAR_MODE,
           [](const Ask& a) -> Reply { return a.station.plant().settings().battery_before_car; });
  table.on(tag::EMS_REQ_SET_BATTERY_TO_CAR_MODE, [](const Ask& a) {
    return set_car_mode(a, &Settings::battery_to_car, &Settings::battery_before_car);
  });
  table.on(tag::EMS_REQ_SET_BATTERY_BEFORE_CAR_MODE, [](const Ask& a) {
    return set_car_mode(a, &Settings::battery_before_car, &Settings::battery_to_car);
  });
  table.on(tag::EMS_REQ_GET_WB_DISCHARGE_BAT_UNTIL, [](const Ask& a) -> Reply {
    return static_cast<double>(a.station.plant().settings().wallbox_discharge_until);
  });
  table.on(tag::EMS_REQ_SET_WB_DISCHARGE_BAT_UNTIL, [](const Ask& a) -> Reply {
    const auto percent = a.request.integer();
    if (!percent) return kFormat;
    if (*percent < 0 || *percent > 100) return kOutOfBounds;
    change(a).wallbox_discharge_until = static_cast<unsigned>(*percent);
    return true;
  });
  table.on(tag::EMS_REQ_GET_WALLBOX_ENFORCE_POWER_ASSIGNMENT, [](const Ask& a) -> Reply {
    return a.station.plant().settings().wallbox_enforce_assignment;
  });
  table.on(tag::EMS_REQ_SET_WALLBOX_ENFORCE_POWER_ASSIGNMENT, [](const Ask& a) -> Reply {
    const auto flag = a.request.integer();
    if (!flag) return kFormat;
    change(a).wallbox_enforce_assignment = *flag != 0;
    return true;
  });
}

}  // namespace rscp::simulator
