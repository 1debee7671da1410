// SPDX-License-Identifier: MIT
// One encrypted RSCP connection: the codec's Conversation behind a TCP socket. Client and server
// session stand on it. Not thread-safe: use it from one executor.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <rscp/bytes.hpp>
#include <rscp/cipher.hpp>
#include <rscp/connection/asio.hpp>
#include <rscp/conversation.hpp>
#include <rscp/direction.hpp>
#include <rscp/error.hpp>

namespace rscp::inline v0_1 {

/// No limit on the waiting time.
inline constexpr std::chrono::milliseconds kForever = std::chrono::milliseconds::max();

struct ReceiveLimits {
  std::chrono::milliseconds first_byte = kForever;  ///< until a frame begins
  std::chrono::milliseconds frame = kForever;       ///< from its first byte to its last
};

/// A frame that came.
struct ReceivedFrame {
  Message message;
  /// The number of the frame sent that it answers; nothing if it answers none that was sent.
  std::optional<std::uint64_t> request;
};

class FrameChannel {
 public:
  /// `incoming`: what the peer sends. Answers (in a client) are paired with the requests sent.
  FrameChannel(asio::ip::tcp::socket socket, const Key& key, Direction incoming);
  FrameChannel(FrameChannel&&) noexcept;
  FrameChannel& operator=(FrameChannel&&) noexcept;
  ~FrameChannel();

  /// The next frame. Frames may come several a segment or in any number of pieces; whole blocks of
  /// zeros behind a frame are skipped. Closed: the peer went away (the message says where).
  /// Timeout: a limit passed; the connection is no longer in step. WrongKey: the first bytes
  /// decrypt to no frame. Protocol: later ones do not.
  asio::awaitable<Result<ReceivedFrame>> receive(ReceiveLimits limits);

  /// Encrypts and writes a frame (header, data, checksum) in one piece: several clients take what
  /// one read gives them for one frame. Gives its number, as in ReceivedFrame::request.
  asio::awaitable<Result<std::uint64_t>> send(Bytes frame,
                                              std::chrono::milliseconds limit = kForever);
  /// Writes bytes as they are, in one piece if the socket takes them.
  asio::awaitable<Result<void>> write(Bytes bytes, std::chrono::milliseconds limit = kForever);

  /// For those who act out a broken peer.
  Encryptor& encryptor();
  asio::ip::tcp::socket& socket();

  /// Ends every wait and closes the socket. With `reset` the peer gets an RST instead of a FIN.
  void close(bool reset = false);
  [[nodiscard]] bool is_open() const;

  [[nodiscard]] std::uint64_t frames_received() const;
  [[nodiscard]] std::uint64_t bytes_received() const;
  [[nodiscard]] std::uint64_t bytes_sent() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace rscp::inline v0_1
