// SPDX-License-Identifier: MIT
// The physical model behind every answer: sun, panels, house, battery, car and grid, and the
// energies that flowed. At every moment PV + external + grid = house + wallboxes + battery.
#pragma once

#include <cstdint>
#include <vector>

#include <rscp/scenario/device_config.hpp>
#include <rscp/simulator/clock.hpp>
#include <rscp/simulator/random.hpp>
#include <rscp/simulator/settings.hpp>

namespace rscp::simulator {

/// Powers in watts at one moment.
struct Flows {
  double pv = 0;        ///< all strings together, what is produced after derating
  double external = 0;  ///< other generators, positive when producing
  double house = 0;
  double wallbox = 0;             ///< all wallboxes together
  double wallbox_solar = 0;       ///< the part of it that PV covers
  double battery = 0;             ///< positive: charging
  double grid = 0;                ///< positive: drawn
  std::vector<double> strings;    ///< inverter by inverter
  std::vector<double> wallboxes;  ///< in the order of the configuration
  bool derated = false;
};

/// Energies in watt-hours over a span of time.
struct Energies {
  double charged = 0;
  double discharged = 0;
  double pv = 0;
  double fed_in = 0;
  double drawn = 0;
  double house = 0;
  double wallbox = 0;
  double wallbox_solar = 0;
  double external = 0;

  [[nodiscard]] double consumption() const { return house + wallbox; }
  Energies& operator+=(const Energies& other);
  Energies& operator*=(double factor);
};

struct CarState {
  bool plugged = false;
  std::int64_t day = -1;      ///< days since 1970, wall clock, when the session began
  double session_energy = 0;  ///< Wh
  double wanted = 0;          ///< Wh of this session
  double energy = 0;          ///< Wh since the beginning of the past
  double solar_energy = 0;    ///< Wh
};

class Plant {
 public:
  Plant(const DeviceConfig& config, const TimeZone& zone, std::uint64_t seed, Instant start);

  /// Lets time pass up to `now`. Going back in time is allowed: the model starts again from its
  /// past, with the settings as they are.
  void advance(Instant now);
  /// Call when a setting changes at `now`: what was before is booked with the old one.
  void settle(Instant now);

  [[nodiscard]] Settings& settings() { return settings_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

  /// At the moment of the last advance().
  [[nodiscard]] const Flows& flows() const { return flows_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] double charge() const;  ///< % of the capacity
  [[nodiscard]] const std::vector<CarState>& cars() const { return cars_; }
  /// Since the beginning of the recorded past.
  [[nodiscard]] const Energies& totals() const { return totals_; }
  [[nodiscard]] bool charging_locked() const { return charging_locked_; }
  [[nodiscard]] bool discharging_locked() const { return discharging_locked_; }
  /// What the battery may do now, W: the least of its own limit, the user's, and what is left.
  [[nodiscard]] double charge_limit() const;
  [[nodiscard]] double discharge_limit() const;

  /// Energies from `begin` to `end`, by quarters of an hour of which parts count in proportion;
  /// nothing before the recorded past and nothing after now().
  [[nodiscard]] Energies energies(Instant begin, Instant end) const;
  /// Charge in % at a moment of the past.
  [[nodiscard]] double charge_at(Instant instant) const;
  /// The first moment there are records of: 1 January of the year before the start.
  [[nodiscard]] Instant recorded_since() const { return past_begin_; }

  /// Sets the battery's charge, for scenarios.
  void set_charge(double percent);

 private:
  struct Slot {
    Energies energies;
    float charge = 0;  // % at its end
  };

  void restart(Instant now);
  void show(Instant now);
  void step(Instant to);
  void book(const Flows& flows, double hours, Instant at);
  Flows flows_at(Instant instant) const;
  void produce(Flows& flows, Instant instant) const;
  [[nodiscard]] double house_load(Instant instant) const;
  void charge_cars(Flows& flows) const;
  void run_battery(Flows& flows, Instant instant) const;
  void update_cars(Instant instant);
  void update_locks(Instant instant);
  [[nodiscard]] double own_charge_limit() const;
  [[nodiscard]] double own_discharge_limit() const;
  [[nodiscard]] Slot& slot(Instant instant);

  const DeviceConfig& config_;
  TimeZone zone_;
  Noise noise_;
  Settings settings_;
  Instant start_;
  Instant past_begin_;
  Instant now_;
  Instant shown_;      // the moment of flows_, at most a little before now_
  Instant booked_;     // energies are booked up to here
  double stored_ = 0;  // Wh
  std::vector<CarState> cars_;
  Energies totals_;
  std::vector<Slot> slots_;  // quarters of an hour from past_begin_ on
  Flows flows_;
  bool charging_locked_ = false;
  bool discharging_locked_ = false;
};

}  // namespace rscp::simulator
