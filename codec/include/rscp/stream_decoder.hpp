// SPDX-License-Identifier: MIT
// One direction of a connection: ciphertext in, frames out. No I/O, no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <rscp/bytes.hpp>
#include <rscp/cipher.hpp>
#include <rscp/frame.hpp>

namespace rscp::inline v0_1 {

/// A whole frame. Offsets count the ciphertext bytes of this direction from the first one fed.
struct StreamFrame {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  ///< behind the padding
  ByteBuffer plaintext;   ///< header, data, checksum, padding: end - begin bytes
  std::size_t key = 0;    ///< which of the decoder's keys
};

/// Whole blocks of zeros behind a frame. Some clients send one when the frame is aligned already.
struct StreamPadding {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

enum class LossReason : std::uint8_t {
  NoKeyFits,       ///< no key gave a frame so far: wrong key, or not RSCP
  StartOfCapture,  ///< a stream joined in the middle; the next frame was found behind this
  Gap,             ///< bytes are missing, or lie in a frame that bytes are missing from
  OutOfStep,       ///< no frame where one should begin: damaged bytes or an IV out of step
  EndOfStream,     ///< the stream ended inside a frame
};

/// Bytes that gave no frame.
struct StreamLoss {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  LossReason reason{};
  std::uint64_t missing = 0;  ///< how many of the bytes were never seen (Gap)
  std::uint64_t needed = 0;   ///< bytes the frame that was begun needs in all; 0 if not known

  /// One sentence with the byte range.
  [[nodiscard]] std::string message() const;
};

using StreamEvent = std::variant<StreamFrame, StreamPadding, StreamLoss>;

/// What a StreamDecoder is doing, and what it knows meanwhile.
namespace stream_states {

/// A frame begins at `begin`, or padding does.
struct AtFrame {
  std::uint64_t begin = 0;
  CipherBlock iv = kInitialIv;
  std::size_t size = 0;       ///< padded; 0 if the header did not come yet
  CipherBlock first_block{};  ///< decrypted, once size is known
};

/// The next frame header is looked for at `candidate` and behind it.
struct Searching {
  std::uint64_t lost_from = 0;  ///< first byte not yet reported
  std::uint64_t candidate = 0;
  LossReason reason{};
};

/// A frame of known end lost bytes.
struct Skipping {
  std::uint64_t lost_from = 0;
  std::uint64_t end = 0;
  std::uint64_t needed = 0;  ///< bytes of the whole frame
};

/// Bytes are only counted.
struct GivenUp {
  std::uint64_t lost_from = 0;
};

}  // namespace stream_states

/// Finds the frames of one direction. Every byte fed or skipped is in exactly one event once
/// `finish` was called.
///
/// The key: each key is tried where a frame must or may begin; the first one that gives a frame
/// header stays. Without any key all bytes are lost with NoKeyFits.
///
/// Position: a stream fed from its beginning starts with the initial IV. Joined in the
/// middle, or behind a gap, any block decrypts whose predecessor's ciphertext is there, so the
/// next frame header is looked for; the search has 55 known bits to go by.
class StreamDecoder {
 public:
  enum class Start : std::uint8_t {
    Beginning,  ///< the first byte fed is the first one of the connection
    Unknown,    ///< perhaps; if not, frames may begin at any byte
  };

  StreamDecoder(std::span<const Key> keys, Start start);

  void feed(Bytes ciphertext);
  /// The next `length` bytes of the stream are not known.
  void gap(std::uint64_t length);
  /// Nothing comes any more. What was begun is reported as lost.
  void finish();

  /// The next thing found, in stream order; nothing until more is fed.
  std::optional<StreamEvent> next();

  /// The key that gave the first frame.
  [[nodiscard]] std::optional<std::size_t> key() const { return key_; }
  /// Makes the decoder use one key: the other direction of the connection proved it.
  void fix_key(std::size_t index);
  /// Whether so much was searched in vain that the stream is taken to be undecryptable; what
  /// follows is counted, not searched.
  [[nodiscard]] bool gave_up() const { return std::holds_alternative<GivenUp>(state_); }
  /// Whether the next byte belongs to a frame, known or expected. Once false on a connection read
  /// from its beginning, the key is wrong or the peer out of step: a live reader should hang up.
  [[nodiscard]] bool in_step() const { return std::holds_alternative<AtFrame>(state_); }
  /// Whether no frame began where one had to: not where the stream was joined in the middle, nor
  /// behind a gap.
  [[nodiscard]] bool out_of_step() const;
  /// Offset behind the last byte fed or skipped.
  [[nodiscard]] std::uint64_t position() const { return buffer_start_ + buffered(); }
  /// Bytes held back: an unfinished frame, or a block or two while searching.
  [[nodiscard]] std::size_t buffered() const { return buffer_.size() - head_; }
  /// Offset of the first byte that is in no event yet.
  [[nodiscard]] std::uint64_t undecided_from() const;
  /// Where the frame that was begun ends, once its header is known.
  [[nodiscard]] std::optional<std::uint64_t> pending_end() const;

  /// Bytes searched without a first frame before the decoder gives up: four frames of the largest
  /// size.
  static constexpr std::uint64_t kSearchLimit = 4 * 65568;

 private:
  using AtFrame = stream_states::AtFrame;
  using Searching = stream_states::Searching;
  using Skipping = stream_states::Skipping;
  using GivenUp = stream_states::GivenUp;
  using State = std::variant<AtFrame, Searching, Skipping, GivenUp>;

  // Each goes as far as the bytes reach; false: more must come. May replace state_, and is done
  // then.
  bool step(AtFrame& at);
  bool step(Searching& searching);
  bool step(Skipping& skipping);
  bool step(GivenUp& given_up);

  std::optional<FrameHeader> try_header(const CipherBlock& iv, std::uint64_t offset, bool strict,
                                        CipherBlock& plain);
  void no_frame_at(const AtFrame& at);
  void emit_frame(AtFrame& at);
  void lose(std::uint64_t begin, std::uint64_t end, LossReason reason, std::uint64_t needed = 0);
  void drop_before(std::uint64_t offset);
  void restart_buffer(std::uint64_t offset);
  [[nodiscard]] const std::uint8_t* at(std::uint64_t offset) const;
  [[nodiscard]] CipherBlock block_at(std::uint64_t offset) const;

  std::vector<Decryptor> decryptors_;
  std::optional<std::size_t> key_;
  State state_;
  bool first_ = true;                  // nothing decided yet about the first block
  std::optional<std::uint64_t> grid_;  // frames begin at multiples of 32 from here, if known
  ByteBuffer buffer_;                  // from head_ on: ciphertext from buffer_start_ on, no hole
  std::size_t head_ = 0;
  std::uint64_t buffer_start_ = 0;
  std::uint64_t searched_ = 0;  // bytes, in vain
  std::uint64_t missing_ = 0;   // of the bytes being lost
  std::deque<StreamEvent> events_;
  bool finished_ = false;
};

}  // namespace rscp::inline v0_1
