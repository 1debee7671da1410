// SPDX-License-Identifier: GPL-2.0-or-later
// What the plugin remembers of one TCP connection: the Conversation of the codec, and what each
// packet shows of it. Knows nothing of epan: segments go in on Wireshark's first pass, in the order
// it hands them over; any later pass in any order shows the same.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include <rscp/conversation.hpp>

namespace rscp::dissector {

/// A packet that brought bytes of a frame.
struct SegmentRef {
  std::uint32_t packet = 0;
  std::uint32_t bytes = 0;
};

struct SessionFrame {
  Message message;
  std::uint32_t packet = 0;  ///< that completes it
  std::vector<SegmentRef> segments;
  const SessionFrame* partner = nullptr;  ///< the request of an answer, the answer of a request

  /// What is wrong with a frame without a partner.
  enum class Alone : std::uint8_t {
    No,
    Unanswered,  ///< a request that got no answer
    AnswerLost,  ///< a request whose answer may lie in bytes that were not captured
    Unexpected,  ///< an answer that no request asked for
  } alone = Alone::No;

  [[nodiscard]] Direction direction() const { return message.direction; }
  /// Its top-level items.
  [[nodiscard]] ItemReader items() const { return message.frame.items(); }
};

/// What one packet brought.
struct PacketNotes {
  std::uint32_t packet = 0;
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
  Session(const std::vector<Key>& keys, bool beginning);

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
  /// The first pass is over: requests that are open will get no answer.
  void finish();

  /// What `add` noted for a packet; null if it was never added. The sequence number tells apart
  /// several pieces that Wireshark hands over for one packet.
  [[nodiscard]] const PacketNotes* notes(std::uint32_t packet, std::uint32_t sequence) const;

  /// Whether a key gave a frame in either direction, or none can.
  [[nodiscard]] Conversation::Standing standing() const { return conversation_.standing(); }

 private:
  class EventReader;

  bool has_keys_;
  bool beginning_;
  Conversation conversation_;
  std::array<std::optional<std::uint32_t>, 2> next_sequence_;
  std::deque<SessionFrame> frames_;  // by number, from 1; addresses stay
  std::deque<PacketNotes> notes_;    // by mark; addresses stay
  std::map<std::pair<std::uint32_t, std::uint32_t>, PacketNotes*> notes_of_;
};

}  // namespace rscp::dissector
