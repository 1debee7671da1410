// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/recording/decode_capture.hpp>

using namespace rscp;
using namespace rscp::recording;

namespace {

using Statistics = CaptureDecoder::Statistics;

std::string text(const std::optional<Error>& error) {
  return error ? std::string(name_of(error->kind)) + ": " + error->to_string() : "fine";
}

}  // namespace

TEST_CASE("what stands between a capture and its frames is told by the first reason that holds") {
  const Advice advice{"; give --key", "; see --port"};
  Statistics seen;
  CHECK(text(verdict(seen, advice)) == "input/output: the capture has no packets");
  seen.packets = 3;
  seen.tcp_segments = 1;
  CHECK(text(verdict(seen, advice)) ==
        "input/output: no RSCP found: 3 packets, 1 TCP segment, none on ports 5033 and 5034 or "
        "with a key that fits; see --port");
  seen.malformed_packets = 2;
  CHECK(text(verdict(seen)) ==
        "input/output: no RSCP found: 3 packets, 1 TCP segment, none on ports 5033 and 5034 or "
        "with a key that fits; 2 packets malformed or cut short");
  seen.suspects = 1;
  CHECK(text(verdict(seen, advice)) ==
        "wrong key: no key fits any connection; 1 connection may be RSCP, with whole 32-byte "
        "blocks both ways");
  seen.connections = 4;
  CHECK(text(verdict(seen, advice)) == "fine");
  seen.undecrypted = 2;
  CHECK(text(verdict(seen, advice)) ==
        "wrong key: 2 connections of 4 decrypt to no RSCP frame: wrong key?");
  seen.without_key = 2;
  CHECK(text(verdict(seen, advice)) == "missing key: no key for 2 RSCP connections; give --key");
}

TEST_CASE("who needs any frame at all is told in short why there is none") {
  Statistics seen;
  CHECK(text(why_no_frames(seen)) == "input/output: no RSCP found");
  seen.undecrypted = 1;
  CHECK(text(why_no_frames(seen)) ==
        "wrong key: no frame could be decrypted: the key is missing or wrong");
  seen.frames = 1;
  CHECK(text(why_no_frames(seen)) == "fine");
}
