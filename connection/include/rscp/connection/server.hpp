// SPDX-License-Identifier: MIT
// The server side: a listening socket, and the session with one client.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/connection/asio.hpp>
#include <rscp/connection/frame_channel.hpp>
#include <rscp/frame.hpp>
#include <rscp/login.hpp>

namespace rscp {

/// A listening TCP socket.
class Listener {
 public:
  /// Binds and listens. `address` is numeric, IPv4 or IPv6; port 0 takes a free one. The error
  /// names address and port.
  static std::expected<Listener, std::string> open(const asio::any_io_executor& executor,
                                                   const std::string& address, std::uint16_t port);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Whether only programs on this machine can connect.
  [[nodiscard]] bool is_loopback() const { return loopback_; }

  /// The next connection. When the process has no file descriptor left it waits until there is one.
  /// Nothing after close().
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

/// A request as it came.
struct ReceivedRequest {
  Frame frame;
  std::vector<DecodeError> errors;  ///< malformed items; the rest is in the frame
  std::size_t size = 0;             ///< bytes of the frame without padding
};

/// One client's connection.
///
///     rscp::ServerSession session(std::move(socket), key);
///     while (auto request = co_await session.receive(limits)) {
///       std::vector<rscp::Value> answer;
///       for (const auto& value : request->frame.values) answer.push_back(...);
///       co_await session.answer(answer);
///     }
class ServerSession {
 public:
  ServerSession(asio::ip::tcp::socket socket, const Key& key);

  /// The next request. WrongKey: the very first bytes decrypt to no frame; hang up at once, as
  /// devices do. Protocol: later bytes do not, or the checksum is wrong.
  asio::awaitable<Result<ReceivedRequest>> receive(ReceiveLimits limits);
  /// Sends an answer frame, with checksum, in one piece.
  asio::awaitable<Result<void>> answer(std::span<const Value> values, Timestamp time);

  /// Answers a login and remembers what it granted.
  Value log_in(const Value& request, std::span<const Credentials> accepted,
               Refusal refusal = Refusal::Int32);

  [[nodiscard]] UserLevel level() const { return level_; }
  [[nodiscard]] const std::string& user() const { return user_; }
  [[nodiscard]] FrameChannel& channel() { return channel_; }

 private:
  FrameChannel channel_;
  UserLevel level_ = UserLevel::None;
  std::string user_;
};

}  // namespace rscp
