// SPDX-License-Identifier: MIT
#include "sun.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rscp::simulator {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kDay = 86'400.0;
constexpr double kYear = 365.2422;
constexpr double kSolarConstant = 1353.0;  // W/m², of the air-mass formula below
constexpr double kMinutesPerDay = 1440.0;

constexpr double radians(double degrees) { return degrees * kPi / 180; }

}  // namespace

SunPosition sun_position(Instant instant, const PlaceConfig& place) {
  const double days = to_seconds(instant) / kDay;
  // Angle of the year; 1970 began on a 1 January, and leap days average out over kYear.
  const double year = 2 * kPi * std::fmod(days, kYear) / kYear;
  const double declination = 0.006918 - 0.399912 * std::cos(year) + 0.070257 * std::sin(year) -
                             0.006758 * std::cos(2 * year) + 0.000907 * std::sin(2 * year);
  const double equation_of_time =  // minutes
      229.18 * (0.000075 + 0.001868 * std::cos(year) - 0.032077 * std::sin(year) -
                0.014615 * std::cos(2 * year) - 0.040849 * std::sin(2 * year));
  const double day_fraction = days - std::floor(days);
  const double solar_minutes =
      day_fraction * kMinutesPerDay + 4 * place.longitude + equation_of_time;
  const double hour_angle = 2 * kPi * (solar_minutes / kMinutesPerDay) - kPi;
  const double latitude = radians(place.latitude);
  SunPosition sun;
  sun.elevation_sine = std::sin(latitude) * std::sin(declination) +
                       std::cos(latitude) * std::cos(declination) * std::cos(hour_angle);
  const double south =
      std::sin(latitude) * std::cos(hour_angle) - std::cos(latitude) * std::tan(declination);
  sun.azimuth = std::atan2(std::sin(hour_angle), south) + kPi;
  return sun;
}

double clear_sky_irradiance(const SunPosition& sun, const StringConfig& plane) {
  constexpr double kHorizon = 0.01;
  if (sun.elevation_sine < kHorizon) return 0;
  // Direct light by air mass (Meinel), a tenth of it scattered.
  const double direct = kSolarConstant * std::pow(0.7, std::pow(1 / sun.elevation_sine, 0.678));
  const double tilt = radians(plane.tilt);
  const double horizontal = std::sqrt(1 - sun.elevation_sine * sun.elevation_sine);
  const double incidence =
      sun.elevation_sine * std::cos(tilt) +
      horizontal * std::sin(tilt) * std::cos(sun.azimuth - radians(plane.azimuth));
  const double scattered = 0.1 * direct * (1 + std::cos(tilt)) / 2;
  return direct * std::max(incidence, 0.0) + scattered;
}

}  // namespace rscp::simulator
