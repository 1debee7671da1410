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

#include <cstdint>
#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include <rscp/dictionary.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/key_table.hpp>
#include <rscp/recording/transcript.hpp>

namespace rscp::recording {

struct TranscriptReading {
  std::vector<std::uint16_t> ports;        ///< of a capture, besides 5033 and 5034
  const Dictionary* dictionary = nullptr;  ///< for names in the file; null: the built-in one
  /// Told each of the transcript's notes, with the file in front.
  std::function<void(const std::string&)> report;
};

struct TranscriptWriting {
  const Dictionary* dictionary = nullptr;  ///< for names; null: the built-in one
  bool show_secrets = false;               ///< passwords in clear instead of ********
};

/// Whether a file is text (a transcript, a journal, any JSON object) rather than a capture, which
/// begins with a magic number.
bool is_text_recording(const std::string& file);

/// Reads a capture (with its keys), a transcript, or a journal of the simulator, by its content;
/// "-" is a capture from standard input. The error names the file; WrongKey if there is RSCP in it
/// of which nothing could be decrypted, InputOutput otherwise.
Result<Transcript> load_transcript(const std::string& file, const KeyTable& keys,
                                   const TranscriptReading& options = {});
/// Reads a transcript or a journal. The error's place is "name:line".
Result<Transcript> read_transcript(std::istream& in, const std::string& name,
                                   const TranscriptReading& options = {});

void write_transcript(std::ostream& out, const Transcript& transcript,
                      const TranscriptWriting& options = {});
/// The same into a file, whose folder is made if it is not there.
Result<void> save_transcript(const std::string& file, const Transcript& transcript,
                             const TranscriptWriting& options = {});

}  // namespace rscp::recording
