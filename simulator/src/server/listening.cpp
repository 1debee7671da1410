// SPDX-License-Identifier: MIT
// The port of a station: who may come in, and when nobody may.
#include "station_server.hpp"

namespace rscp::simulator {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr milliseconds kReopenPause{100};

}  // namespace

std::expected<void, std::string> StationServer::open_listener(std::uint16_t port) {
  auto listener = Listener::open(executor(), around_.options.address, port);
  if (!listener) return std::unexpected(listener.error().to_string());
  listener_.emplace(*std::move(listener));
  port_ = listener_->port();
  return {};
}

std::expected<void, std::string> StationServer::start() {
  if (auto opened = open_listener(scenario_->port); !opened) return opened;
  auto work = [](std::shared_ptr<StationServer> self) -> asio::awaitable<void> {
    co_await self->listen();
  };
  asio::co_spawn(around_.io, work(shared_from_this()), asio::detached);
  return {};
}

void StationServer::stop() {
  stopped_ = true;
  if (listener_) listener_->close();
  disconnect_all();
}

void StationServer::disconnect_all() {
  for (const auto& [number, client] : clients_) client->close("closed by the operator");
}

void StationServer::refuse() {
  ++counts_.refused;
  warn("a connection was refused: " + std::to_string(counts_.open) +
       " are open, the limit (--max-connections) is " + std::to_string(limits().connections));
  journal_.refused(limits().connections);
}

asio::awaitable<void> StationServer::listen() {
  while (!stopped_) {
    auto socket = co_await listener_->accept();
    if (!socket) co_return;
    if (counts_.open >= limits().connections) {
      refuse();
      continue;
    }
    auto work = [](std::shared_ptr<StationServer> self,
                   tcp::socket accepted) -> asio::awaitable<void> {
      co_await self->serve(std::move(accepted));
    };
    ++counts_.connections;
    ++counts_.open;
    asio::co_spawn(around_.io, work(shared_from_this(), *std::move(socket)),
                   [self = shared_from_this()](const std::exception_ptr& failure) {
                     --self->counts_.open;
                     if (failure) self->warn("a connection ended with a fault of the simulator");
                   });
  }
}

asio::awaitable<void> StationServer::serve(tcp::socket socket) {
  asio::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  ClientConnection client(*this, std::move(socket), *key_, counts_.connections,
                          error ? std::string("?") : to_string(endpoint));
  clients_.emplace(client.number(), &client);
  co_await client.run();
  clients_.erase(client.number());
}

void StationServer::close_for(milliseconds time, bool drop_connections) {
  listener_->close();
  if (drop_connections) {
    for (const auto& [number, client] : clients_) client->close("the device reboots", true);
  }
  auto work = [](std::shared_ptr<StationServer> self,
                 milliseconds closed) -> asio::awaitable<void> {
    const asio::any_io_executor executor = self->executor();
    co_await pause(executor, closed);
    while (!self->stopped_) {
      if (self->open_listener(self->port_)) break;
      co_await pause(executor, kReopenPause);
    }
    if (!self->stopped_) co_await self->listen();
  };
  asio::co_spawn(around_.io, work(shared_from_this(), time), asio::detached);
}

}  // namespace rscp::simulator
