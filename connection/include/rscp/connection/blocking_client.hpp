// SPDX-License-Identifier: MIT
// The client for those who want to wait for each answer: no asio, no coroutines, no threads.
//
//     rscp::BlockingClient client({.host = "192.168.1.50",
//                                  .key = rscp::Key::from_passphrase("my RSCP passphrase").value(),
//                                  .user = "user@example.com",
//                                  .password = "portal password"});
//     const auto power = client.ask("EMS_REQ_POWER_PV");
//     if (power) use(power->integer()); else complain(power.error().to_string());
#pragma once

#include <memory>
#include <vector>

#include <rscp/connection/client.hpp>
#include <rscp/error.hpp>
#include <rscp/login.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// What Client does, one call after the other. Everything happens inside the calls, so there is no
/// sign of life between them: `keep_alive` has no effect, and a connection that broke meanwhile is
/// mended by the next call. One thread at a time.
class BlockingClient {
 public:
  explicit BlockingClient(ClientOptions options);
  BlockingClient(BlockingClient&&) noexcept;
  BlockingClient& operator=(BlockingClient&&) noexcept;
  ~BlockingClient();  ///< closes the connection

  /// See Client. Each returns within the time-outs of the options.
  Result<UserLevel> connect();
  Result<std::vector<Value>> request(std::vector<Value> values);
  Result<Value> ask(Value value);
  Result<Value> ask(TagName tag) { return ask(Value(tag)); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rscp::inline v0_1
