// SPDX-License-Identifier: MIT
// Round trips per second of `rscp simulate` against a bare asio echo of the same bytes, in the same
// run, on one connection and on 64; memory of idle connections; time to the first answer.
//
// The load generator does the same for both servers: it writes bytes that were prepared before and
// reads as many as come back. A connection's requests can be prepared because its ciphertext
// depends on nothing but the key and the plaintexts.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <asio/read.hpp>
#include <asio/write.hpp>
#include <sys/resource.h>

#include "running_simulator.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/connection/seal.hpp>

namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using namespace rscp;

const Key kKey = Key::from_passphrase("rscp").value();
constexpr int kWarmUp = 200;

asio::awaitable<void> echo(tcp::socket socket) {
  std::array<char, 4096> buffer{};
  asio::error_code error;
  socket.set_option(tcp::no_delay(true));
  while (!error) {
    const std::size_t size = co_await socket.async_read_some(
        asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    co_await asio::async_write(socket, asio::buffer(buffer, size),
                               asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> serve_echo(tcp::acceptor& acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), echo(std::move(socket)), asio::detached);
  }
}

// A bare echo in a process of its own, as the simulator is.
class EchoProcess {
 public:
  EchoProcess() {
    asio::io_context io(1);
    tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
    port_ = acceptor.local_endpoint().port();
    pid_ = fork();
    if (pid_ != 0) return;
    asio::co_spawn(io, serve_echo(acceptor), asio::detached);
    io.run();
    _exit(0);
  }
  ~EchoProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  EchoProcess(const EchoProcess&) = delete;
  EchoProcess& operator=(const EchoProcess&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

// The frames a connection sends, and how many bytes each brings back.
struct Script {
  std::vector<ByteBuffer> requests;
  std::vector<std::size_t> answers;
};

// A typical poll: ten values of the power flow.
std::vector<Value> poll() {
  std::vector<Value> values;
  for (const char* tag : {"EMS_REQ_POWER_PV", "EMS_REQ_POWER_BAT", "EMS_REQ_POWER_HOME",
                          "EMS_REQ_POWER_GRID", "EMS_REQ_POWER_ADD", "EMS_REQ_BAT_SOC"}) {
    values.emplace_back(tag);
  }
  return values;
}

Script rscp_script(int rounds) {
  Script script;
  Encryptor encryptor(kKey);
  const auto add = [&](const std::vector<Value>& values, std::size_t answer) {
    script.requests.push_back(encryptor.encrypt(seal_frame(values, {1, 0}).value()));
    script.answers.push_back(padded_size(answer));
  };
  add({login_request("user@example.com", "password")}, kFrameHeaderSize + 8 + kCrcSize);
  for (int i = 0; i < rounds; ++i) add(poll(), kFrameHeaderSize + 5 * 11 + 8 + kCrcSize);
  return script;
}

// The same bytes to a server that gives back what it gets.
Script echo_script(int rounds) {
  Script script = rscp_script(rounds);
  for (std::size_t i = 0; i < script.requests.size(); ++i) {
    script.answers[i] = script.requests[i].size();
  }
  return script;
}

asio::awaitable<void> converse(std::uint16_t port, const Script& script,
                               std::vector<double>& microseconds) {
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect({asio::ip::make_address("127.0.0.1"), port}, asio::use_awaitable);
  socket.set_option(tcp::no_delay(true));
  std::array<char, 4096> buffer{};
  for (std::size_t i = 0; i < script.requests.size(); ++i) {
    const auto begin = Clock::now();
    co_await asio::async_write(socket, asio::buffer(script.requests[i]), asio::use_awaitable);
    co_await asio::async_read(socket, asio::buffer(buffer, script.answers[i]), asio::use_awaitable);
    if (i > kWarmUp) {
      microseconds.push_back(
          std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
    }
  }
}

struct Result {
  double per_second = 0;
  double median = 0;
  double p99 = 0;
};

Result measure(std::uint16_t port, const Script& script, int connections) {
  asio::io_context io(1);
  std::vector<std::vector<double>> times(static_cast<std::size_t>(connections));
  const auto begin = Clock::now();
  for (auto& one : times) {
    one.reserve(script.requests.size());
    asio::co_spawn(io, converse(port, script, one), [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
  io.run();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::vector<double> all;
  for (const auto& one : times) all.insert(all.end(), one.begin(), one.end());
  std::ranges::sort(all);
  return {static_cast<double>(script.requests.size() * times.size()) / seconds, all[all.size() / 2],
          all[all.size() * 99 / 100]};
}

double megabytes_of(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

void compare(const test::RunningSimulator& simulator, const EchoProcess& reference, int connections,
             int rounds) {
  const Script ours = rscp_script(rounds);
  const Script theirs = echo_script(rounds);
  std::vector<double> ratios;
  Result best;
  Result best_echo;
  // Alternating, so that what else the machine does hits both.
  for (int run = 0; run < 5; ++run) {
    const Result echoed = measure(reference.port(), theirs, connections);
    const Result answered = measure(simulator.port(), ours, connections);
    ratios.push_back(answered.per_second / echoed.per_second);
    if (answered.per_second > best.per_second) best = answered;
    if (echoed.per_second > best_echo.per_second) best_echo = echoed;
  }
  std::ranges::sort(ratios);
  std::printf("| %d | %.0f | %.0f | %.2f (%.2f to %.2f) | %.0f, %.0f | %.0f, %.0f |\n", connections,
              best.per_second, best_echo.per_second, ratios[2], ratios.front(), ratios.back(),
              best.median, best.p99, best_echo.median, best_echo.p99);
}

void hold(const test::RunningSimulator& simulator, int count) {
  asio::io_context io(1);
  const double before = megabytes_of(simulator.pid());
  std::vector<tcp::socket> sockets;
  const Script script = rscp_script(1);
  std::array<char, 4096> buffer{};
  for (int i = 0; i < count; ++i) {
    sockets.emplace_back(io);
    sockets.back().connect({asio::ip::make_address("127.0.0.1"), simulator.port()});
    for (std::size_t frame = 0; frame < script.requests.size(); ++frame) {
      asio::write(sockets.back(), asio::buffer(script.requests[frame]));
      asio::read(sockets.back(), asio::buffer(buffer, script.answers[frame]));
    }
  }
  const double after = megabytes_of(simulator.pid());
  std::printf(
      "\n%d connections held, each logged in and answered once: %.1f MiB before, %.1f after, "
      "%.1f KiB a connection\n",
      count, before, after, (after - before) * 1024 / count);
}

void start_up() {
  std::vector<double> times;
  const Script script = rscp_script(1);
  for (int run = 0; run < 11; ++run) {
    const auto begin = Clock::now();
    const test::RunningSimulator simulator({"--quiet"});
    asio::io_context io(1);
    std::vector<double> ignored;
    asio::co_spawn(io, converse(simulator.port(), script, ignored), asio::detached);
    io.run();
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
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
  const EchoProcess reference;
  const test::RunningSimulator simulator({"--quiet"});
  std::printf(
      "| connections | simulator, round trips/s | bare asio echo | ratio, median of 5 | simulator "
      "median, p99 (us) | echo median, p99 (us) |\n|---|---|---|---|---|---|\n");
  compare(simulator, reference, 1, 20'000);
  compare(simulator, reference, 64, 1'000);
  hold(simulator, 5'000);
  start_up();
}
