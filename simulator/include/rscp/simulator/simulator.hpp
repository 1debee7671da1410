// SPDX-License-Identifier: MIT
// The fake stations of a scenario on their ports.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <rscp/connection/asio.hpp>
#include <rscp/scenario/read.hpp>
#include <rscp/simulator/clock.hpp>
#include <rscp/simulator/expectations.hpp>
#include <rscp/simulator/journal.hpp>
#include <rscp/simulator/scripted_station.hpp>

namespace rscp::simulator {

/// What a peer can grow is bounded.
struct SimulatorLimits {
  std::size_t connections = 10'000;                                   ///< at a time, a device
  std::chrono::milliseconds idle = std::chrono::milliseconds::max();  ///< without a request
  std::chrono::milliseconds login{30'000};  ///< until a connection's first frame
  std::chrono::milliseconds frame{10'000};  ///< from a frame's first byte to its last
  std::chrono::milliseconds write{30'000};  ///< a peer that takes no bytes
  ScriptLimits scripts;
};

struct SimulatorOptions {
  std::string address = "127.0.0.1";
  SimulatorLimits limits;
  /// Told what the operator should see: script errors, clients with a wrong key.
  std::function<void(const std::string&)> warn;
  /// Shown every request frame, before its answer is sent.
  std::function<void(std::span<const Value>)> watch;
};

/// Counts for /metrics and the verdict.
struct DeviceCounts {
  std::uint64_t connections = 0;
  std::uint64_t open = 0;
  std::uint64_t refused = 0;  ///< over the limit
  std::uint64_t logins = 0;
  std::uint64_t failed_logins = 0;
  std::uint64_t wrong_keys = 0;
  std::uint64_t requests = 0;
  std::uint64_t values = 0;
  std::uint64_t errors = 0;  ///< Error items answered
  std::uint64_t faults = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

class Simulator {
 public:
  /// Builds the devices; nothing listens yet.
  static Checked<std::unique_ptr<Simulator>> create(asio::io_context& io, Scenario scenario,
                                                    SimulatorOptions options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// Listens on every device's port. The error names address and port.
  Result<void> start();
  /// Closes all connections and listeners.
  void stop();

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::uint16_t port(std::size_t device) const;
  [[nodiscard]] ScriptedStation& station(std::size_t index);
  [[nodiscard]] const DeviceCounts& counts(std::size_t index) const;
  [[nodiscard]] VirtualClock& clock();
  [[nodiscard]] const TimeZone& zone() const;
  [[nodiscard]] Journal& journal();
  /// Brings a station to the present moment of the clock.
  void advance(std::size_t index);

  /// Real seconds since the start.
  [[nodiscard]] double elapsed() const;
  [[nodiscard]] std::vector<Suite> verdict(bool at_end) const;
  /// Whether all expectations have come to their end.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] std::uint64_t script_errors() const;

  /// A further expectation of a device; a reset takes it away.
  void expect(std::size_t index, Expectation wanted);

  /// The index of the device with this name.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const;
  void add_faults(std::size_t index, std::span<const FaultSpec> faults);
  void clear_faults(std::size_t index);
  [[nodiscard]] std::vector<std::string> active_faults(std::size_t index) const;
  void disconnect_all(std::size_t index);
  /// Devices, faults, expectations and counts as at the start; connections stay.
  void reset();
  /// Takes another scenario in place of the present one. On a mistake the present one stays. Ports
  /// and the number of devices must be the same.
  Checked<void> reload(Scenario scenario);
  /// Takes note of something the operator did.
  void note(const std::string& event, const Json& details);

 private:
  struct Shared;
  explicit Simulator(std::unique_ptr<Shared> shared);
  std::unique_ptr<Shared> shared_;
};

}  // namespace rscp::simulator
