// SPDX-License-Identifier: MIT
// One simulated station: answers request values. No sockets, no frames.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/login.hpp>
#include <rscp/scenario/device_config.hpp>
#include <rscp/simulator/clock.hpp>
#include <rscp/simulator/plant.hpp>
#include <rscp/value.hpp>

namespace rscp::simulator {

/// Powers rounded to whole watts such that they still balance; what EMS_POWER_* show.
struct PowerReading {
  std::int32_t pv = 0;
  std::int32_t battery = 0;  ///< positive: charging
  std::int32_t house = 0;
  std::int32_t grid = 0;      ///< positive: drawn
  std::int32_t external = 0;  ///< negative: producing, as on the wire
  std::int32_t wallbox = 0;
  std::int32_t wallbox_solar = 0;
};

class Station {
 public:
  Station(DeviceConfig config, const TimeZone& zone, std::uint64_t seed, Instant start);
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  /// Lets time pass; all answers are for this moment.
  void advance(Instant now) { plant_.advance(now); }

  /// The answer to one request value: always exactly one value. What the device cannot answer
  /// gives an Error item. The login itself is the session's business.
  [[nodiscard]] Value answer(const Value& request, UserLevel level);

  [[nodiscard]] const DeviceConfig& config() const { return config_; }
  [[nodiscard]] const TimeZone& zone() const { return zone_; }
  [[nodiscard]] Plant& plant() { return plant_; }
  [[nodiscard]] const Plant& plant() const { return plant_; }
  [[nodiscard]] Instant now() const { return plant_.now(); }
  [[nodiscard]] PowerReading power() const;
  /// % of the battery's capacity.
  [[nodiscard]] double charge() const;

  /// Makes this the virtual master of a farm: powers and charge are those of its members. The
  /// functions are called at each answer and must give devices at the same moment.
  using Member = std::function<const Station&()>;
  void set_members(std::vector<Member> members) { members_ = std::move(members); }

  /// A number of the state by name (pv, battery, house, grid, soc, ...), for scripts and the HTTP
  /// control; nothing if there is no such name.
  [[nodiscard]] std::optional<double> state(std::string_view name) const;
  /// Sets what can be set of it; false if it cannot.
  bool set_state(std::string_view name, double number);
  /// The names of state().
  static std::vector<std::string_view> state_names();

 private:
  DeviceConfig config_;
  TimeZone zone_;
  Plant plant_;
  std::vector<Member> members_;
};

/// An Error item.
Value error_value(Tag tag, std::uint32_t code);

}  // namespace rscp::simulator
