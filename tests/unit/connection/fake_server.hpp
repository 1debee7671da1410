// SPDX-License-Identifier: MIT
// A server that does what a test says.
#pragma once

#include <functional>
#include <utility>

#include "asio_run.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/connection/serve.hpp>
#include <rscp/connection/server.hpp>

namespace test {

inline const rscp::Key kKey = rscp::Key::from_passphrase("a passphrase").value();

/// What a client needs to know to log in at a port of this machine.
inline rscp::ClientOptions client_options(std::uint16_t port) {
  rscp::ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.key = kKey;
  options.user = "user";
  options.password = "password";
  options.reconnect.pause = std::chrono::milliseconds(1);
  return options;
}

/// Hands each connection to the behaviour, in a coroutine of its own.
class FakeServer {
 public:
  FakeServer(asio::io_context& io, rscp::SocketHandler behaviour)
      : server_(rscp::accept_each(io.get_executor(), {.port = 0}, std::move(behaviour)).value()) {}
  /// Logs everybody in and answers each value by `answer`.
  FakeServer(asio::io_context& io, std::function<rscp::Value(const rscp::Value&)> answer)
      : server_(rscp::serve(io, {.port = 0, .key = kKey},
                            [answer](const std::vector<rscp::Value>& request) {
                              std::vector<rscp::Value> values;
                              for (const rscp::Value& value : request) {
                                values.push_back(answer(value));
                              }
                              return values;
                            })
                    .value()) {}

  [[nodiscard]] std::uint64_t connections() const { return server_.connections(); }
  void close() { server_.close_port(); }
  [[nodiscard]] rscp::ClientOptions client() const { return client_options(server_.port()); }

 private:
  rscp::Server server_;
};

/// The usual answer to a few requests.
inline rscp::Value usual(const rscp::Value& request) {
  const std::string name = rscp::Dictionary::builtin().label(request.tag());
  if (name == "EMS_REQ_POWER_PV") return {"EMS_POWER_PV", 4711};
  if (name == "EMS_REQ_BAT_SOC") return {"EMS_BAT_SOC", 55};
  return {rscp::Dictionary::builtin().answer_to(request.tag()), rscp::DataType::Error,
          rscp::ErrorCode{rscp::ErrorCode::kNotHandled}};
}

}  // namespace test
