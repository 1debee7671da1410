// SPDX-License-Identifier: MIT
// The exchanges of a session: what was asked and what came back. A capture and the simulator's
// journal give one; on disk it is NDJSON, one exchange a line, and may be edited:
//
//     {"exchange":1,"connection":1,"time":"2026-01-01T00:00:00.000000000Z","delay_ms":0.4,
//      "request":[{"tag":"EMS_REQ_POWER_PV",...}],"answer":[{"tag":"EMS_POWER_PV",...}]}
//
// A request that got no answer has "answer":null, an answer without its request "request":null.
// "answer_time" is the time in the answer's frame; "ended" is there if the device ended the
// connection after this exchange: "closed" or "reset".
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include <rscp/login.hpp>
#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/key_table.hpp>
#include <rscp/value.hpp>

namespace rscp::recording {

struct Exchange {
  std::uint64_t number = 0;      ///< from 1, in order of the requests
  std::uint64_t connection = 0;  ///< from 1, in order of their first frame
  std::int64_t time = 0;         ///< of the request; nanoseconds since 1970 UTC
  std::int64_t delay = 0;        ///< from the request to its answer, nanoseconds
  std::optional<std::vector<Value>> request;
  std::optional<std::vector<Value>> answer;
  std::optional<Timestamp> answer_time;  ///< in the answer's frame
  /// The device ended the connection after this.
  enum class Ended : std::uint8_t { No, Closed, Reset } ended = Ended::No;

  /// Whether this is a login: those are the player's own business.
  [[nodiscard]] bool is_login() const;
};

struct Transcript {
  std::vector<Exchange> exchanges;
  std::vector<std::string> notes;  ///< what could not be read, and why
};

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

/// The users who logged in, with the level they got. A masked password is no password: such logins
/// are left out.
std::vector<Credentials> recorded_users(const Transcript& transcript);

struct TranscriptError {
  std::string place;  ///< file, or file:line
  std::string message;
  bool key = false;  ///< the key is missing or wrong
};

/// Reads a capture (with its keys), a transcript, or a journal of the simulator, by its content.
std::expected<Transcript, TranscriptError> load_transcript(const std::string& file,
                                                           const KeyTable& keys);
/// Reads a transcript or a journal. The error names the line.
std::expected<Transcript, TranscriptError> read_transcript(std::istream& in,
                                                           const std::string& name);
/// Writes it. Passwords are masked unless `show_secrets`.
void write_transcript(std::ostream& out, const Transcript& transcript, bool show_secrets = false);

}  // namespace rscp::recording
