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

namespace {

// Journals of two stations that differ in one power.
struct TwoJournals {
  TemporaryFolder folder;
  TwoJournals() {
    record("a", "values: {EMS_POWER_PV: 1000}\n");
    record("b", "values: {EMS_POWER_PV: 1010}\n");
  }
  void record(const std::string& name, const std::string& yaml) const {
    write_file(folder.file(name + ".yaml"), yaml);
    RunningSimulator simulator({folder.file(name + ".yaml"), "--speed", "0", "--clock",
                                "2026-06-15", "--journal", folder.file(name)});
    simulator.query({"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC"});
    simulator.stop();
  }
  [[nodiscard]] Outcome diff(const std::vector<std::string>& more,
                             const std::string& prefix = "env -u CI") const {
    std::vector<std::string> command = {RSCP_COMMAND, "diff"};
    command.insert(command.end(), more.begin(), more.end());
    return run(command, prefix);
  }
  [[nodiscard]] std::string a() const { return folder.file("a"); }
  [[nodiscard]] std::string b() const { return folder.file("b"); }
};

}  // namespace

TEST_CASE("rscp diff shows the fields that differ, and rules excuse them") {
  const TwoJournals both;
  const Outcome different = both.diff({both.a(), both.b()});
  CHECK(different.status == 1);
  CHECK(different.out == "--- " + both.a() + "\n+++ " + both.b() +
                             "\n@@ exchange 2, EMS_REQ_POWER_PV, answer @@\n"
                             "-EMS_POWER_PV: 1000\n+EMS_POWER_PV: 1010\n");
  CHECK(both.diff({both.a(), both.b(), "--rule", "EMS_POWER_PV 2%"}).status == 0);
  CHECK(both.diff({both.a(), both.b(), "--ignore", "EMS_POWER_PV"}).status == 0);
  const Outcome bad = both.diff({both.a(), both.b(), "--rule", "EMS_POWER_PV perhaps"});
  CHECK(bad.status == 2);
  CHECK_THAT(bad.err, Contains("--rule 'EMS_POWER_PV perhaps', column 14: unknown rule"));
  CHECK(both.diff({both.a(), both.folder.file("nothing")}).status == 5);
  CHECK(both.diff({both.a()}).status == 2);
}

TEST_CASE("rules come from files too, whose mistakes are told by file, line and column") {
  const TwoJournals both;
  const std::string rules = both.folder.file("rules.txt");
  write_file(rules, "# powers move\nEMS_POWER_PV 2%\n");
  CHECK(both.diff({both.a(), both.b(), "--rules", rules}).status == 0);
  write_file(rules, "# powers move\nEMS_POWER_PW 2%\n");
  const Outcome bad = both.diff({both.a(), both.b(), "--rules", rules});
  CHECK(bad.status == 2);
  CHECK_THAT(bad.err, Contains(rules + ":2:1: unknown tag EMS_POWER_PW, did you mean"));
  CHECK(both.diff({both.a(), both.b(), "--rules", "/nowhere"}).status == 5);
}

TEST_CASE("rscp diff reports in the forms that CI reads") {
  const TwoJournals both;
  const auto json = nlohmann::json::parse(both.diff({both.a(), both.b(), "-f", "json"}).out);
  CHECK(json.at("compared") == 1);
  CHECK(json.at("differences").at(0).at("fields").at(0).at("path") == "EMS_POWER_PV");
  CHECK_THAT(both.diff({both.a(), both.b(), "-f", "tap"}).out,
             Contains("not ok 1 - " + both.b() + ": exchange 2, EMS_REQ_POWER_PV\n"));
  CHECK_THAT(both.diff({both.a(), both.b(), "-f", "github"}).out,
             Contains("::error file=" + both.b() + ",title=") &&
                 Contains("::answer: EMS_POWER_PV: expected 1000, got 1010\n"));
  const std::string report = both.folder.file("report.xml");
  CHECK(both.diff({both.a(), both.b(), "--junit", report}).status == 1);
  CHECK_THAT(read_file(report), Contains("tests=\"1\" failures=\"1\""));
  CHECK(both.diff({both.a(), both.b(), "--junit", "/nowhere/x"}).status == 5);
}

TEST_CASE("golden transcripts are compared, written only on request, and never under CI") {
  const TwoJournals both;
  const std::string golden = both.folder.file("golden");
  const std::string file = golden + "/a.ndjson";
  const Outcome missing = both.diff({"--golden", golden, both.a()});
  CHECK(missing.status == 1);
  CHECK_THAT(missing.err, Contains(file + " is missing; --update writes it"));
  const Outcome refused = both.diff({"--golden", golden, "--update", both.a()}, "env CI=true");
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, Contains("refused under CI=true"));
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(both.diff({"--golden", golden, "--update", both.a()}).status == 0);
  CHECK(both.diff({"--golden", golden, both.a()}).status == 0);
  const std::string first = read_file(file);
  CHECK_THAT(first, Contains("EMS_POWER_PV") && !Contains("\"password\""));

  both.record("a", "values: {EMS_POWER_PV: 1010}\n");
  const Outcome changed = both.diff({"--golden", golden, both.a()});
  CHECK(changed.status == 1);
  CHECK_THAT(changed.out, Contains("-EMS_POWER_PV: 1000\n+EMS_POWER_PV: 1010\n"));
  // What the rules allow is no reason to rewrite.
  CHECK(both.diff({"--golden", golden, "--update", "--rule", "EMS_POWER_PV 2%", both.a()}).status ==
        0);
  CHECK(read_file(file) == first);
  CHECK(both.diff({"--golden", golden, "--update", both.a()}).status == 0);
  CHECK(both.diff({"--golden", golden, both.a()}).status == 0);
  CHECK(both.diff({"--update", both.a(), both.b()}).status == 2);
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

TEST_CASE("clients of a replay use the key that a key file has for any device") {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("keys");
  const auto replay = [&] {
    return run({RSCP_COMMAND, "replay", kPolling, "--key-file", file, "-p", "0", "--for", "0.1"},
               "env -u RSCP_KEY");
  };
  write_file(file, std::string(",,") + kPassphrase + '\n');
  CHECK(replay().status == 0);
  write_file(file, std::string(",5033,") + kPassphrase + '\n');
  const Outcome narrow = replay();
  CHECK(narrow.status == 4);
  CHECK_THAT(narrow.err, Contains("no key for the clients; give --serve-key, --key or RSCP_KEY"));
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

TEST_CASE("capture, scenario, simulator, capture: a fixed point, with a device that hangs up") {
  TemporaryFolder folder;
  const auto session = [&](const std::vector<std::string>& arguments, const std::string& name) {
    RunningSimulator simulator(arguments);
    RunningServer record("record", {"--to", "127.0.0.1:" + std::to_string(simulator.port()), "-o",
                                    folder.file(name + ".pcap")});
    std::string out;
    for (const char* question :
         {"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC", "BAT_REQ_DATA{BAT_INDEX:7, BAT_REQ_RSOC}",
          "EMS_REQ_POWER_GRID", "BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_DCB_INFO: UInt16 1}",
          "EMS_REQ_BAT_SOC"}) {
      const Outcome answer = query(record.port(), "rscp", {question});
      out += std::to_string(answer.status) + ' ' + answer.out;
    }
    CHECK(record.stop() == 0);
    CHECK(simulator.stop() == 0);
    const Outcome convert = run({RSCP_COMMAND, "convert", "-k", "rscp", folder.file(name + ".pcap"),
                                 "-o", folder.file(name + ".yaml")});
    CHECK(convert.status == 0);
    CHECK(convert.err == "");
    return out;
  };
  // No reset after a whole answer: the client may then be the first to close.
  write_file(folder.file("device.yaml"),
             "login: {users: [{user: anybody, password: any}]}\n"
             "faults:\n"
             "  - {fault: close, when: {match: EMS_REQ_POWER_GRID}}\n"
             "  - {fault: close, how: rst, at: 0, when: {match: EMS_REQ_BAT_SOC, nth: 2}}\n");
  const std::string first =
      session({folder.file("device.yaml"), "--clock", "2026-06-15T10:00:00"}, "first");
  CHECK_THAT(first, Contains("5 ") && Contains("0 EMS_BAT_SOC: "));
  const std::string yaml = read_file(folder.file("first.yaml"));
  CHECK_THAT(yaml,
             Contains("fault: close, at: 0, how: fin, when: {match: EMS_REQ_POWER_GRID, nth: 1}") &&
                 Contains("fault: close, at: 0, how: rst, when: {match: EMS_REQ_BAT_SOC, "
                          "nth: 2}"));
  const std::string second =
      session({folder.file("first.yaml"), "--clock", "2024-01-01"}, "second");
  CHECK(second == first);
  CHECK(read_file(folder.file("second.yaml")) == yaml);
}
