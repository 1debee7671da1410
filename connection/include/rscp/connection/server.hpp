// SPDX-License-Identifier: MIT
// The session of a server with one client. serve.hpp runs one a connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/connection/asio.hpp>
#include <rscp/connection/frame_channel.hpp>
#include <rscp/frame.hpp>
#include <rscp/login.hpp>

namespace rscp::inline v0_1 {

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
  asio::awaitable<Result<void>> answer(std::span<const Value> values, Timestamp time,
                                       std::chrono::milliseconds limit = kForever);

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

}  // namespace rscp::inline v0_1
