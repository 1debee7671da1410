// SPDX-License-Identifier: MIT
#include <algorithm>

#include "catch.hpp"
#include "running_simulator.hpp"
#include <rscp/dictionary.hpp>

using namespace test;
using Catch::Contains;

namespace {

std::vector<nlohmann::json> journal_of(const std::string& file) {
  std::vector<nlohmann::json> entries;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) entries.push_back(nlohmann::json::parse(line));
  return entries;
}

std::size_t count(const std::vector<nlohmann::json>& entries, const std::string& event) {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries, [&](const auto& e) { return e.at("event") == event; }));
}

}  // namespace

TEST_CASE("rscp simulate without a file answers rscp query like a living station") {
  RunningSimulator simulator({"--clock", "2026-06-15T13:00:00", "--speed", "0"});
  const Outcome text = simulator.query({"EMS_POWER_PV", "BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC}"});
  CHECK(text.status == 0);
  CHECK_THAT(text.out, Catch::StartsWith("EMS_POWER_PV: "));
  CHECK_THAT(text.out, Contains("BAT_RSOC: "));
  const Outcome json = simulator.query({"--format", "json", "EMS_REQ_BAT_SOC"});
  const auto parsed = nlohmann::json::parse(json.out);
  CHECK(parsed.at(0).at("tag") == "EMS_BAT_SOC");
  CHECK(simulator.stop() == 0);
  CHECK_THAT(simulator.err(), Contains("2 connections, 4 requests"));
}

TEST_CASE("rscp query tells apart what other clients confuse") {
  RunningSimulator simulator({});
  const std::string host = "127.0.0.1:" + std::to_string(simulator.port());
  const auto query = [&](const std::string& key, const std::string& password,
                         const std::string& at) {
    return run({RSCP_COMMAND, "query", "-k", key, "-u", "user@example.com", "-w", password, at,
                "EMS_REQ_POWER_PV"});
  };
  const Outcome wrong_key = query("Zq9-secret", "password", host);
  CHECK(wrong_key.status == 4);
  CHECK_THAT(wrong_key.err, Contains("passphrase is wrong"));
  const Outcome wrong_password = query("rscp", "Zq9-secret", host);
  CHECK(wrong_password.status == 4);
  CHECK_THAT(wrong_password.err, Contains("user or password is wrong"));
  CHECK(query("rscp", "password", "127.0.0.1:1").status == 5);
  CHECK(query("rscp", "password", "127.0.0.1:x").status == 2);
  CHECK(query("rscp", "password", "[::1").status == 2);
  const Outcome write = simulator.query({"EMS_REQ_START_MANUAL_CHARGE: 0"});
  CHECK(write.status == 2);
  CHECK_THAT(write.err, Contains("--allow-writes"));
  CHECK(simulator.query({"--allow-writes", "EMS_REQ_START_MANUAL_CHARGE: 0"}).status == 0);
  const Outcome unknown = simulator.query({"EMS_REQ_POWR_PV"});
  CHECK(unknown.status == 2);
  CHECK_THAT(unknown.err, Contains("did you mean"));
  // Nothing of the secrets is in the simulator's messages.
  simulator.stop();
  CHECK(simulator.err().find("Zq9") == std::string::npos);
}

TEST_CASE("rscp query --watch goes on until it is stopped") {
  RunningSimulator simulator({"--speed", "1000"});
  const Outcome watched =
      run({"timeout", "-s", "TERM", "1.2", RSCP_COMMAND, "query", "-k", "rscp", "-u",
           "user@example.com", "-w", "password", "--watch", "0.1", "--format", "ndjson",
           "127.0.0.1:" + std::to_string(simulator.port()), "INFO_REQ_UTC_TIME"});
  CHECK(std::ranges::count(watched.out, '\n') >= 3);
}

TEST_CASE("a journal tells everything that happened and hides passwords") {
  TemporaryFolder folder;
  RunningSimulator simulator({"--journal", folder.file("journal")});
  simulator.query({"EMS_REQ_POWER_PV"});
  CHECK(simulator.stop() == 0);
  const auto entries = journal_of(folder.file("journal"));
  for (const char* event : {"start", "connect", "login", "close"}) {
    CAPTURE(event);
    CHECK(count(entries, event) == 1);
  }
  CHECK(count(entries, "request") == 2);
  CHECK(count(entries, "answer") == 2);
  for (std::size_t i = 0; i < entries.size(); ++i) CHECK(entries[i].at("n") == i + 1);
  const std::string text = read_file(folder.file("journal"));
  CHECK(text.find("\"password\"") == std::string::npos);
  CHECK(text.find("********") != std::string::npos);
}

TEST_CASE("the verdict is an exit code, a message and a JUnit report") {
  TemporaryFolder folder;
  write_file(folder.file("s.yaml"),
             "extends: s10\nexpect:\n  - name: polls\n    request: EMS_REQ_POWER_PV\n    count: "
             "{min: 2}\n");
  {
    RunningSimulator simulator({folder.file("s.yaml"), "--junit", folder.file("bad.xml")});
    simulator.query({"EMS_REQ_POWER_PV"});
    CHECK(simulator.stop() == 1);
    CHECK_THAT(simulator.err(),
               Contains("s.yaml:3:5: expectation \"polls\" of s10 failed: came 1 times, "
                        "expected at least 2"));
    CHECK_THAT(read_file(folder.file("bad.xml")), Contains("failures=\"1\""));
  }
  RunningSimulator simulator(
      {folder.file("s.yaml"), "--junit", folder.file("good.xml"), "--until-done"});
  simulator.query({"EMS_REQ_POWER_PV"});
  simulator.query({"EMS_REQ_POWER_PV"});
  CHECK(simulator.wait() == 0);
  CHECK_THAT(read_file(folder.file("good.xml")), Contains("failures=\"0\""));
}

TEST_CASE("a bad scenario is refused with its mistakes, by check and by simulate") {
  TemporaryFolder folder;
  write_file(folder.file("bad.yaml"), "values:\n  EMS_POWR_PV: 1\n");
  const Outcome checked = run({RSCP_COMMAND, "check", folder.file("bad.yaml")});
  CHECK(checked.status == 2);
  CHECK(checked.err ==
        folder.file("bad.yaml") + ":2:3: unknown tag EMS_POWR_PV, did you mean EMS_POWER_PV?\n");
  CHECK(run({RSCP_COMMAND, "simulate", folder.file("bad.yaml")}).status == 2);
  CHECK(run({RSCP_COMMAND, "check", "s10", "farm"}).status == 0);
  const Outcome listed = run({RSCP_COMMAND, "simulate", "--list"});
  CHECK_THAT(listed.out, Contains("s10-pro\n"));
}

TEST_CASE("a scenario is reloaded on SIGHUP, and a bad one leaves the old in place") {
  TemporaryFolder folder;
  const std::string file = folder.file("s.yaml");
  write_file(file, "values: {EMS_POWER_PV: 1}\n");
  RunningSimulator simulator({file});
  const auto pv = [&] { return simulator.query({"EMS_POWER_PV"}).out.substr(0, 15); };
  CHECK(pv() == "EMS_POWER_PV: 1");
  const auto reload = [&](const std::string& text, const std::string& told) {
    write_file(file, text);
    simulator.signal(SIGHUP);
    for (int i = 0; i < 500 && simulator.err().find(told) == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK_THAT(simulator.err(), Contains(told));
  };
  reload("values: {EMS_POWER_PV: 2}\n", "scenario reloaded");
  CHECK(pv() == "EMS_POWER_PV: 2");
  reload("values: {EMS_POWR_PV: 3}\n", "the old one stays");
  CHECK(pv() == "EMS_POWER_PV: 2");
}

TEST_CASE("a farm's master answers with the sum of its members") {
  RunningSimulator simulator({"farm", "--speed", "0", "--clock", "2026-06-15T13:00:00"});
  const auto power = [&](std::size_t device) {
    const auto json = nlohmann::json::parse(
        simulator.query({"--format", "json", "EMS_POWER_PV", "EMS_POWER_GRID"}, device).out);
    return std::pair(json.at(0).at("value").get<int>(), json.at(1).at("value").get<int>());
  };
  CHECK(power(0).first == power(1).first + power(2).first);
  CHECK(power(0).second == power(1).second + power(2).second);
  CHECK_THAT(simulator.query({"BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC}"}).out,
             Contains("Error NOT_AVAILABLE"));
}

TEST_CASE("faults of a scenario reach the client as what they are") {
  TemporaryFolder folder;
  const auto outcome = [&](const std::string& faults, const std::string& more = "") {
    write_file(folder.file("f.yaml"), "extends: s10\nfaults:\n  - " + faults + "\n" + more);
    RunningSimulator simulator({folder.file("f.yaml")});
    return simulator.query({"--timeout", "0.7", "EMS_REQ_POWER_PV"});
  };
  const std::string when = ", when: {match: EMS_REQ_POWER_PV}}";
  // Our client takes frames in any pieces.
  for (const char* fault :
       {"{fault: split, at: 1", "{fault: split, every: 32, gap: 3ms",
        "{fault: drip, every: 7, gap: 1ms", "{fault: delay, time: 100ms", "{fault: no_crc",
        "{fault: duplicate", "{fault: coalesce, time: 50ms", "{fault: largest_frame"}) {
    CAPTURE(fault);
    CHECK(outcome(fault + when).status == 0);
  }
  CHECK_THAT(outcome("{fault: bad_crc" + when).err, Contains("checksum of the answer is wrong"));
  CHECK_THAT(outcome("{fault: flip_iv" + when).err, Contains("decrypt to no RSCP frame"));
  CHECK_THAT(outcome("{fault: bad_magic" + when).err, Contains("decrypt to no RSCP frame"));
  CHECK_THAT(outcome("{fault: stall" + when).err, Contains("no answer: nothing came for 700 ms"));
  CHECK_THAT(outcome("{fault: truncate, at: 32" + when).err, Contains("no answer"));
  CHECK_THAT(outcome("{fault: close, at: 5" + when).err, Contains("inside a frame"));
  CHECK_THAT(outcome("{fault: close, at: 5, how: rst" + when).err, Contains("connection lost"));
  CHECK_THAT(outcome("{fault: deep_container" + when).err, Contains("damaged"));
  CHECK_THAT(outcome("{fault: silent}").err, Contains("no answer"));
  CHECK_THAT(outcome("{fault: wrong_key}").err, Contains("passphrase"));
  CHECK_THAT(outcome("{fault: reboot, time: 5s" + when).err, Contains("connection lost"));
  CHECK_THAT(outcome("{fault: refuse, time: 60s}").err, Contains("refused"));
}

TEST_CASE("after a reboot the device is there again") {
  TemporaryFolder folder;
  write_file(folder.file("r.yaml"),
             "extends: s10\nfaults: [{fault: reboot, time: 200ms, when: {match: "
             "EMS_REQ_POWER_PV, nth: 1}}]\n");
  RunningSimulator simulator({folder.file("r.yaml")});
  CHECK(simulator.query({"EMS_REQ_POWER_PV"}).status == 5);
  Outcome again;
  for (int i = 0; i < 100; ++i) {
    again = simulator.query({"EMS_REQ_POWER_PV"});
    if (again.status == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(again.status == 0);
}

TEST_CASE("a shipped bug scenario passes judgement on a client") {
  RunningSimulator simulator({"set-power-watchdog"});
  // Sends the forced charge once only.
  simulator.query({"--allow-writes",
                   "EMS_REQ_SET_POWER{EMS_REQ_SET_POWER_MODE: 3, EMS_REQ_SET_POWER_VALUE: 1000}"});
  CHECK(simulator.stop() == 1);
  CHECK_THAT(simulator.err(), Contains("repeats the forced charge within its watchdog"));
}

TEST_CASE("listening on other addresses than loopback is warned of") {
  RunningSimulator simulator({"--listen", "0.0.0.0"});
  CHECK_THAT(simulator.err(), Contains("others on the network can reach it"));
  const RunningSimulator loopback({"--listen", "127.0.0.2"});
  CHECK_THAT(loopback.err(), !Contains("others on the network"));
  const test::TemporaryFolder folder;
  const test::RunningServer record(
      "record", {"--listen", "0.0.0.0", "--to", "127.0.0.1:5033", "-o", folder.file("r.pcap")});
  CHECK_THAT(record.err(), Contains("others on the network can reach it"));
  const test::RunningServer replay("replay", {RSCP_SOURCE_DIR "/captures/polling.pcap", "--key",
                                              "polling passphrase", "--listen", "0.0.0.0"});
  CHECK_THAT(replay.err(), Contains("others on the network can reach it"));
}

TEST_CASE("a port that is taken is named") {
  RunningSimulator first({});
  const std::string port = std::to_string(first.port());
  const Outcome second = run({RSCP_COMMAND, "simulate", "--port", port});
  CHECK(second.status == 5);
  CHECK_THAT(second.err, Contains("cannot listen on 127.0.0.1:" + port));
}
