// SPDX-License-Identifier: MIT
#pragma once

#include <rscp/scenario/device_config.hpp>
#include <rscp/simulator/clock.hpp>

namespace rscp::simulator {

/// Where the sun stands.
struct SunPosition {
  double elevation_sine = 0;  ///< of the height above the horizon; negative at night
  double azimuth = 0;         ///< radians, 0 is north, east positive
};

/// Good to about half a degree (declination and equation of time as in Spencer's series, cut
/// short).
SunPosition sun_position(Instant instant, const PlaceConfig& place);

/// W/m² on a tilted plane under a clear sky.
double clear_sky_irradiance(const SunPosition& sun, const StringConfig& plane);

}  // namespace rscp::simulator
