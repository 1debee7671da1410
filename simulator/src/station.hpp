// SPDX-License-Identifier: MIT
// One device on its port: accepts connections, answers frames, acts faults out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "faults/fault_engine.hpp"
#include "faults/transmission.hpp"
#include <rscp/connection/listener.hpp>
#include <rscp/connection/server.hpp>
#include <rscp/simulator/expectations.hpp>
#include <rscp/simulator/journal.hpp>
#include <rscp/simulator/scripted_device.hpp>
#include <rscp/simulator/simulator.hpp>

namespace rscp::simulator {

/// What all stations of a simulator share.
struct Surroundings {
  asio::io_context& io;
  SimulatorOptions options;
  TimeZone zone;
  Instant start;
  VirtualClock clock;
  Journal journal;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

  [[nodiscard]] double real_elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }
  /// An entry of the journal with the fields that all have.
  [[nodiscard]] Json entry(const char* event) const;
};

class Station : public std::enable_shared_from_this<Station> {
 public:
  using Errors = std::vector<ScenarioError>;

  static std::expected<std::shared_ptr<Station>, Errors> create(Surroundings& around,
                                                                DeviceScenario scenario);
  explicit Station(Surroundings& around) : around_(around) {}

  std::expected<void, std::string> start();
  void stop();
  /// Takes over what another station was built for; the port and connections stay.
  void become(Station& other);
  std::expected<void, Errors> reset();

  void advance();
  /// The stations whose sum this one is; see Device::set_members.
  void set_members(std::vector<std::shared_ptr<Station>> members);
  /// What the clock alone makes happen: scripts every N seconds, reboots.
  [[nodiscard]] bool has_clockwork() const;
  void tick();

  void disconnect_all();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const DeviceScenario& scenario() const { return *scenario_; }
  [[nodiscard]] ScriptedDevice& device() { return *device_; }
  [[nodiscard]] const ScriptedDevice& device() const { return *device_; }
  [[nodiscard]] FaultEngine& faults() { return *faults_; }
  [[nodiscard]] const Expectations& expectations() const { return *expectations_; }
  [[nodiscard]] const DeviceCounts& counts() const { return counts_; }

 private:
  struct Client;  // one connection
  std::expected<void, Errors> build(DeviceScenario scenario);
  asio::awaitable<void> listen();
  asio::awaitable<void> serve(asio::ip::tcp::socket socket);
  asio::awaitable<void> converse(Client& client);
  asio::awaitable<bool> exchange(Client& client, const ReceivedRequest& request);
  asio::awaitable<bool> send(Client& client, Transmission transmission);
  std::vector<Value> answer(Client& client, const ReceivedRequest& request, bool& silent);
  Value log_in(Client& client, const Value& request);
  void bind_members();
  void close_for(std::chrono::milliseconds time, bool drop_connections);
  std::expected<void, std::string> open_listener(std::uint16_t port);
  void record(const Client& client, const char* event, std::span<const Value> values);
  void record_fault(const Client* client, const FaultSpec& spec);
  void record_close(const Client& client, const std::string& reason);
  void warn(const std::string& message);
  [[nodiscard]] double elapsed() const;

  Surroundings& around_;
  std::unique_ptr<DeviceScenario> scenario_;
  std::optional<Key> key_;
  std::unique_ptr<ScriptedDevice> device_;
  std::unique_ptr<FaultEngine> faults_;
  std::unique_ptr<Expectations> expectations_;
  std::vector<std::shared_ptr<Station>> members_;
  std::optional<Listener> listener_;
  std::uint16_t port_ = 0;
  bool stopped_ = false;
  std::unordered_map<std::uint64_t, Client*> clients_;
  DeviceCounts counts_;
  std::size_t warnings_ = 0;
};

}  // namespace rscp::simulator
