// SPDX-License-Identifier: MIT
// soak [SECONDS, default 600] [CLIENTS, default 64] [HELD, default 5000]
//
// `rscp simulate` under polling clients, random faults, resets and garbage; then many connections
// at once. What the clients sent is held against the simulator's journal, frame by frame: nothing
// may be lost, invented or out of order. File descriptors and memory are read before and after.
// Exits with 1 if anything is wrong.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <sys/resource.h>

#include "running_simulator.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/json.hpp>

namespace {

using asio::ip::tcp;
using namespace rscp;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kShown = 5;  // of a kind of failure

constexpr const char* kScenario = R"(name: soak
faults:
  - {fault: split, every: 32, gap: 1ms, when: {probability: 0.01}}
  - {fault: drip, every: 7, gap: 1ms, when: {probability: 0.005}}
  - {fault: delay, time: 20ms, jitter: 20ms, when: {probability: 0.01}}
  - {fault: stall, when: {probability: 0.001}}
  - {fault: close, at: 40, how: rst, when: {probability: 0.002}}
  - {fault: close, at: 40, how: fin, when: {probability: 0.002}}
  - {fault: truncate, at: 50, when: {probability: 0.001}}
  - {fault: bad_crc, when: {probability: 0.002}}
  - {fault: wrong_length, by: 5, when: {probability: 0.001}}
  - {fault: bad_magic, when: {probability: 0.001}}
  - {fault: flip_iv, when: {probability: 0.001}}
  - {fault: wrong_key, when: {probability: 0.001}}
  - {fault: change_type, type: Int64, when: {probability: 0.002}}
  - {fault: duplicate, when: {probability: 0.001}}
  - {fault: deep_container, depth: 200, when: {probability: 0.001}}
  - {fault: largest_frame, when: {probability: 0.0005}}
)";

ClientOptions options_for(std::uint16_t port) {
  ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.key = Key::from_passphrase("rscp").value();
  options.user = "user@example.com";
  options.password = "password";
  options.request_timeout = 1s;
  return options;
}

// What one connection asked and got. Requests carry its number and their own.
struct Conversation {
  std::uint32_t sent = 0;
  std::uint32_t answered = 0;
};

class Clients {
 public:
  Clients(asio::io_context& io, std::uint16_t port, Clock::time_point end)
      : io_(io), port_(port), end_(end) {}

  void start(int pollers, int vandals) {
    for (int i = 0; i < pollers; ++i) asio::co_spawn(io_, poll_on(), rethrow);
    for (int i = 0; i < vandals; ++i) asio::co_spawn(io_, vandalise(), rethrow);
  }

  [[nodiscard]] const std::vector<Conversation>& conversations() const { return conversations_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& failures() const { return failures_; }
  [[nodiscard]] std::uint64_t vandal_connections() const { return vandal_connections_; }

 private:
  static void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  }

  asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(io_, time);
    co_await timer.async_wait(asio::use_awaitable);
  }

  static std::vector<Value> request_of(std::size_t conversation, std::uint32_t number) {
    return {Value("BAT_REQ_DATA", {{"BAT_INDEX", conversation >> 16U}}),
            Value("PM_REQ_DATA", {{"PM_INDEX", conversation & 0xFFFFU}}),
            Value("PVI_REQ_DATA", {{"PVI_INDEX", number}}), Value("EMS_REQ_POWER_PV")};
  }

  asio::awaitable<void> poll_on() {
    while (Clock::now() < end_) {
      const std::size_t conversation = conversations_.size();
      conversations_.emplace_back();
      ClientOptions options = options_for(port_);
      options.reconnect.attempts = 1;
      options.reconnect.repeat_reads = false;
      Client client(io_.get_executor(), options);
      const auto level = co_await client.connect();
      if (!level) {
        ++failures_["connect: " + std::string(name_of(level.error().kind))];
        continue;
      }
      const auto polls = static_cast<std::uint32_t>(1 + random_() % 200);
      for (std::uint32_t number = 0; number < polls && Clock::now() < end_; ++number) {
        ++conversations_[conversation].sent;
        const auto answer = co_await client.request(request_of(conversation, number));
        if (!answer) {
          ++failures_["request: " + std::string(name_of(answer.error().kind))];
          break;
        }
        ++conversations_[conversation].answered;
        co_await pause(std::chrono::milliseconds(random_() % 20));
      }
    }
  }

  // Garbage, half a block, silence; an orderly end or a reset.
  asio::awaitable<void> vandalise() {
    while (Clock::now() < end_) {
      tcp::socket socket(io_);
      asio::error_code error;
      co_await socket.async_connect({asio::ip::make_address("127.0.0.1"), port_},
                                    asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;
      ++vandal_connections_;
      static constexpr std::size_t kSizes[] = {0, 1, 31, 32, 33, 1'000, 70'000};
      ByteBuffer bytes(kSizes[random_() % std::size(kSizes)]);
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
      co_await asio::async_write(socket, asio::buffer(bytes),
                                 asio::redirect_error(asio::use_awaitable, error));
      co_await pause(std::chrono::milliseconds(random_() % 100));
      if (random_() % 2 == 0) socket.set_option(asio::socket_base::linger(true, 0), error);
    }
  }

  asio::io_context& io_;
  std::uint16_t port_;
  Clock::time_point end_;
  std::mt19937 random_{1};
  std::vector<Conversation> conversations_;
  std::map<std::string, std::uint64_t> failures_;
  std::uint64_t vandal_connections_ = 0;
};

// Logs in on so many connections, all open at once, and asks each once.
asio::awaitable<void> hold(asio::io_context& io, std::uint16_t port, std::size_t count,
                           std::size_t& answered) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<Client>(io.get_executor(), options_for(port)));
    co_await clients.back()->connect();  // some meet a fault
  }
  for (const auto& client : clients) {
    if (co_await client->ask("EMS_REQ_POWER_PV")) ++answered;
  }
}

std::size_t open_files(pid_t pid) {
  const std::filesystem::directory_iterator files("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

// The descriptors go down to `wanted` once the simulator has seen all ends.
std::size_t settled_files(pid_t pid, std::size_t wanted) {
  for (int tries = 0; tries < 100 && open_files(pid) > wanted; ++tries) {
    std::this_thread::sleep_for(100ms);
  }
  return open_files(pid);
}

class Verdict {
 public:
  void check(bool holds, const std::string& what) {
    std::printf("%s  %s\n", holds ? "ok  " : "FAIL", what.c_str());
    failed_ = failed_ || !holds;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

// What the journal has of each conversation.
struct JournalSummary {
  std::uint64_t lines = 0;
  std::uint64_t connects = 0;
  std::uint64_t closes = 0;
  std::uint64_t faults = 0;
  bool numbered = true;  ///< its lines, one after the other
  bool in_order = true;  ///< each conversation's requests
  std::map<std::size_t, std::uint32_t> requests;
  std::map<std::size_t, std::uint32_t> answers;  ///< frames: one sent twice counts twice
};

std::optional<std::pair<std::size_t, std::uint32_t>> numbers_of(const Json& values) {
  if (values.size() != 4 || values[0].value("tag", "") != "BAT_REQ_DATA") return std::nullopt;
  const auto index = [&](std::size_t item) {
    return values[item].at("value").at(0).at("value").get<std::uint32_t>();
  };
  return std::pair{(std::size_t{index(0)} << 16U) | index(1), index(2)};
}

JournalSummary read_journal(const std::string& file) {
  JournalSummary all;
  std::map<std::uint64_t, std::size_t> conversation_of;  // by the journal's connection
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const Json event = Json::parse(line);
    all.numbered = all.numbered && event.at("n") == ++all.lines;
    const auto kind = event.at("event").get<std::string>();
    const auto connection = event.value("connection", std::uint64_t{0});
    if (kind == "connect") ++all.connects;
    if (kind == "close") ++all.closes;
    if (kind == "fault") ++all.faults;
    if (kind == "request") {
      if (const auto numbers = numbers_of(event.at("values"))) {
        conversation_of[connection] = numbers->first;
        all.in_order = all.in_order && numbers->second == all.requests[numbers->first]++;
      }
    }
    const auto conversation = conversation_of.find(connection);
    // RSCP's answers carry no number: a client takes one that came twice for the next one as well.
    const bool twice = kind == "fault" && event.at("fault") == "duplicate";
    if ((kind == "answer" || twice) && conversation != conversation_of.end()) {
      ++all.answers[conversation->second];
    }
  }
  return all;
}

void check_journal(Verdict& verdict, const JournalSummary& journal, const Clients& clients) {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t lost = 0;
  std::uint64_t invented = 0;
  for (std::size_t i = 0; i < clients.conversations().size(); ++i) {
    const Conversation& mine = clients.conversations()[i];
    const auto requests = journal.requests.find(i);
    const std::uint32_t seen = requests == journal.requests.end() ? 0 : requests->second;
    sent += mine.sent;
    answered += mine.answered;
    const auto answers = journal.answers.find(i);
    const std::uint32_t given = answers == journal.answers.end() ? 0 : answers->second;
    // What was answered was asked, but for what came twice.
    if (given < mine.answered) {
      if (++lost <= kShown) {
        std::printf("      conversation %zu: %u sent, %u answered; in the journal %u, %u\n", i,
                    mine.sent, mine.answered, seen, given);
      }
    }
    if (seen > mine.sent) ++invented;
  }
  std::printf(
      "%zu conversations, %llu requests, %llu answered; %llu vandals; journal: %llu lines, "
      "%llu faults\n",
      clients.conversations().size(), static_cast<unsigned long long>(sent),
      static_cast<unsigned long long>(answered),
      static_cast<unsigned long long>(clients.vandal_connections()),
      static_cast<unsigned long long>(journal.lines),
      static_cast<unsigned long long>(journal.faults));
  for (const auto& [what, count] : clients.failures()) {
    std::printf("      %s: %llu\n", what.c_str(), static_cast<unsigned long long>(count));
  }
  verdict.check(answered > 0 && journal.faults > 0, "there were answers and faults");
  verdict.check(journal.numbered, "the journal's lines are numbered without a gap");
  verdict.check(journal.in_order, "each conversation's requests are in the journal in order, once");
  verdict.check(lost == 0, "no exchange is missing in the journal");
  verdict.check(invented == 0, "no request is in the journal that was not sent");
  verdict.check(journal.connects == journal.closes,
                "each connection that began has ended: " + std::to_string(journal.connects));
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) {
    return argc > at ? std::stoi(argv[at]) : otherwise;
  };
  const std::chrono::seconds time(argument(1, 600));
  const int pollers = argument(2, 64);
  const auto held = static_cast<std::size_t>(argument(3, 5'000));
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  Verdict verdict;
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("soak.yaml")) << kScenario;
  test::RunningSimulator simulator(
      {folder.file("soak.yaml"), "--quiet", "--journal", folder.file("journal"), "--seed", "1"});
  const std::size_t files_before = open_files(simulator.pid());

  asio::io_context io(1);
  Clients clients(io, simulator.port(), Clock::now() + time);
  clients.start(pollers, 8);
  double warm = 0;
  asio::steady_timer warm_up(io, time / 4);
  warm_up.async_wait([&](const asio::error_code&) { warm = simulator.resident_mib(); });
  io.run();
  const std::size_t files_after = settled_files(simulator.pid(), files_before);
  const double after = simulator.resident_mib();
  std::printf("memory: %.1f MiB after a quarter of the time, %.1f at the end\n", warm, after);
  verdict.check(files_after == files_before,
                "file descriptors are back to what they were: " + std::to_string(files_after));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep what was freed
  constexpr double kSlack = 8;  // MiB; buffers of connections come and go
  verdict.check(after < warm + kSlack, "memory does not grow");
#endif

  io.restart();
  std::size_t answered = 0;
  std::size_t held_files = 0;
  double held_mib = 0;
  bool done = false;
  asio::co_spawn(io, hold(io, simulator.port(), held, answered),
                 [&](const std::exception_ptr&) { done = true; });
  asio::steady_timer watch(io);
  std::function<void(const asio::error_code&)> look = [&](const asio::error_code&) {
    held_files = std::max(held_files, open_files(simulator.pid()));
    held_mib = std::max(held_mib, simulator.resident_mib());
    if (done) return;
    watch.expires_after(100ms);
    watch.async_wait(look);
  };
  look({});
  io.run();
  std::printf("%zu connections: %zu descriptors, %.1f MiB\n", held, held_files, held_mib);
  verdict.check(answered >= held * 9 / 10,
                "connections held at once and answered: " + std::to_string(answered));
  verdict.check(settled_files(simulator.pid(), files_before) == files_before,
                "file descriptors are back to what they were");
  verdict.check(simulator.stop() == 0, "the simulator ends in order");
  check_journal(verdict, read_journal(folder.file("journal")), clients);
  return verdict.failed() ? 1 : 0;
}
