// SPDX-License-Identifier: MIT
// A listening TCP socket.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <rscp/connection/asio.hpp>
#include <rscp/error.hpp>

namespace rscp::inline v0_1 {

class Listener {
 public:
  /// Binds and listens. `address` is numeric, IPv4 or IPv6; port 0 takes a free one. The error
  /// names address and port.
  static Result<Listener> open(const asio::any_io_executor& executor, const std::string& address,
                               std::uint16_t port);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Whether only programs on this machine can connect.
  [[nodiscard]] bool is_loopback() const { return loopback_; }

  /// The next connection. When the process has no file descriptor left it waits until there is one.
  /// Nothing after close(). Most want accept_each() or serve() instead, which limit what they take.
  asio::awaitable<std::optional<asio::ip::tcp::socket>> accept();
  void close();
  [[nodiscard]] bool is_open() const { return acceptor_->is_open(); }

 private:
  explicit Listener(std::unique_ptr<asio::ip::tcp::acceptor> acceptor);
  std::unique_ptr<asio::ip::tcp::acceptor> acceptor_;
  std::uint16_t port_ = 0;
  bool loopback_ = true;
};

/// "192.168.1.2:5033", "[::1]:5033"
std::string to_string(const asio::ip::tcp::endpoint& endpoint);

}  // namespace rscp::inline v0_1
