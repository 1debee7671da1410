// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "running_simulator.hpp"

using namespace test;
using Catch::Contains;

namespace {

std::vector<std::string> asking(std::uint16_t port, const std::string& key) {
  return {RSCP_COMMAND,
          "query",
          "-k",
          key,
          "-u",
          "user@example.com",
          "-w",
          "password",
          "127.0.0.1:" + std::to_string(port),
          "INFO_REQ_INFO",
          "EMS_REQ_POWER_PV",
          "BAT_REQ_DATA{BAT_INDEX: 0, BAT_REQ_DCB_INFO: UInt16 0}"};
}

Outcome decoded(const std::string& file, const std::string& key) {
  return run({RSCP_COMMAND, "decode", "-k", key, "--format", "transcript", file});
}

}  // namespace

TEST_CASE("what passes the recording proxy is in a capture that decodes and replays") {
  TemporaryFolder folder;
  const std::string capture = folder.file("session.pcap");
  RunningSimulator simulator(
      {"--speed", "0", "--clock", "2026-06-15", "--journal", folder.file("journal")});
  std::string answer;
  {
    RunningServer record("record",
                         {"--to", "127.0.0.1:" + std::to_string(simulator.port()), "-o", capture});
    const Outcome through = run(asking(record.port(), "rscp"));
    CHECK(through.status == 0);
    answer = through.out;
    CHECK(run(asking(record.port(), "wrong key")).status == 4);
    CHECK(record.stop() == 0);
    CHECK_THAT(record.err(), Contains("2 connections"));
  }
  simulator.stop();
  CHECK_THAT(decoded(capture, "rscp").out, Contains("EMS_POWER_PV"));
  // The same exchanges as the simulator saw.
  CHECK(run({RSCP_COMMAND, "diff", "-k", "rscp", capture, folder.file("journal")}).status == 0);
  RunningServer replay("replay", {capture, "-k", "rscp", "--all"});
  CHECK(run(asking(replay.port(), "rscp")).out == answer);
  CHECK(replay.stop() == 0);
}

TEST_CASE("the proxy writes the transcript as well, which says the same as the capture") {
  TemporaryFolder folder;
  const std::string capture = folder.file("session.pcap");
  const std::string transcript = folder.file("session.ndjson");
  RunningSimulator simulator({"--speed", "0", "--clock", "2026-06-15"});
  const std::string device = "127.0.0.1:" + std::to_string(simulator.port());
  {
    RunningServer record("record",
                         {"--to", device, "-o", capture, "--transcript", transcript, "-k", "rscp"});
    CHECK(run(asking(record.port(), "rscp")).status == 0);
    // What was answered is in the file while the proxy runs.
    CHECK_THAT(read_file(transcript), Contains("EMS_POWER_PV") && Contains("********"));
    CHECK(record.stop() == 0);
  }
  CHECK(run({RSCP_COMMAND, "diff", "-k", "rscp", capture, transcript}).status == 0);
  CHECK(read_file(transcript) == decoded(capture, "rscp").out);
  const Outcome keyless =
      run({RSCP_COMMAND, "record", "--to", device, "-o", capture, "--transcript", transcript});
  CHECK(keyless.status == 4);
  CHECK_THAT(keyless.err, Contains("--transcript needs the key"));
}

TEST_CASE("files of a rotated recording can be read each for itself, and lose nothing") {
  TemporaryFolder folder;
  RunningSimulator simulator(
      {"--speed", "0", "--clock", "2026-06-15", "--journal", folder.file("journal")});
  {
    RunningServer record("record", {"--to", "127.0.0.1:" + std::to_string(simulator.port()), "-o",
                                    folder.file("part.pcap"), "--rotate-size", "2KB"});
    std::vector<std::string> watching = asking(record.port(), "rscp");
    watching.insert(watching.end(), {"--watch", "0.1", "--count", "6"});
    CHECK(run(watching).status == 0);
    CHECK(record.stop() == 0);
  }
  simulator.stop();
  std::string all;
  std::vector<std::string> merged = {"mergecap", "-w", folder.file("all.pcap")};
  std::size_t files = 0;
  for (;; ++files) {
    const std::string file = folder.file("part-0000" + std::to_string(files + 1) + ".pcap");
    if (!std::filesystem::exists(file)) break;
    const Outcome part = decoded(file, "rscp");
    CHECK(part.status == 0);
    all += part.out;
    merged.push_back(file);
  }
  CHECK(files >= 3);
  write_file(folder.file("all.ndjson"), all);
  CHECK(run({RSCP_COMMAND, "diff", folder.file("journal"), folder.file("all.ndjson")}).out == "");
  // Put together they are one capture without a flaw.
  CHECK(run(merged).status == 0);
  const Outcome whole = decoded(folder.file("all.pcap"), "rscp");
  CHECK(whole.err == "");
  write_file(folder.file("whole.ndjson"), whole.out);
  CHECK(run({RSCP_COMMAND, "diff", folder.file("journal"), folder.file("whole.ndjson")}).out == "");
}

TEST_CASE("a disk that fills while recording is told, and the conversation goes on") {
  RunningSimulator simulator({"--speed", "0", "--clock", "2026-06-15"});
  RunningServer record(
      "record", {"--to", "127.0.0.1:" + std::to_string(simulator.port()), "-o", "/dev/full"});
  const Outcome through = run(asking(record.port(), "rscp"));
  CHECK(through.status == 0);
  CHECK_THAT(through.out, Contains("EMS_POWER_PV"));
  CHECK(record.stop() == 5);
  CHECK_THAT(record.err(), Contains("cannot be written any more") &&
                               Contains("/dev/full: not everything could be written"));
}

TEST_CASE("a sanitised capture holds nothing private, and replays") {
  TemporaryFolder folder;
  const std::string original = folder.file("original.pcap");
  const std::string shared = folder.file("shared.pcap");
  {
    RunningSimulator simulator({"--speed", "0", "--clock", "2026-06-15"});
    RunningServer record("record",
                         {"--to", "127.0.0.1:" + std::to_string(simulator.port()), "-o", original});
    run(asking(record.port(), "rscp"));
    record.stop();
  }
  const Outcome leaky = run({RSCP_COMMAND, "scan", "-k", "rscp", original});
  CHECK(leaky.status == 1);
  CHECK_THAT(leaky.out, Contains("INFO_SERIAL_NUMBER: a private value that is not masked"));
  CHECK_THAT(leaky.out, Contains("RSCP_AUTHENTICATION_USER"));
  const Outcome done = run({RSCP_COMMAND, "sanitize", "-k", "rscp", original, shared});
  CHECK(done.status == 0);
  CHECK(decoded(shared, "rscp").status == 4);  // another key
  const Outcome clean = run({RSCP_COMMAND, "scan", "-k", "sanitized", shared, "--secret",
                             "user@example.com", "--secret", "password", "--secret",
                             "S10-721234567890", "--secret", "00:03:2d:5e:3d:c0"});
  CHECK(clean.out == "");
  CHECK(clean.status == 0);
  // What is not private is the same.
  const std::vector<std::string> ignored = {
      "--ignore", "**/INFO_SERIAL_NUMBER", "--ignore", "**/INFO_A35_SERIAL_NUMBER",
      "--ignore", "**/INFO_MAC_ADDRESS",   "--ignore", "**/INFO_IP_ADDRESS",
      "--ignore", "**/INFO_SUBNET_MASK",   "--ignore", "**/INFO_GATEWAY",
      "--ignore", "**/INFO_DNS",           "--ignore", "**/BAT_DCB_SERIALNO",
      "--ignore", "**/BAT_DCB_SERIALCODE"};
  std::vector<std::string> diff = {RSCP_COMMAND, "diff",      "-k",     "rscp",
                                   "-k",         "sanitized", original, shared};
  CHECK(run(diff).status == 1);
  diff.insert(diff.end(), ignored.begin(), ignored.end());
  CHECK(run(diff).out == "");
  RunningServer replay("replay", {shared, "-k", "sanitized"});
  CHECK(run(asking(replay.port(), "sanitized")).status == 0);
  CHECK(replay.stop() == 0);
}

TEST_CASE(
    "a device that is not there is told by the proxy, a file that cannot be written at once") {
  TemporaryFolder folder;
  RunningServer record("record", {"--to", "127.0.0.1:1", "-o", folder.file("x.pcap")});
  CHECK(run(asking(record.port(), "k")).status != 0);
  CHECK(record.stop() == 0);
  CHECK_THAT(record.err(), Contains("127.0.0.1:1: cannot connect"));
  const Outcome unwritable =
      run({RSCP_COMMAND, "record", "--to", "127.0.0.1", "-o", "/nowhere/x.pcap"});
  CHECK(unwritable.status == 5);
  CHECK_THAT(unwritable.err, Contains("/nowhere/x.pcap"));
}

TEST_CASE("sanitize and scan say what is wrong with their input") {
  TemporaryFolder folder;
  const std::string polling = std::string(RSCP_SOURCE_DIR) + "/captures/polling.pcap";
  CHECK(run({RSCP_COMMAND, "sanitize", "-k", "wrong", polling, folder.file("o")}).status == 4);
  CHECK(run({RSCP_COMMAND, "sanitize", "-k", "x", polling, polling}).status == 2);
  CHECK(run({RSCP_COMMAND, "scan", "/nowhere"}).status == 5);
}
