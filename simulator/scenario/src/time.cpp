// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include <date/tz.h>

#include <rscp/scalar.hpp>
#include <rscp/scenario/time.hpp>

namespace rscp::scenario {
namespace {

constexpr double kMicro = 1e6;
// 1 January 0001 and 31 December 9999: what dates can be written for.
constexpr double kEarliest = -62'135'596'800.0;
constexpr double kLatest = 253'402'300'799.0;

const date::time_zone& zone_of(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

}  // namespace

double to_seconds(Instant instant) {
  return static_cast<double>(instant.time_since_epoch().count()) / kMicro;
}

Instant from_seconds(double seconds) {
  const double bounded = std::isnan(seconds) ? 0.0 : std::clamp(seconds, kEarliest, kLatest);
  return Instant(Duration(std::llround(bounded * kMicro)));
}

Result<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone zone;
  try {
    zone.zone_ = date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return failure(ErrorKind::Invalid, "unknown time zone \"" + std::string(name) +
                                           "\", expected an IANA name such as Europe/Berlin");
  }
  zone.name_ = name;
  return zone;
}

std::chrono::seconds TimeZone::offset(Instant instant) const {
  if (instant < period_.begin || instant >= period_.end) {
    const auto info = zone_of(zone_).get_info(std::chrono::floor<std::chrono::seconds>(instant));
    // The database's ends of time do not fit microseconds.
    const auto bounded = [](date::sys_seconds t) {
      return from_seconds(static_cast<double>(t.time_since_epoch().count()));
    };
    period_ = {bounded(info.begin), bounded(info.end), info.offset};
  }
  return period_.offset;
}

WallTime TimeZone::to_wall(Instant instant) const {
  return WallTime(instant.time_since_epoch() + offset(instant));
}

Instant TimeZone::to_instant(WallTime wall) const {
  const date::local_time<Duration> local(wall.time_since_epoch());
  return zone_of(zone_).to_sys(local, date::choose::earliest);
}

std::string TimeZone::label(Instant instant) const {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset(instant)).count();
  if (minutes == 0) return "GMT";
  const auto magnitude = std::abs(minutes);
  std::string text = minutes < 0 ? "GMT-" : "GMT+";
  text += std::to_string(magnitude / 60);
  if (magnitude % 60 != 0) text += ':' + std::to_string(magnitude % 60);
  return text;
}

Result<Instant> parse_instant(std::string_view text, const TimeZone& zone) {
  if (text == "now") {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
  }
  const bool utc = text.ends_with('Z');
  std::string full(text);
  if (full.find('T') == std::string::npos) full += "T00:00:00";
  if (std::ranges::count(full, ':') == 1) full.insert(full.size() - (utc ? 1 : 0), ":00");
  if (!utc) full += 'Z';
  const auto time = timestamp_from_string(full);
  if (!time) {
    return failure(ErrorKind::Invalid,
                   "\"" + std::string(text) +
                       "\" is no time, expected 2026-03-29T01:30:00 (local), the same with Z "
                       "(UTC), a date, or now");
  }
  const Instant instant =
      from_seconds(static_cast<double>(time->seconds)) + Duration(time->nanoseconds / 1000);
  if (utc) return instant;
  return zone.to_instant(WallTime(instant.time_since_epoch()));
}

std::string iso_text(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  const auto micros = (instant - seconds).count();
  std::string text = rscp::to_string(
      Timestamp{seconds.time_since_epoch().count(), static_cast<std::int32_t>(micros * 1000)});
  if (text.ends_with("000Z")) text.erase(text.size() - 4, 3);
  return text;
}

}  // namespace rscp::scenario
