// SPDX-License-Identifier: MIT
// The port of a station: who may come in, and when nobody may.
#include "station_server.hpp"
#include <rscp/connection/listener.hpp>

namespace rscp::simulator {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr milliseconds kReopenPause{100};

}  // namespace

// Among the clients as long as it lives, however that ends.
class StationServer::Guest {
 public:
  Guest(StationServer& server, ClientConnection& client) : server_(server), client_(client) {
    server_.clients_.insert(&client_);
    server_.counts_.open = server_.clients_.size();
  }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  ~Guest() {
    server_.clients_.erase(&client_);
    server_.counts_.open = server_.clients_.size();
  }

 private:
  StationServer& server_;
  ClientConnection& client_;
};

Result<void> StationServer::start() {
  AcceptOptions accept{.address = around_.options.address,
                       .port = scenario_->port,
                       .connections = limits().connections};
  // The port is this server's: what it calls must not own it in turn.
  accept.refused = [this](std::size_t open) { refuse(open); };
  accept.failed = [weak = weak_from_this()](const std::exception_ptr&) {
    if (const auto self = weak.lock())
      self->warn("a connection ended with a fault of the simulator");
  };
  auto work = [](std::shared_ptr<StationServer> self, tcp::socket socket) -> asio::awaitable<void> {
    if (self) co_await self->serve(std::move(socket));
  };
  auto port = accept_each(executor(), std::move(accept),
                          [work, weak = weak_from_this()](tcp::socket socket) {
                            return work(weak.lock(), std::move(socket));
                          });
  if (!port) return std::unexpected(port.error());
  port_.emplace(*std::move(port));
  return {};
}

void StationServer::stop() {
  stopped_ = true;
  if (port_) port_->stop();
  disconnect_all();
}

void StationServer::disconnect_all() {
  for (ClientConnection* client : clients_) client->close("closed by the operator");
}

void StationServer::refuse(std::size_t open) {
  ++counts_.refused;
  warn("a connection was refused: " + std::to_string(open) +
       " are open, the limit (--max-connections) is " + std::to_string(limits().connections));
  journal_.refused(limits().connections);
}

asio::awaitable<void> StationServer::serve(tcp::socket socket) {
  asio::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  ClientConnection client(*this, std::move(socket), *key_, ++counts_.connections,
                          error ? std::string("?") : to_string(endpoint));
  const Guest guest(*this, client);
  co_await client.run();
}

void StationServer::close_for(milliseconds time, bool drop_connections) {
  port_->close_port();
  if (drop_connections) {
    for (ClientConnection* client : clients_) client->close("the device reboots", true);
  }
  auto work = [](std::shared_ptr<StationServer> self,
                 milliseconds closed) -> asio::awaitable<void> {
    const asio::any_io_executor executor = self->executor();
    co_await pause(executor, closed);
    while (!self->stopped_) {
      if (self->port_->open_port()) break;
      co_await pause(executor, kReopenPause);
    }
  };
  asio::co_spawn(around_.io, work(shared_from_this(), time), asio::detached);
}

}  // namespace rscp::simulator
