// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "station_fixture.hpp"

using namespace std::chrono_literals;
using namespace test;

namespace {

double imbalance(const Flows& f) {
  return f.pv + f.external + f.grid - f.house - f.wallbox - f.battery;
}

}  // namespace

TEST_CASE("the energy flow balances at every minute of a week") {
  DeviceConfig config;
  config.external_peak = 2'000;
  auto device = station("2026-06-15T00:00:00", 3, config);
  Instant now = at("2026-06-15T00:00:00");
  for (int minute = 0; minute < 7 * 1440; ++minute) {
    now += 1min;
    device->advance(now);
    REQUIRE(std::abs(imbalance(device->plant().flows())) < 1e-6);
    const PowerReading p = device->power();
    REQUIRE(p.pv - p.external + p.grid == p.house + p.wallbox + p.battery);
    REQUIRE(device->plant().charge() >= 0);
    REQUIRE(device->plant().charge() <= 100);
    REQUIRE(std::abs(p.battery) <= 6'000);
  }
}

TEST_CASE(
    "the sun shines by day, at noon more than in the morning, in June more than in December") {
  const auto peak = [](const std::string& day) {
    double most = 0;
    for (int d = 1; d <= 9; ++d) {
      auto device = station(day + std::to_string(d) + "T12:30:00");
      most = std::max(most, device->plant().flows().pv);
    }
    return most;
  };
  CHECK(station("2026-06-15T23:30:00")->plant().flows().pv == 0);
  CHECK(station("2026-12-15T07:00:00")->plant().flows().pv == 0);
  CHECK(peak("2026-06-0") > 1.5 * peak("2026-12-0"));
  CHECK(peak("2026-06-0") < 9'500);
}

TEST_CASE(
    "the battery is charged with surplus, discharged in the evening and loses energy on the way") {
  auto device = station("2026-06-15T00:00:00");
  device->advance(at("2026-06-22T00:00:00"));
  const Energies week =
      device->plant().energies(at("2026-06-15T00:00:00"), at("2026-06-22T00:00:00"));
  CHECK(week.charged > 10'000);
  CHECK(week.discharged > 10'000);
  CHECK(week.discharged < week.charged);
}

TEST_CASE("the same seed gives the same station, another one another") {
  const auto run = [](std::uint64_t seed) {
    auto device = station("2026-06-15T09:00:00", seed);
    device->advance(at("2026-06-16T14:07:00"));
    const PowerReading p = device->power();
    return std::tuple(p.pv, p.battery, p.house, p.grid, device->plant().charge());
  };
  CHECK(run(5) == run(5));
  CHECK(run(5) != run(6));
}

TEST_CASE("how often it is asked does not change what is booked") {
  auto often = station("2026-06-15T09:00:00");
  auto once = station("2026-06-15T09:00:00");
  for (Instant now = at("2026-06-15T09:00:00"); now < at("2026-06-15T15:00:00"); now += 7s) {
    often->advance(now);
  }
  often->advance(at("2026-06-15T15:00:00"));
  once->advance(at("2026-06-15T15:00:00"));
  CHECK(often->plant().totals().pv == once->plant().totals().pv);
  CHECK(often->plant().charge() == once->plant().charge());
}

TEST_CASE("history is the integral of the powers") {
  auto device = station("2026-06-15T00:00:00");
  const Instant begin = at("2026-06-15T10:00:00");
  const Instant end = at("2026-06-15T14:00:00");
  device->advance(begin);
  double pv = 0;
  double drawn = 0;
  double house = 0;
  for (Instant now = begin + 30s; now < end; now += 1min) {
    device->advance(now);
    const Flows& f = device->plant().flows();
    pv += f.pv / 60;
    drawn += std::max(f.grid, 0.0) / 60;
    house += f.house / 60;
  }
  device->advance(end);
  const Energies booked = device->plant().energies(begin, end);
  CHECK(booked.pv == Approx(pv).epsilon(0.001));
  CHECK(booked.house == Approx(house).epsilon(0.001));
  CHECK(booked.drawn == Approx(drawn).epsilon(0.001).margin(1));
}

TEST_CASE("energies of a span are those of its parts, and balance") {
  auto device = station("2026-06-20T12:00:00");
  const Instant a = at("2026-06-10T00:00:00");
  const Instant b = at("2026-06-12T07:40:00");
  const Instant c = at("2026-06-18T23:59:00");
  const auto& plant = device->plant();
  Energies sum = plant.energies(a, b);
  sum += plant.energies(b, c);
  const Energies whole = plant.energies(a, c);
  CHECK(sum.pv == Approx(whole.pv));
  CHECK(sum.house == Approx(whole.house));
  CHECK(whole.pv + whole.discharged + whole.drawn ==
        Approx(whole.house + whole.wallbox + whole.charged + whole.fed_in));
}

TEST_CASE("the clock may be set back and far ahead") {
  auto device = station("2026-06-15T12:00:00");
  device->advance(at("2026-01-15T12:00:00"));
  CHECK(device->plant().energies(at("2026-01-10T00:00:00"), at("2026-01-12T00:00:00")).house > 0);
  CHECK(device->plant().energies(at("2026-06-01T00:00:00"), at("2026-06-02T00:00:00")).house == 0);
  device->advance(at("2099-06-15T12:00:00"));
  CHECK(device->plant().energies(at("2099-06-01T00:00:00"), at("2099-06-02T00:00:00")).house > 0);
}

TEST_CASE("a feed-in limit is kept by producing less") {
  DeviceConfig config;
  config.derate_fraction = 0.1;
  config.batteries = {};
  config.wallboxes = {};
  auto device = station("2026-06-01T00:00:00", 1, config);
  bool derated = false;
  for (Instant now = at("2026-06-01T00:00:00"); now < at("2026-06-08T00:00:00"); now += 10min) {
    device->advance(now);
    derated = derated || device->plant().flows().derated;
    REQUIRE(-device->plant().flows().grid <= 950.001);
  }
  CHECK(derated);
}

TEST_CASE("time zones have their daylight-saving days") {
  const TimeZone zone = berlin();
  CHECK(zone.label(at("2026-01-01T12:00:00")) == "GMT+1");
  CHECK(zone.label(at("2026-07-01T12:00:00")) == "GMT+2");
  CHECK(at("2026-03-30T00:00:00") - at("2026-03-29T00:00:00") == 23h);
  CHECK(at("2026-10-26T00:00:00") - at("2026-10-25T00:00:00") == 25h);
  // Skipped and doubled hours.
  CHECK(iso_text(at("2026-03-29T02:30:00")) == "2026-03-29T01:00:00.000000Z");
  CHECK(iso_text(at("2026-10-25T02:30:00")) == "2026-10-25T00:30:00.000000Z");
  CHECK_FALSE(TimeZone::find("Europe/Atlantis").has_value());
}

TEST_CASE("times are read in the forms that are promised") {
  CHECK(iso_text(at("2026-03-29")) == "2026-03-28T23:00:00.000000Z");
  CHECK(iso_text(at("2026-03-29T10:15")) == "2026-03-29T08:15:00.000000Z");
  CHECK(iso_text(at("2026-03-29T10:15:30Z")) == "2026-03-29T10:15:30.000000Z");
  CHECK_FALSE(parse_instant("tomorrow", berlin()).has_value());
  CHECK_FALSE(parse_instant("2026-13-01", berlin()).has_value());
}

TEST_CASE("a virtual clock stands still, runs and is set") {
  VirtualClock still(at("2026-03-29T01:00:00"), 0);
  const Instant then = still.now();
  CHECK(still.now() == then);
  still.set(at("2026-03-29T05:00:00"));
  CHECK(still.now() == at("2026-03-29T05:00:00"));
  still.set_speed(1e6);
  while (still.now() < at("2026-03-29T06:00:00")) {
  }
  CHECK(still.now() >= at("2026-03-29T06:00:00"));
}
