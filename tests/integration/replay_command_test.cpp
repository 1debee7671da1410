// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "running_simulator.hpp"

using namespace test;
using Catch::Contains;

namespace {

const std::string kPolling = std::string(RSCP_SOURCE_DIR) + "/captures/polling.pcap";
const std::string kPassphrase = "polling passphrase";

Outcome query(std::uint16_t port, const std::string& key, std::vector<std::string> words) {
  std::vector<std::string> command = {RSCP_COMMAND, "query", "-k",
                                      key,          "-u",    "anybody",
                                      "-w",         "any",   "127.0.0.1:" + std::to_string(port)};
  command.insert(command.end(), words.begin(), words.end());
  return run(command);
}

}  // namespace

TEST_CASE("a capture is played back as the device, under the client's own ciphers") {
  const Outcome decoded =
      run({RSCP_COMMAND, "decode", "-k", kPassphrase, "--format", "transcript", kPolling});
  CHECK(decoded.status == 0);
  const std::string first = decoded.out.substr(0, decoded.out.find('\n'));
  CHECK_THAT(first, Contains("RSCP_REQ_AUTHENTICATION"));
  CHECK_THAT(first, Contains("********"));
  RunningServer replay("replay", {kPolling, "-k", kPassphrase, "--mode", "tags"});
  const Outcome answer = query(replay.port(), kPassphrase, {"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC"});
  CHECK(answer.status == 0);
  CHECK_THAT(answer.out, Contains("EMS_POWER_PV: "));
  const Outcome never = query(replay.port(), kPassphrase, {"EMS_REQ_ALIVE"});
  CHECK(never.status == 5);
  CHECK(replay.stop() == 3);
  CHECK_THAT(replay.err(), Contains("no-such-request: EMS_REQ_ALIVE is nowhere in the recording"));
}

TEST_CASE("what the simulator's journal holds is answered the same by the replay") {
  TemporaryFolder folder;
  const std::vector<std::vector<std::string>> questions = {
      {"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC"},
      {"BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC, BAT_REQ_DCB_INFO: UInt16 1}"},
      {"EMS_REQ_GET_SYS_SPECS"},
      {"BAT_REQ_DATA{BAT_INDEX:9, BAT_REQ_RSOC}"}};
  std::vector<std::string> first;
  {
    RunningSimulator simulator({"--speed", "0", "--journal", folder.file("journal"), "-k", "k"});
    for (const auto& words : questions) {
      std::vector<std::string> command = {
          RSCP_COMMAND, "query",    "-k",
          "k",          "-u",       "user@example.com",
          "-w",         "password", "127.0.0.1:" + std::to_string(simulator.port())};
      command.insert(command.end(), words.begin(), words.end());
      first.push_back(run(command).out);
      CHECK(first.back() != "");
    }
    CHECK(simulator.stop() == 0);
  }
  RunningServer replay(
      "replay", {folder.file("journal"), "--serve-key", "other", "--mode", "sequence", "--all"});
  for (std::size_t i = 0; i < questions.size(); ++i) {
    CHECK(query(replay.port(), "other", questions[i]).out == first[i]);
  }
  CHECK(replay.stop() == 0);
  CHECK_THAT(replay.err(), Contains("4 of 4 exchanges used"));
}

TEST_CASE("a client that does something else than the recording is found out") {
  TemporaryFolder folder;
  {
    RunningSimulator simulator({"--speed", "0", "--journal", folder.file("journal")});
    simulator.query({"EMS_REQ_POWER_PV"});
    simulator.query({"EMS_REQ_BAT_SOC"});
    simulator.stop();
  }
  const auto play = [&](const std::vector<std::string>& options,
                        const std::vector<std::string>& asked) {
    std::vector<std::string> arguments = {folder.file("journal"), "--serve-key", "k"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    RunningServer replay("replay", arguments);
    for (const auto& request : asked) query(replay.port(), "k", {request});
    const int status = replay.stop();
    return std::pair(status, replay.err());
  };
  const auto early = play({"--mode", "sequence"}, {"EMS_REQ_BAT_SOC"});
  CHECK(early.first == 3);
  CHECK_THAT(early.second, Contains("out-of-order: EMS_REQ_BAT_SOC"));
  const auto lazy = play({"--all"}, {"EMS_REQ_POWER_PV"});
  CHECK(lazy.first == 1);
  CHECK_THAT(lazy.second, Contains("never asked for: exchange 4"));
  const auto twice = play({"--on", "already-used=fail"}, {"EMS_REQ_POWER_PV", "EMS_REQ_POWER_PV"});
  CHECK(twice.first == 3);
  CHECK(play({}, {"EMS_REQ_POWER_PV", "EMS_REQ_POWER_PV"}).first == 0);
}

TEST_CASE("rscp diff names the first field that differs, and rules excuse it") {
  TemporaryFolder folder;
  const auto record = [&](const std::string& name, const std::string& yaml) {
    write_file(folder.file(name + ".yaml"), yaml);
    RunningSimulator simulator({folder.file(name + ".yaml"), "--speed", "0", "--clock",
                                "2026-06-15", "--journal", folder.file(name)});
    simulator.query({"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC"});
    simulator.stop();
  };
  record("a", "values: {EMS_POWER_PV: 1000}\n");
  record("b", "values: {EMS_POWER_PV: 1010}\n");
  const auto diff = [&](std::vector<std::string> more) {
    std::vector<std::string> command = {RSCP_COMMAND, "diff", folder.file("a"), folder.file("b")};
    command.insert(command.end(), more.begin(), more.end());
    return run(command);
  };
  const Outcome different = diff({});
  CHECK(different.status == 1);
  CHECK(different.out == "exchange 1, answer: EMS_POWER_PV: expected 1000, got 1010\n");
  CHECK(diff({"--rule", "EMS_POWER_PV 2%"}).status == 0);
  CHECK(diff({"--ignore", "EMS_POWER_PV"}).status == 0);
  CHECK(nlohmann::json::parse(diff({"--format", "json"}).out).at(0).at("in") == "answer");
  CHECK(diff({"--rule", "EMS_POWER_PV perhaps"}).status == 2);
  CHECK(run({RSCP_COMMAND, "diff", folder.file("a"), folder.file("nothing")}).status == 5);
}

TEST_CASE("rscp replay says what is wrong with its input") {
  CHECK(run({RSCP_COMMAND, "replay", "/nowhere"}).status == 5);
  const Outcome key = run({RSCP_COMMAND, "replay", kPolling, "-k", "wrong"});
  CHECK(key.status == 4);
  CHECK_THAT(key.err, Contains("the key is missing or wrong"));
  const Outcome policy = run({RSCP_COMMAND, "replay", kPolling, "-k", kPassphrase, "--on", "x=y"});
  CHECK(policy.status == 2);
  CHECK_THAT(policy.err, Contains("expected STATE=POLICY"));
}

TEST_CASE(
    "the recorded client is played to a device, without its writes, and differences are named") {
  TemporaryFolder folder;
  {
    RunningSimulator simulator(
        {"--speed", "0", "--clock", "2026-06-15", "--journal", folder.file("journal")});
    simulator.query({"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC"});
    simulator.query({"--allow-writes", "EMS_REQ_START_MANUAL_CHARGE: 1000"});
    simulator.query({"INFO_REQ_SERIAL_NUMBER"});
    simulator.stop();
  }
  const auto play = [&](const std::vector<std::string>& simulation, std::vector<std::string> more) {
    RunningSimulator simulator(simulation);
    std::vector<std::string> command = {RSCP_COMMAND,
                                        "replay",
                                        folder.file("journal"),
                                        "--as",
                                        "client",
                                        "--to",
                                        "127.0.0.1:" + std::to_string(simulator.port()),
                                        "-k",
                                        "rscp",
                                        "-u",
                                        "user@example.com",
                                        "-w",
                                        "password"};
    command.insert(command.end(), more.begin(), more.end());
    return run(command);
  };
  const std::vector<std::string> same = {"--speed", "0", "--clock", "2026-06-15"};
  const Outcome equal = play(same, {});
  CHECK(equal.status == 0);
  CHECK_THAT(equal.err, Contains("2 requests sent, 0 answered differently, 1 skipped"));
  CHECK_THAT(play(same, {"--allow-writes"}).err, Contains("3 requests sent"));
  write_file(folder.file("other.yaml"), "values: {INFO_SERIAL_NUMBER: S10-720000000000}\n");
  const std::vector<std::string> other = {folder.file("other.yaml"), "--speed", "0", "--clock",
                                          "2026-06-15"};
  const Outcome different = play(other, {});
  CHECK(different.status == 1);
  CHECK_THAT(different.out, Contains("INFO_REQ_SERIAL_NUMBER: INFO_SERIAL_NUMBER: expected "
                                     "\"S10-721234567890\", got \"S10-720000000000\""));
  CHECK(play(other, {"--ignore", "INFO_SERIAL_NUMBER"}).status == 0);
  CHECK(play(other, {"--likeness", "structural"}).status == 0);
  CHECK(run({RSCP_COMMAND, "replay", folder.file("journal"), "--as", "client", "-k", "x"}).status ==
        2);
}

TEST_CASE("a recording becomes a scenario that answers the same, and that converts to itself") {
  TemporaryFolder folder;
  const std::vector<std::vector<std::string>> questions = {
      {"EMS_REQ_POWER_PV", "EMS_REQ_ALIVE", "EMS_REQ_GET_POWER_SETTINGS", "INFO_REQ_TIME"},
      {"BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC, BAT_REQ_DCB_INFO: UInt16 1}"},
      {"BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC}"},
      {"BAT_REQ_DATA{BAT_INDEX:7, BAT_REQ_RSOC}"},
      {"PVI_REQ_DATA{PVI_INDEX:0, PVI_REQ_DC_POWER: 0, PVI_REQ_DC_POWER: 1, PVI_REQ_COS_PHI}"},
      {"WB_REQ_DATA{WB_INDEX:0, WB_REQ_EXTERN_DATA_ALG, WB_REQ_PM_POWER_L1}"},
      {"EMS_REQ_POWER_PV", "EMS_REQ_GET_SYS_SPECS"}};
  const auto session = [&](const std::vector<std::string>& arguments, const std::string& journal) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--journal", folder.file(journal)});
    RunningSimulator simulator(all);
    std::string out;
    for (const auto& question : questions) out += simulator.query(question).out;
    CHECK(simulator.stop() == 0);
    return out;
  };
  const auto convert = [&](const std::string& journal, const std::string& yaml) {
    const Outcome done =
        run({RSCP_COMMAND, "convert", folder.file(journal), "-o", folder.file(yaml)});
    CHECK(done.status == 0);
    CHECK(done.err == "");
    CHECK(run({RSCP_COMMAND, "check", folder.file(yaml)}).status == 0);
  };
  // A clock that runs, so that answers differ from one time to the next.
  const std::string living =
      session({"--speed", "3600", "--clock", "2026-06-15T10:00:00"}, "living");
  convert("living", "first.yaml");
  // Another day: everything must come from the scenario.
  const std::string scripted =
      session({folder.file("first.yaml"), "--clock", "2024-01-01"}, "scripted");
  CHECK(scripted == living);
  convert("scripted", "second.yaml");
  CHECK(read_file(folder.file("second.yaml")) == read_file(folder.file("first.yaml")));
  CHECK_THAT(read_file(folder.file("first.yaml")), Contains("EMS_POWER_PV: {sequence: ["));
}
