// SPDX-License-Identifier: MIT
// A server that does what a test says.
#pragma once

#include <functional>
#include <utility>

#include "asio_run.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/connection/server.hpp>

namespace test {

inline const rscp::Key kKey = rscp::Key::from_passphrase("a passphrase").value();

/// Accepts connections and hands each to the behaviour, in a coroutine of its own.
class FakeServer {
 public:
  using Behaviour = std::function<asio::awaitable<void>(asio::ip::tcp::socket)>;

  FakeServer(asio::io_context& io, Behaviour behaviour)
      : listener_(rscp::Listener::open(io.get_executor(), "127.0.0.1", 0).value()),
        behaviour_(std::move(behaviour)) {
    asio::co_spawn(io, serve(io), asio::detached);
  }

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] int connections() const { return connections_; }
  void close() { listener_.close(); }

  [[nodiscard]] rscp::ClientOptions client() const {
    rscp::ClientOptions options;
    options.host = "127.0.0.1";
    options.port = port();
    options.key = kKey;
    options.user = "user";
    options.password = "password";
    options.reconnect.pause = std::chrono::milliseconds(1);
    return options;
  }

 private:
  asio::awaitable<void> serve(asio::io_context& io) {
    while (auto socket = co_await listener_.accept()) {
      ++connections_;
      asio::co_spawn(io, behaviour_(*std::move(socket)), asio::detached);
    }
  }

  rscp::Listener listener_;
  Behaviour behaviour_;
  int connections_ = 0;
};

/// A behaviour that logs everybody in and answers each value by `answer`.
using Answerer = std::function<rscp::Value(const rscp::Value&)>;
inline FakeServer::Behaviour answering(Answerer answer) {
  return [answer](asio::ip::tcp::socket socket) -> asio::awaitable<void> {
    return [](asio::ip::tcp::socket accepted, Answerer reply) -> asio::awaitable<void> {
      rscp::ServerSession session(std::move(accepted), kKey);
      const std::vector<rscp::Credentials> users(1, {"user", "password", rscp::UserLevel::User});
      for (;;) {
        const auto request = co_await session.receive({});
        if (!request) co_return;
        std::vector<rscp::Value> values;
        for (const auto& value : request->frame.values) {
          const bool login = value.tag() == rscp::tags::kReqAuthentication;
          values.push_back(login ? session.log_in(value, users) : reply(value));
        }
        const auto sent = co_await session.answer(values, {1, 0});
        if (!sent) co_return;
      }
    }(std::move(socket), answer);
  };
}

/// The usual answer to a few requests.
inline rscp::Value usual(const rscp::Value& request) {
  const std::string name = rscp::Dictionary::builtin().label(request.tag());
  if (name == "EMS_REQ_POWER_PV") return {"EMS_POWER_PV", 4711};
  if (name == "EMS_REQ_BAT_SOC") return {"EMS_BAT_SOC", 55};
  return {rscp::Dictionary::builtin().answer_to(request.tag()), rscp::DataType::Error,
          rscp::ErrorCode{rscp::ErrorCode::kNotHandled}};
}

}  // namespace test
