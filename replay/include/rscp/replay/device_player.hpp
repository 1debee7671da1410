// SPDX-License-Identifier: MIT
// Plays the device of a recording to clients. Every connection has its own ciphers; answers are
// encrypted anew under the connection's own vectors, so nothing depends on raw packets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/connection/asio.hpp>
#include <rscp/error.hpp>
#include <rscp/login.hpp>
#include <rscp/replay/playback.hpp>

namespace rscp::inline v0_1 {
class Server;
}

namespace rscp::replay {

struct PlayerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  Key key;
  /// Who may log in; empty: anybody, at the level USER.
  std::vector<Credentials> users;
  /// Recorded delays are divided by this; 0: as fast as possible.
  double speed = 0;
  /// Frames carry the present time rather than the recorded one.
  bool fresh_times = false;
  std::chrono::milliseconds idle = std::chrono::milliseconds::max();
  /// Told each mismatch and each connection that ends with a fault.
  std::function<void(const std::string&)> report;
};

class DevicePlayer {
 public:
  DevicePlayer(asio::io_context& io, recording::Transcript transcript, PlaybackOptions playback,
               PlayerOptions options);
  ~DevicePlayer();
  DevicePlayer(const DevicePlayer&) = delete;
  DevicePlayer& operator=(const DevicePlayer&) = delete;

  Result<void> start();
  void stop();
  [[nodiscard]] std::uint16_t port() const;

  [[nodiscard]] const Playback& playback() const;
  [[nodiscard]] std::uint64_t requests() const;
  [[nodiscard]] std::uint64_t failures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::unique_ptr<Server> server_;
};

}  // namespace rscp::replay
