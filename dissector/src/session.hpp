// SPDX-License-Identifier: GPL-2.0-or-later
// What the plugin remembers of one TCP connection. Knows nothing of epan: segments go in on
// Wireshark's first pass, in the order it hands them over; what each packet shows is then kept, so
// that any later pass in any order shows the same.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <rscp/direction.hpp>
#include <rscp/item.hpp>
#include <rscp/stream_decoder.hpp>

namespace rscp::dissector {

/// A packet that brought bytes of a frame.
struct SegmentRef {
  std::uint32_t packet = 0;
  std::uint32_t bytes = 0;
};

struct SessionFrame {
  std::uint32_t number = 0;  ///< in the connection, from 1, both directions together
  Direction direction{};
  std::uint32_t packet = 0;  ///< that completes it
  std::int64_t time = 0;     ///< of that packet, nanoseconds since 1970 UTC
  std::uint64_t begin = 0;   ///< in this direction's stream
  std::uint64_t end = 0;
  ByteBuffer plaintext;
  std::vector<SegmentRef> segments;
  SessionFrame* partner = nullptr;          ///< the request of an answer, the answer of a request
  SessionFrame* left_unanswered = nullptr;  ///< a request before this one that got no answer
  std::uint32_t computed_crc = 0;           ///< over the plaintext as sent; 0 if it has none
  bool unexpected = false;                  ///< an answer that no request asked for

  /// Its top-level items, without checking the checksum; none if the header is malformed.
  [[nodiscard]] ItemReader items() const;
};

/// What one packet brought.
struct PacketNotes {
  std::vector<const SessionFrame*> frames;
  std::vector<StreamLoss> losses;
  std::uint32_t encrypted = 0;              ///< payload bytes
  std::uint32_t missing = 0;                ///< bytes before these that were not captured
  bool retransmission = false;              ///< bytes that were there before
  bool no_key = false;                      ///< nothing to decrypt with
  bool undecrypted = false;                 ///< no frame found in this direction so far
  bool wrong_key = false;                   ///< here it became clear that no key fits
  const SessionFrame* continues = nullptr;  ///< the frame whose middle this is, once complete
};

class Session {
 public:
  /// `beginning`: the handshake was captured.
  Session(std::vector<Key> keys, bool beginning);

  struct Segment {
    std::uint32_t packet = 0;
    std::int64_t time = 0;  ///< nanoseconds since 1970 UTC
    Direction direction{};
    std::uint32_t sequence = 0;
    /// Sequence number of the direction's first byte, where `beginning`.
    std::uint32_t first_sequence = 0;
    Bytes bytes;
  };
  /// First pass only.
  void add(const Segment& segment);

  /// What `add` noted for a packet; null if it was never added. The sequence number tells apart
  /// several pieces that Wireshark hands over for one packet.
  [[nodiscard]] const PacketNotes* notes(std::uint32_t packet, std::uint32_t sequence) const;

  /// Whether a key gave a frame in either direction.
  [[nodiscard]] bool recognised() const;
  /// Whether this cannot be RSCP under the keys there are.
  [[nodiscard]] bool hopeless() const;

 private:
  struct Half {
    explicit Half(std::span<const Key> keys, StreamDecoder::Start start) : decoder(keys, start) {}
    StreamDecoder decoder;
    std::optional<std::uint32_t> next_sequence;
    struct Arrival {
      std::uint64_t begin;
      std::uint64_t end;
      std::uint32_t packet;
      PacketNotes* notes;
    };
    std::vector<Arrival> arrivals;  // of bytes not yet in a frame or loss
    std::uint32_t packets = 0;
  };

  void take_events(const Segment& segment, Half& half, PacketNotes& notes);
  SessionFrame& add_frame(const Segment& segment, Half& half, StreamFrame&& frame);
  void pair(SessionFrame& frame);

  bool has_keys_;
  bool beginning_;
  bool reported_wrong_key_ = false;
  std::array<std::unique_ptr<Half>, 2> halves_;
  std::deque<SessionFrame> frames_;       // addresses stay
  std::deque<SessionFrame*> unanswered_;  // requests, oldest first
  std::map<std::pair<std::uint32_t, std::uint32_t>, PacketNotes> notes_;
};

}  // namespace rscp::dissector
