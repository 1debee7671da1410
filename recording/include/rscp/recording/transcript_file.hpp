// SPDX-License-Identifier: MIT
// Transcripts on disk are NDJSON, one exchange a line, and may be edited:
//
//     {"exchange":1,"connection":1,"time":"2026-01-01T00:00:00.000000000Z","delay_ms":0.4,
//      "request":[{"tag":"EMS_REQ_POWER_PV",...}],"answer":[{"tag":"EMS_POWER_PV",...}]}
//
// A request that got no answer has "answer":null, an answer without its request "request":null.
// "answer_time" is the time in the answer's frame; "ended" is there if the device ended the
// connection after this exchange: "closed" or "reset".
#pragma once

#include <expected>
#include <istream>
#include <ostream>
#include <string>

#include <rscp/recording/key_table.hpp>
#include <rscp/recording/transcript.hpp>

namespace rscp::recording {

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
