// SPDX-License-Identifier: MIT
#include <rscp/connection/server.hpp>
#include <rscp/frame.hpp>

namespace rscp::inline v0_1 {
ServerSession::ServerSession(asio::ip::tcp::socket socket, const Key& key)
    : channel_(std::move(socket), key, Direction::Request) {}

asio::awaitable<Result<ReceivedRequest>> ServerSession::receive(ReceiveLimits limits) {
  const auto received = co_await channel_.receive(limits);
  if (!received) {
    if (received.error().kind == ErrorKind::WrongKey) {
      co_return failure(ErrorKind::WrongKey,
                        "the first block decrypts to no RSCP frame: the client has another "
                        "passphrase, or speaks no RSCP");
    }
    co_return std::unexpected(received.error());
  }
  const Message& message = received->message;
  if (message.frame.crc == CrcStatus::Bad) {
    co_return failure(ErrorKind::Protocol, "the checksum of the request is wrong");
  }
  auto parsed = Frame::from(message.frame);
  ReceivedRequest request;
  request.size = message.plaintext.size() - message.frame.padding.size();
  request.frame = std::move(parsed.frame);
  request.errors = std::move(parsed.errors);
  co_return request;
}

asio::awaitable<Result<void>> ServerSession::answer(std::span<const Value> values, Timestamp time,
                                                    std::chrono::milliseconds limit) {
  const auto sealed = seal_frame(values, time);
  if (!sealed) co_return std::unexpected(sealed.error());
  const auto sent = co_await channel_.send(*sealed, limit);
  if (!sent) co_return std::unexpected(sent.error());
  co_return Result<void>{};
}

Value ServerSession::log_in(const Value& request, std::span<const Credentials> accepted,
                            Refusal refusal) {
  auto result = answer_login(request, accepted, refusal);
  level_ = result.level;
  user_ = std::move(result.user);
  return std::move(result.answer);
}

}  // namespace rscp::inline v0_1
