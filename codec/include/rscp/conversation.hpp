// SPDX-License-Identifier: MIT
// One TCP connection between a client and a device: bytes of both directions in, what was said out.
// No I/O, no clock, no epan, no asio.
//
// Theory of operation
//
// The caller tells everything that is known of the connection, in the order in which it happened:
//
//     conversation.receive(Direction::Request, bytes, time, mark);   // the next bytes of a
//     direction conversation.lost(Direction::Answer, 1448);                    // so many of them
//     are not known conversation.end(Direction::Answer);                           // none will
//     follow while (auto event = conversation.next()) { ... }
//
// `time` and `mark` are the caller's own and come back with what the bytes gave: nanoseconds of any
// clock, and whatever finds the packet again (its number, an index). Each direction has a
// StreamDecoder. What the two have in common is here: the key that one proved is the other's too;
// the tags of the first frame tell which side is the device, where port and handshake did not; and
// Pairing decides which request an answer belongs to.
//
// A frame is parsed and its checksum computed once, here. Nothing above needs to look at a header.
//
// Whoever knows a frame of its own making before it is encrypted (a client, a server) says `sent`
// instead of feeding the ciphertext of that direction.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <rscp/direction.hpp>
#include <rscp/frame.hpp>
#include <rscp/pairing.hpp>
#include <rscp/stream_decoder.hpp>

namespace rscp::inline v0_1 {

/// Bytes of one direction that came together.
struct Piece {
  std::uint64_t begin = 0;  ///< offset in the direction's stream of ciphertext
  std::uint64_t end = 0;
  std::int64_t time = 0;
  std::uint64_t mark = 0;
};

/// A whole frame.
struct Message {
  std::uint64_t number = 0;  ///< in the conversation, from 1, both directions together
  Direction direction{};
  std::int64_t time = 0;   ///< of its latest piece, which completes it
  std::uint64_t mark = 0;  ///< of that piece
  std::uint64_t begin = 0;
  std::uint64_t end = 0;      ///< behind the padding
  std::vector<Piece> pieces;  ///< that brought its bytes, in the order of the stream
  ByteBuffer plaintext;       ///< header, data, checksum, padding
  FrameView frame;            ///< looks into `plaintext`
  std::size_t key = 0;        ///< which of the conversation's keys

  Message() = default;
  // A copy's view would look into the original.
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  Message(Message&&) noexcept = default;
  Message& operator=(Message&&) noexcept = default;
  ~Message() = default;
};

struct RequestSeen {
  Message message;
};

struct AnswerSeen {
  Message message;
  /// The request it answers; nothing if none is known. A later Paired of the same answer corrects
  /// it; corrections that this answer brings about come before it.
  std::optional<std::uint64_t> request;
};

/// Bytes that gave no frame.
struct BytesLost {
  Direction direction{};
  StreamLoss loss;
  std::int64_t time = 0;  ///< of what was told last
  std::uint64_t mark = 0;
  std::vector<Piece> pieces;    ///< that brought some of them: the first few
  std::optional<Piece> behind;  ///< that brought the first byte behind them
};

/// No key fits: the first bytes that could have shown one did not. Once a conversation.
struct WrongKey {
  Direction direction{};
  std::uint64_t mark = 0;
};

/// A frame should begin here and does not: damaged bytes, or a cipher out of step. Said at once;
/// BytesLost follows when the next frame is found or the stream ends. A live reader hangs up.
struct OutOfStep {
  Direction direction{};
  std::uint64_t offset = 0;
};

/// A direction ended, after all that it brought.
struct Ended {
  Direction direction{};
};

using ConversationEvent = std::variant<RequestSeen, AnswerSeen, Paired, Unanswered, Unexpected,
                                       BytesLost, WrongKey, OutOfStep, Ended>;

struct ConversationOptions {
  /// The first bytes told are the first ones of the connection.
  bool beginning = true;
  /// Which side is the device is certain. If not, the first frame's tags decide, and the directions
  /// of all events are the true ones; see `reversed`.
  bool sides_known = true;
  /// Requests are paired with answers. A server has no need of it: it answers, or does not, and
  /// knows.
  bool pairs = true;
};

class Conversation {
 public:
  /// Tries the keys in turn; copies them.
  explicit Conversation(std::span<const Key> keys, ConversationOptions options = {});

  /// `direction` is what the caller takes it for.
  void receive(Direction direction, Bytes bytes, std::int64_t time, std::uint64_t mark = 0);
  void lost(Direction direction, std::uint64_t length);
  /// Once both directions have ended, everything is decided.
  void end(Direction direction);
  /// A frame that the caller itself sends in this direction, as plaintext. Such a direction gets no
  /// bytes. Must hold a frame.
  /// The number of the message.
  std::uint64_t sent(Direction direction, Bytes plaintext, std::int64_t time,
                     std::uint64_t mark = 0);

  std::optional<ConversationEvent> next();

  enum class Standing : std::uint8_t {
    Undecided,   ///< no frame so far, but there may be one
    Recognised,  ///< a key gave a frame
    Hopeless,    ///< not RSCP under these keys
  };
  [[nodiscard]] Standing standing() const;
  /// What the caller takes for the client is the device.
  [[nodiscard]] bool reversed() const { return sides_ == Sides::Reversed; }
  /// One direction's decoder, by what the caller takes it for.
  [[nodiscard]] const StreamDecoder& decoder(Direction direction) const {
    return half(direction).decoder;
  }

 private:
  struct Half {
    explicit Half(std::span<const Key> keys, StreamDecoder::Start start) : decoder(keys, start) {}
    StreamDecoder decoder;
    std::deque<Piece> pieces;  // of bytes not yet in an event
    std::uint32_t received = 0;
    std::int64_t time = 0;
    std::uint64_t mark = 0;
    bool told_out_of_step = false;
    bool ended = false;
  };
  enum class Sides : std::uint8_t { Unknown, AsTold, Reversed };

  [[nodiscard]] Half& half(Direction direction) { return halves_[index_of(direction)]; }
  [[nodiscard]] const Half& half(Direction direction) const { return halves_[index_of(direction)]; }
  [[nodiscard]] Direction truly(Direction told) const;
  void drain(Direction told);
  void find_sides(Direction told, const FrameView& frame);
  void add_frame(Direction told, StreamFrame&& frame, const FrameView& view);
  void add_message(Message&& message);
  void add_loss(Direction told, const StreamLoss& loss);
  void pass_on(const PairingEvent& event);
  void pass_pairing_on();
  void judge_key(Direction told);
  void forget_pieces(Half& half);

  bool has_keys_;
  bool beginning_;
  bool pairs_;
  bool told_wrong_key_ = false;
  Sides sides_;
  std::array<Half, 2> halves_;
  Pairing pairing_;
  std::uint64_t count_ = 0;
  std::deque<ConversationEvent> events_;
};

}  // namespace rscp::inline v0_1
