// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/transcript.hpp>

namespace rscp::recording {

/// Pairs requests with answers as their frames come: RSCP has one request under way a connection.
class TranscriptBuilder {
 public:
  void add(const FrameRecord& record);
  void end(std::uint64_t stream, ConnectionEnd end);
  /// The exchanges that have their answer, which are then forgotten here.
  Transcript take_complete();
  /// All that are left.
  Transcript finish();

 private:
  struct Open {
    std::uint64_t connection = 0;
    std::deque<std::uint64_t> unanswered;  // numbers of exchanges
    std::uint64_t last = 0;
    bool answer_lost = false;  // since the last answer
  };
  Exchange* answered_by(Open& open, std::span<const Value> answer);
  Exchange& begin(Open& open, std::int64_t time);

  std::map<std::uint64_t, Exchange> exchanges_;  // by number
  std::vector<std::uint64_t> complete_;
  std::uint64_t count_ = 0;
  std::vector<std::string> notes_;
  std::map<std::uint64_t, Open> streams_;
  std::map<std::uint64_t, Exchange::Ended> ends_;
};

}  // namespace rscp::recording
