// SPDX-License-Identifier: MIT
#include "load.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <unistd.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <sys/wait.h>

#include <rscp/connection/client.hpp>
#include <rscp/frame.hpp>

namespace bench {
namespace {

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using namespace rscp;

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

// The same bytes to a server that gives back what it gets.
Script echo_script(int polls) {
  Script script = rscp_script(polls);
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

}  // namespace

std::vector<Value> poll() {
  std::vector<Value> values;
  for (const char* tag : {"EMS_REQ_POWER_PV", "EMS_REQ_POWER_BAT", "EMS_REQ_POWER_HOME",
                          "EMS_REQ_POWER_GRID", "EMS_REQ_POWER_ADD", "EMS_REQ_BAT_SOC"}) {
    values.emplace_back(tag);
  }
  return values;
}

std::vector<Value> poll_answer(int power) {
  std::vector<Value> values;
  for (const char* tag :
       {"EMS_POWER_PV", "EMS_POWER_BAT", "EMS_POWER_HOME", "EMS_POWER_GRID", "EMS_POWER_ADD"}) {
    values.emplace_back(tag, power);
  }
  values.emplace_back("EMS_BAT_SOC", 50);
  return values;
}

Script rscp_script(int polls) {
  Script script;
  Encryptor encryptor(Key::from_passphrase(kPassphrase).value());
  const auto add = [&](const std::vector<Value>& values, std::size_t answer) {
    script.requests.push_back(encryptor.encrypt(seal_frame(values, {1, 0}).value()));
    script.answers.push_back(padded_size(answer));
  };
  add({login_request("user@example.com", "password")}, kFrameHeaderSize + 8 + kCrcSize);
  for (int i = 0; i < polls; ++i) add(poll(), kFrameHeaderSize + 5 * 11 + 8 + kCrcSize);
  return script;
}

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
  Result result;
  result.per_second = static_cast<double>(script.requests.size() * times.size()) / seconds;
  if (!all.empty()) {  // all were warming up
    result.median = all[all.size() / 2];
    result.p99 = all[all.size() * 99 / 100];
  }
  return result;
}

EchoProcess::EchoProcess() {
  asio::io_context io(1);
  tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  port_ = acceptor.local_endpoint().port();
  pid_ = fork();
  if (pid_ != 0) return;
  asio::co_spawn(io, serve_echo(acceptor), asio::detached);
  io.run();
  _exit(0);
}
EchoProcess::~EchoProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void print_table_head() {
  std::printf(
      "| server | connections | round trips/s | bare asio echo | ratio, median of 5 | median, p99 "
      "(us) | echo median, p99 (us) |\n|---|---|---|---|---|---|---|\n");
}

void compare(const std::string& name, std::uint16_t server, const EchoProcess& reference,
             int connections, int polls) {
  const Script ours = rscp_script(polls);
  const Script theirs = echo_script(polls);
  std::vector<double> ratios;
  Result best;
  Result best_echo;
  // Alternating, so that what else the machine does hits both.
  for (int run = 0; run < 5; ++run) {
    const Result echoed = measure(reference.port(), theirs, connections);
    const Result answered = measure(server, ours, connections);
    ratios.push_back(answered.per_second / echoed.per_second);
    if (answered.per_second > best.per_second) best = answered;
    if (echoed.per_second > best_echo.per_second) best_echo = echoed;
  }
  std::ranges::sort(ratios);
  std::printf("| %s | %d | %.0f | %.0f | %.2f (%.2f to %.2f) | %.0f, %.0f | %.0f, %.0f |\n",
              name.c_str(), connections, best.per_second, best_echo.per_second, ratios[2],
              ratios.front(), ratios.back(), best.median, best.p99, best_echo.median,
              best_echo.p99);
}

}  // namespace bench
