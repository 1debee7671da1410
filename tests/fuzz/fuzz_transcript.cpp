// SPDX-License-Identifier: MIT
// Transcripts and journals are edited by hand: any text is either one, which is written and read
// again the same, is no different from itself and becomes a scenario that the simulator reads, or a
// mistake with its line.
#include <sstream>

#include "expect.hpp"
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/recording_diff.hpp>
#include <rscp/replay/scenario_export.hpp>
#include <rscp/scenario/read.hpp>

using namespace rscp;
using namespace rscp::recording;
using namespace rscp::replay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto transcript = read_transcript(in, "fuzz.ndjson");
  if (!transcript) {
    expect(transcript.error().place.starts_with("fuzz.ndjson"));
    expect(!transcript.error().message.empty());
    return 0;
  }
  std::stringstream file;
  write_transcript(file, *transcript, {.show_secrets = true});
  const auto again = read_transcript(file, "again.ndjson");
  expect(again.has_value() && again->exchanges.size() == transcript->exchanges.size());
  expect(diff_recordings(*transcript, *again).same());
  const auto exported = export_scenario(*transcript, "fuzz", "key");
  const auto scenario =
      scenario::parse_scenario(exported.yaml, "fuzz.yaml", "/nonexistent-folder-of-the-fuzzer");
  expect(scenario.has_value());
  return 0;
}
