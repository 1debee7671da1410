// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <rscp/conversation.hpp>
#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/transcript.hpp>

namespace rscp::recording {

/// Makes exchanges of what conversations say. Which request an answer belongs to is theirs to know:
/// see Pairing.
class TranscriptBuilder {
 public:
  /// What the conversation of a stream said. The messages' numbers tell them apart.
  void request(std::uint64_t stream, const Message& message);
  void answer(std::uint64_t stream, const Message& message, std::optional<std::uint64_t> request);
  void pairing(std::uint64_t stream, const PairingEvent& event);
  void lost(std::uint64_t stream, Direction direction, const StreamLoss& loss);
  /// The stream ended: by whom first, and how.
  void end(std::uint64_t stream, ConnectionEnd end);
  /// The same, from a capture.
  void add(const FrameRecord& record);

  /// The exchanges of which everything is known, which are then forgotten here: answered, or known
  /// to have no answer, and none before them in their connection that is still open.
  Transcript take_complete();
  /// All that are left.
  Transcript finish();

 private:
  struct Stream {
    std::uint64_t connection = 0;
    std::map<std::uint64_t, std::uint64_t> asked;     // exchanges by the request's message
    std::map<std::uint64_t, std::uint64_t> answered;  // exchanges by the answer's message
    std::deque<std::uint64_t> undecided;              // exchanges, in order
    std::uint64_t last = 0;
  };
  struct Draft {
    Exchange exchange;
    std::int64_t answered_at = 0;
    bool decided = false;  // has its answer, or will have none
  };

  Stream& stream_of(std::uint64_t stream);
  Draft& begin(Stream& stream, std::int64_t time);
  void mark_end(std::uint64_t stream, const Stream& talk);
  void move_answer(Stream& stream, const Paired& paired);

  std::map<std::uint64_t, Draft> drafts_;  // by number of the exchange
  std::uint64_t count_ = 0;
  std::vector<std::string> notes_;
  std::map<std::uint64_t, Stream> streams_;
  std::map<std::uint64_t, Exchange::Ended> ends_;
};

}  // namespace rscp::recording
