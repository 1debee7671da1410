// SPDX-License-Identifier: MIT
// One station on its port: what it is made of (station_server.cpp), and who may come in
// (listening.cpp). What a client then gets is ClientConnection's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "../faults/fault_engine.hpp"
#include "client_connection.hpp"
#include "station_journal.hpp"
#include <rscp/connection/listener.hpp>
#include <rscp/connection/serve.hpp>
#include <rscp/simulator/expectations.hpp>
#include <rscp/simulator/scripted_station.hpp>

namespace rscp::simulator {

class StationServer : public std::enable_shared_from_this<StationServer> {
 public:
  static Checked<std::shared_ptr<StationServer>> create(Surroundings& around,
                                                        DeviceScenario scenario);
  explicit StationServer(Surroundings& around) : around_(around), journal_(around) {}

  Result<void> start();
  void stop();
  /// The port answers nobody for a while, as during a reboot.
  void close_for(std::chrono::milliseconds time, bool drop_connections);
  void disconnect_all();
  [[nodiscard]] std::uint16_t port() const { return port_ ? port_->port() : std::uint16_t{0}; }

  /// Takes over what another one was built for; the port and connections stay.
  void become(StationServer& other);
  Checked<void> reset();

  void advance();
  /// The stations whose sum this one is; see Station::set_members.
  void set_members(std::vector<std::shared_ptr<StationServer>> members);
  /// What the clock alone makes happen: scripts every N seconds, reboots.
  void tick();
  /// Shows an exchange to the expectations.
  void observe(std::span<const Value> request, std::span<const Value> answer);

  [[nodiscard]] const DeviceScenario& scenario() const { return *scenario_; }
  [[nodiscard]] ScriptedStation& station() { return *station_; }
  [[nodiscard]] const ScriptedStation& station() const { return *station_; }
  [[nodiscard]] FaultEngine& faults() { return *faults_; }
  [[nodiscard]] Expectations& expectations() { return *expectations_; }
  [[nodiscard]] DeviceCounts& counts() { return counts_; }
  [[nodiscard]] StationJournal& journal() { return journal_; }
  [[nodiscard]] const SimulatorLimits& limits() const { return around_.options.limits; }
  [[nodiscard]] asio::any_io_executor executor() const { return around_.io.get_executor(); }
  /// Seconds of the device's clock since the start.
  [[nodiscard]] double elapsed() const;
  void warn(const std::string& message);

 private:
  Checked<void> build(DeviceScenario scenario);
  void bind_members();
  [[nodiscard]] bool has_clockwork() const;
  asio::awaitable<void> serve(asio::ip::tcp::socket socket);
  void refuse(std::size_t open);

  Surroundings& around_;
  StationJournal journal_;
  std::unique_ptr<DeviceScenario> scenario_;
  std::optional<Key> key_;
  std::unique_ptr<ScriptedStation> station_;
  std::unique_ptr<FaultEngine> faults_;
  std::unique_ptr<Expectations> expectations_;
  std::vector<std::shared_ptr<StationServer>> members_;
  DeviceCounts counts_;
  std::size_t warnings_ = 0;
  // Listening.
  class Guest;
  std::optional<Server> port_;
  bool stopped_ = false;
  std::unordered_set<ClientConnection*> clients_;
};

}  // namespace rscp::simulator
