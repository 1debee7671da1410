// SPDX-License-Identifier: MIT
// A capture of 100,000 exchanges played as fast as possible by `rscp replay`, against the simulator
// and a bare asio echo in the same run, and how speed, start and memory grow with the capture.
#include <chrono>
#include <cstdio>

#include "capture_builder.hpp"
#include "load.hpp"
#include "running_simulator.hpp"

namespace {

void write_polls(const std::string& file, int polls) {
  test::TcpTalk tcp({"10.0.0.1", 40'000}, {"10.0.0.2", 5033});
  tcp.handshake();
  test::RscpTalk rscp(tcp, bench::kPassphrase);
  rscp.login("user@example.com", "password");
  for (int i = 0; i < polls; ++i) {
    rscp.request(bench::poll());
    rscp.answer(bench::poll_answer(i));
  }
  tcp.finish();
  test::write_capture(file, tcp.packets);
}

}  // namespace

int main() {
  constexpr int kMost = 100'000;
  const test::TemporaryFolder folder;
  const bench::EchoProcess reference;
  const test::RunningSimulator simulator({"--quiet"});
  bench::print_table_head();
  bench::compare("simulator", simulator.port(), reference, 1, 20'000);
  std::string growth;
  for (int polls = 1'000; polls <= kMost; polls *= 10) {
    const std::string file = folder.file(std::to_string(polls) + ".pcap");
    write_polls(file, polls);
    const auto begin = std::chrono::steady_clock::now();
    const test::RunningServer replay(
        "replay", {file, "--key", bench::kPassphrase, "--on", "exhausted=loop", "--on",
                   "already-used=loop", "--quiet"});
    const double start =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const double loaded = replay.resident_mib();
    bench::measure(replay.port(), bench::rscp_script(polls), 1);
    const double once = replay.resident_mib();
    bench::compare("replay, " + std::to_string(polls) + " exchanges", replay.port(), reference, 1,
                   kMost / 5);
    if (polls == kMost) bench::compare("replay", replay.port(), reference, 64, 1'000);
    char line[160];
    std::snprintf(line, sizeof line, "| %d | %.2f | %.1f | %.1f | %.1f |\n", polls, start, loaded,
                  once, replay.resident_mib());
    growth += line;
  }
  std::printf(
      "\n| exchanges in the capture | start (s) | MiB at the start | after each was asked for once "
      "| after all the others |\n|---|---|---|---|---|\n%s",
      growth.c_str());
}
