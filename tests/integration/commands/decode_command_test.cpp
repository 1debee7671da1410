// SPDX-License-Identifier: MIT
#include <sstream>

#include <nlohmann/json.hpp>

#include "capture_builder.hpp"
#include "catch.hpp"
#include "process.hpp"
#include <rscp/text.hpp>

using rscp::Value;
using test::RscpTalk;
using test::TcpTalk;

namespace {

test::Outcome decode(std::vector<std::string> words,
                     const std::string& prefix = "env -u RSCP_KEY") {
  words.insert(words.begin(), {RSCP_COMMAND, "decode"});
  return test::run(words, prefix);
}

std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TcpTalk conversation() {
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "the key");
  rscp.login("user@example.org", "hunter2");
  rscp.request({Value{"EMS_REQ_POWER_PV"}, Value{"EMS_REQ_MODE"}});
  rscp.answer({Value{"EMS_POWER_PV", 4687}, Value{"EMS_MODE", 1}});
  tcp.finish();
  return tcp;
}

struct Sample {
  test::TemporaryFolder folder;
  std::string path = folder.file("sample.pcap");
  Sample() { test::write_capture(path, conversation().packets); }
};

}  // namespace

TEST_CASE("rscp decode prints ndjson in the documented form") {
  const Sample sample;
  const auto result = decode({"--key", "the key", "--format", "ndjson", sample.path});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == 4);
  CHECK(
      lines[2].dump() ==
      nlohmann::json::parse(
          R"({"frame":3,"time":"2023-11-14T22:13:20.003500000Z","stream":0,"direction":"request",)"
          R"("src":"10.0.0.1:40000","dst":"10.0.0.2:5033","packets":[8],)"
          R"("frame_time":{"seconds":1700000002,"nanoseconds":0},"crc":"ok","values":[)"
          R"({"tag":"EMS_REQ_POWER_PV","code":"0x01000001","type":"None","value":null},)"
          R"({"tag":"EMS_REQ_MODE","code":"0x01000011","type":"None","value":null}],"notes":[]})")
          .dump());
}

TEST_CASE("rscp decode prints text that rscp reads again") {
  const Sample sample;
  const auto result = decode({"--key", "the key", sample.path});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("EMS_POWER_PV: 4687  # W\nEMS_MODE: 1  # DISCHARGE\n"));
  const auto again = rscp::parse_text(result.out);
  if (!again) FAIL(again.error().to_string());
  CHECK(again->values.size() == 6);
}

TEST_CASE("rscp decode prints one JSON array") {
  const Sample sample;
  const auto result = decode({"-k", "the key", "-f", "json", sample.path});
  CHECK(nlohmann::json::parse(result.out).size() == 4);
  const auto none = decode({"-k", "the key", "-f", "json", "-s", "PVI_DATA", sample.path});
  CHECK(nlohmann::json::parse(none.out).empty());
}

TEST_CASE("passwords are masked unless asked for, in every format") {
  const Sample sample;
  for (const char* format : {"text", "json", "ndjson"}) {
    const auto masked = decode({"-k", "the key", "-f", format, sample.path});
    CHECK_THAT(masked.out, !Catch::Contains("hunter2") && Catch::Contains("********"));
    const auto shown = decode({"-k", "the key", "-f", format, "--show-secrets", sample.path});
    CHECK_THAT(shown.out, Catch::Contains("hunter2"));
  }
}

TEST_CASE("selecting leaves only what a path matches") {
  const Sample sample;
  const auto result =
      decode({"-k", "the key", "-f", "ndjson", "-s", "EMS_MODE(.==DISCHARGE)", sample.path});
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["frame"] == 4);
  REQUIRE(lines[0]["values"].size() == 1);
  CHECK(lines[0]["values"][0]["tag"] == "EMS_MODE");
  const auto bad = decode({"-k", "the key", "-s", "EMS_MOD/", sample.path});
  CHECK(bad.status == 2);
  CHECK_THAT(bad.err,
             Catch::StartsWith("rscp decode: --select EMS_MOD/: 1:1: unknown tag EMS_MOD"));
}

TEST_CASE("a transcript names the user's own tags and takes further ports") {
  const Sample sample;
  test::write_file(sample.folder.file("tags.csv"), "0x0F923456,MY_THING,Int32\n");
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 6000});
  tcp.handshake();
  RscpTalk rscp(tcp, "the key");
  rscp.request({Value{"EMS_REQ_POWER_PV"}});
  rscp.answer({Value(rscp::Tag{0x0F923456}, rscp::DataType::Int32, 7)});
  tcp.finish();
  test::write_capture(sample.folder.file("own"), tcp.packets);
  const auto transcript = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"-f", "transcript", "-k", "the key"});
    return decode(std::move(more));
  };
  const auto own =
      transcript({"--tags", sample.folder.file("tags.csv"), sample.folder.file("own")});
  CHECK(own.status == 0);
  CHECK_THAT(own.out, Catch::Contains("\"tag\":\"MY_THING\""));

  TcpTalk web({"10.0.0.1", 40000}, {"10.0.0.2", 80});
  web.handshake();
  web.send(true, rscp::as_bytes("GET / HTTP/1.1\r\n\r\n"));
  test::write_capture(sample.folder.file("web"), web.packets);
  CHECK(transcript({sample.folder.file("web")}).status == 5);
  CHECK(transcript({"--port", "80", sample.folder.file("web")}).status == 4);
}

TEST_CASE("a transcript holds whole exchanges, so it refuses to select") {
  const Sample sample;
  const auto refused = decode({"-k", "the key", "-f", "transcript", "-s", "EMS_MODE", sample.path});
  CHECK(refused.status == 2);
  CHECK(refused.out.empty());
  CHECK_THAT(refused.err, Catch::StartsWith("rscp decode: --select: a transcript holds whole"));
  CHECK_THAT(decode({"--help"}).out, Catch::Contains("Not for a transcript"));
}

TEST_CASE("a transcript is made of a capture from standard input too") {
  const Sample sample;
  const auto piped = test::run({"sh", "-c",
                                "cat " + test::quote(sample.path) + " | " + RSCP_COMMAND +
                                    " decode -f transcript -k 'the key' -"});
  CHECK(piped.status == 0);
  CHECK(piped.out == decode({"-k", "the key", "-f", "transcript", sample.path}).out);
}

TEST_CASE("the key comes from flag, environment or key file") {
  const Sample sample;
  CHECK(decode({sample.path}, "RSCP_KEY='the key'").status == 0);
  CHECK(decode({"-k", "wrong", "-k", "the key", sample.path}).status == 0);
  test::write_file(sample.folder.file("keys"), "\"10.0.0.2\",\"5033\",\"the key\"\n");
  CHECK(decode({"--key-file", sample.folder.file("keys"), sample.path}).status == 0);
  test::write_file(sample.folder.file("keys"), "\"10.0.0.3\",\"5033\",\"the key\"\n");
  CHECK(decode({"--key-file", sample.folder.file("keys"), sample.path}).status == 4);
  test::write_file(sample.folder.file("keys"), "\n\"nowhere\",\"5033\",\"the key\"\n");
  const auto bad = decode({"--key-file", sample.folder.file("keys"), sample.path});
  CHECK(bad.status == 2);
  CHECK(bad.err == "rscp decode: " + sample.folder.file("keys") +
                       ":2: \"nowhere\" is no IP address or network\n");
}

TEST_CASE("a wrong key and a missing key exit with 4 and say what to do") {
  const Sample sample;
  const auto wrong = decode({"-k", "wrong", "-f", "ndjson", sample.path});
  CHECK(wrong.status == 4);
  CHECK_THAT(
      wrong.err,
      Catch::Contains("packet 4, stream 0, request: bytes 0 to 160 decrypt to no RSCP frame: "
                      "wrong passphrase?") &&
          Catch::Contains("1 connection of 1 decrypt to no RSCP frame: wrong key?"));
  CHECK_THAT(wrong.err, !Catch::Contains("wrong\n"));
  const auto lines = lines_of(wrong.out);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["values"].is_null());
  CHECK(lines[0]["frame"].is_null());
  const auto missing = decode({sample.path});
  CHECK(missing.status == 4);
  CHECK_THAT(missing.err,
             Catch::Contains("no key for 1 RSCP connection; give --key, --key-file or RSCP_KEY"));
  CHECK(decode({"-k", "", sample.path}).status == 2);
}

TEST_CASE("a file that is no capture, empty, without RSCP or cut exits with 5") {
  const Sample sample;
  const auto status = [&](const std::string& path) { return decode({"-k", "the key", path}); };
  CHECK(status(sample.folder.file("missing")).status == 5);
  test::write_file(sample.folder.file("text"), "not a capture at all, just a line of text");
  CHECK(status(sample.folder.file("text")).status == 5);
  test::write_capture(sample.folder.file("none"), {});
  const auto none = status(sample.folder.file("none"));
  CHECK(none.status == 5);
  CHECK_THAT(none.err, Catch::Contains("the capture has no packets"));
  TcpTalk web({"10.0.0.1", 40000}, {"10.0.0.2", 80});
  web.handshake();
  web.send(true, rscp::as_bytes("GET / HTTP/1.1\r\n\r\n"));
  test::write_capture(sample.folder.file("web"), web.packets);
  const auto other = status(sample.folder.file("web"));
  CHECK(other.status == 5);
  CHECK_THAT(other.err, Catch::Contains("no RSCP found: 5 packets, 5 TCP segments"));
  const std::string bytes = test::read_file(sample.path);
  test::write_file(sample.folder.file("cut"), bytes.substr(0, bytes.size() - 200));
  const auto cut = status(sample.folder.file("cut"));
  CHECK(cut.status == 5);
  CHECK_THAT(cut.err, Catch::Contains("cannot be read: truncated dump file"));
  CHECK_THAT(cut.out, Catch::Contains("EMS_POWER_PV: 4687"));  // the rest is printed all the same
}

TEST_CASE("a capture comes from standard input as well") {
  const Sample sample;
  const auto result = test::run(
      {"sh", "-c",
       "cat " + test::quote(sample.path) + " | " + RSCP_COMMAND + " decode -k 'the key' -"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("EMS_POWER_PV: 4687"));
}

TEST_CASE("lengths that lie, deep nesting and a bad checksum are noted and the rest is printed") {
  const test::TemporaryFolder folder;
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "the key");
  rscp::Frame frame;
  frame.values = {Value{"EMS_POWER_PV", 1}};
  frame.trailing = rscp::from_hex("02008001030900aa").value();  // says 9 bytes, has 1
  rscp.send(false, frame);
  rscp::ByteBuffer nested;
  for (int i = 0; i < 9000; ++i) {
    rscp::ByteBuffer outer(7);
    rscp::store_le(outer.data(), std::uint32_t{0x03840000});
    outer[4] = 0x0E;
    rscp::store_le(outer.data() + 5, static_cast<std::uint16_t>(nested.size()));
    outer.insert(outer.end(), nested.begin(), nested.end());
    nested = std::move(outer);
  }
  rscp::Frame deep;
  deep.trailing = nested;
  rscp.send(false, deep);
  auto damaged = rscp::Frame().encode().value();
  damaged.back() ^= 0xFF;
  rscp.send_raw(false, damaged);
  rscp.answer({Value{"EMS_POWER_PV", 77}});
  tcp.finish();
  test::write_capture(folder.file("c"), tcp.packets);
  const auto result = decode({"-k", "the key", "-f", "ndjson", folder.file("c")});
  CHECK(result.status == 0);
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0]["values"][0]["value"] == 1);
  CHECK(lines[0]["trailing"] == "02008001030900aa");
  CHECK(lines[0]["notes"][0] == "length field says 9 bytes, 1 left at byte 29");
  CHECK_THAT(lines[1]["notes"][0].get<std::string>(),
             Catch::StartsWith("containers nested deeper than 64"));
  CHECK(lines[2]["crc"] == "bad");
  CHECK_THAT(lines[2]["notes"][0].get<std::string>(), Catch::StartsWith("CRC is 0x"));
  CHECK(lines[3]["values"][0]["value"] == 77);
}

TEST_CASE("a full disk is an error, not silence") {
  const Sample sample;
  const auto result = test::run(
      {"sh", "-c",
       std::string(RSCP_COMMAND) + " decode -k 'the key' " + sample.path + " > /dev/full"});
  CHECK(result.status == 5);
  CHECK(result.err == "rscp decode: cannot write the output\n");
}

TEST_CASE("bad usage exits with 2, help with 0") {
  CHECK(decode({}).status == 2);
  CHECK(decode({"-f", "xml", "x"}).status == 2);
  CHECK(test::run({RSCP_COMMAND}).status == 2);
  CHECK(test::run({RSCP_COMMAND, "unknown"}).status == 2);
  CHECK(decode({"--help"}).status == 0);
  CHECK_THAT(test::run({RSCP_COMMAND, "--version"}).out, Catch::StartsWith("rscp 0."));
}
