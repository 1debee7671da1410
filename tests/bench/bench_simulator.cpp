// SPDX-License-Identifier: MIT
// Round trips per second of `rscp simulate` against a bare asio echo of the same bytes, in the same
// run, on one connection and on 64; memory of idle connections; time to the first answer.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <sys/resource.h>

#include "load.hpp"
#include "running_simulator.hpp"

namespace {

using asio::ip::tcp;

void hold(const test::RunningSimulator& simulator, int count) {
  asio::io_context io(1);
  const double before = simulator.resident_mib();
  std::vector<tcp::socket> sockets;
  const bench::Script script = bench::rscp_script(1);
  std::array<char, 4096> buffer{};
  for (int i = 0; i < count; ++i) {
    sockets.emplace_back(io);
    sockets.back().connect({asio::ip::make_address("127.0.0.1"), simulator.port()});
    for (std::size_t frame = 0; frame < script.requests.size(); ++frame) {
      asio::write(sockets.back(), asio::buffer(script.requests[frame]));
      asio::read(sockets.back(), asio::buffer(buffer, script.answers[frame]));
    }
  }
  const double after = simulator.resident_mib();
  std::printf(
      "\n%d connections held, each logged in and answered once: %.1f MiB before, %.1f after, "
      "%.1f KiB a connection\n",
      count, before, after, (after - before) * 1024 / count);
}

void start_up() {
  std::vector<double> times;
  const bench::Script script = bench::rscp_script(1);
  for (int run = 0; run < 11; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    const test::RunningSimulator simulator({"--quiet"});
    bench::measure(simulator.port(), script, 1);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::ranges::sort(times);
  std::printf(
      "\nstart to first answer: %.0f ms (median of 11; includes a 10 ms grid of looking for the "
      "ready file)\n",
      times[5]);
}

}  // namespace

int main() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const bench::EchoProcess reference;
  const test::RunningSimulator simulator({"--quiet"});
  bench::print_table_head();
  for (const int connections : {1, 64}) {
    bench::compare("simulator", simulator.port(), reference, connections,
                   connections == 1 ? 20'000 : 1'000);
  }
  hold(simulator, 5'000);
  start_up();
}
