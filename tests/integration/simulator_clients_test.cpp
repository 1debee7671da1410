// SPDX-License-Identifier: MIT
// Many requests, strange peers, and what real clients ask, against a real `rscp simulate`.
#include <algorithm>
#include <fstream>
#include <memory>

#include <asio/write.hpp>

#include "asio_run.hpp"
#include "catch.hpp"
#include "running_simulator.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/connection/frame_channel.hpp>
#include <rscp/frame.hpp>
#include <rscp/json.hpp>
#include <rscp/tags.hpp>
#include <rscp/text.hpp>

using namespace rscp;
using namespace test;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

const Key kKey = Key::from_passphrase("rscp").value();

ClientOptions options(std::uint16_t port) {
  ClientOptions o;
  o.host = "127.0.0.1";
  o.port = port;
  o.key = kKey;
  o.user = "user@example.com";
  o.password = "password";
  return o;
}

tcp::endpoint endpoint(std::uint16_t port) { return {asio::ip::make_address("127.0.0.1"), port}; }

// Numbers without a library: the same in every run.
class Numbers {
 public:
  explicit Numbers(std::uint32_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<std::uint32_t>((std::uint64_t{state_} * bound) >> 32U);
  }

 private:
  std::uint32_t state_;
};

}  // namespace

TEST_CASE("ten thousand random requests over TCP get exactly one sound answer frame each") {
  RunningSimulator simulator({"--quiet"});
  std::size_t answered = 0;
  auto work = [](std::uint16_t port, std::size_t& count) -> asio::awaitable<void> {
    Client client(co_await asio::this_coro::executor, options(port));
    Numbers numbers(1);
    std::vector<Tag> requests;
    for (const TagInfo* info : Dictionary::builtin().all()) {
      if (info->name.find("_REQ_") != std::string_view::npos && !has_answer_bit(info->tag) &&
          info->tag != tag::RSCP_REQ_AUTHENTICATION) {
        requests.push_back(info->tag);
      }
    }
    for (int i = 0; i < 10'000; ++i) {
      std::vector<Value> frame;
      for (std::uint32_t n = 1 + numbers.below(5); n > 0; --n) {
        const Tag tag = requests[numbers.below(static_cast<std::uint32_t>(requests.size()))];
        if (numbers.below(3) == 0) {
          std::vector<Value> inside;
          inside.emplace_back("BAT_INDEX", DataType::UInt16, static_cast<int>(numbers.below(4)));
          inside.emplace_back(requests[numbers.below(static_cast<std::uint32_t>(requests.size()))]);
          frame.push_back(Value::container(tag, std::move(inside)));
        } else {
          frame.emplace_back(tag);
        }
      }
      const std::size_t asked = frame.size();
      const auto answer = co_await client.request(std::move(frame));
      // The client itself checks that it was one sound frame: a second one would be the next
      // answer.
      if (!answer || answer->size() != asked) co_return;
      ++count;
    }
    const auto last = co_await client.ask("EMS_REQ_POWER_PV");
    if (!last) count = 0;
    if (client.connections() != 1) count = 0;
  };
  asio::io_context io;
  run_to_end(io, work(simulator.port(), answered));
  CHECK(answered == 10'000);
}

TEST_CASE("strange peers end alone, and others are served meanwhile") {
  TemporaryFolder folder;
  RunningSimulator simulator({"--quiet", "--journal", folder.file("journal"), "--frame-timeout",
                              "0.2", "--login-timeout", "0.4"});
  asio::io_context io;
  std::size_t ended = 0;
  auto work = [](std::uint16_t port, std::size_t& gone) -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<tcp::socket> peers;
    const auto connect = [&]() -> tcp::socket& {
      peers.emplace_back(executor);
      peers.back().connect(endpoint(port));
      return peers.back();
    };
    peers.reserve(64);
    Encryptor encryptor(kKey);
    const std::vector<Value> login(1, login_request("user@example.com", "password"));
    const ByteBuffer frame = encryptor.encrypt(seal_frame(login, {1, 0}).value());
    // Garbage; HTTP; half a frame; nothing at all; a byte; a frame whose length never comes.
    asio::write(connect(), asio::buffer(ByteBuffer(4096, 0x41)));
    asio::write(connect(), asio::buffer(std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n      ")));
    asio::write(connect(), asio::buffer(frame.data(), 40));
    connect();
    asio::write(connect(), asio::buffer("x", 1));
    // Gone in the middle of a frame.
    tcp::socket& vanishing = connect();
    asio::write(vanishing, asio::buffer(frame.data(), 33));
    vanishing.set_option(asio::socket_base::linger(true, 0));
    vanishing.close();
    Client client(executor, options(port));
    for (int i = 0; i < 50; ++i) {
      const auto answer = co_await client.ask("EMS_REQ_POWER_PV");
      if (!answer) co_return;
    }
    // All of them are hung up on.
    for (tcp::socket& peer : peers) {
      if (!peer.is_open()) continue;
      std::array<char, 64> buffer{};
      asio::error_code error;
      while (!error) {
        co_await peer.async_read_some(asio::buffer(buffer),
                                      asio::redirect_error(asio::use_awaitable, error));
      }
      ++gone;
    }
  };
  run_to_end(io, work(simulator.port(), ended));
  CHECK(ended == 5);
  CHECK(simulator.stop() == 0);
  const std::string journal = read_file(folder.file("journal"));
  CHECK(journal.find("--login-timeout") != std::string::npos);
  CHECK(journal.find("40 bytes of 96 came") != std::string::npos);
  CHECK(journal.find("another passphrase") != std::string::npos);
}

TEST_CASE("connections over the limit are refused, named, and make room again") {
  RunningSimulator simulator({"--quiet", "--max-connections", "20"});
  asio::io_context io;
  std::size_t served = 0;
  auto work = [](std::uint16_t port, std::size_t& good) -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    {
      std::vector<tcp::socket> crowd;
      for (int i = 0; i < 30; ++i) {
        crowd.emplace_back(executor);
        crowd.back().connect(endpoint(port));
      }
      co_await sleep_for(100ms);
    }
    for (int tries = 0; tries < 100; ++tries) {
      Client client(executor, options(port));
      const auto answer = co_await client.ask("EMS_REQ_POWER_PV");
      if (answer) {
        ++good;
        co_return;
      }
      co_await sleep_for(20ms);
    }
  };
  run_to_end(io, work(simulator.port(), served));
  CHECK(served == 1);
  CHECK_THAT(simulator.err(), Catch::Contains("the limit (--max-connections) is 20"));
}

TEST_CASE("two thousand connections at once are each answered with their own cipher and login") {
  RunningSimulator simulator({"--quiet"});
  asio::io_context io;
  std::size_t answered = 0;
  auto work = [](std::uint16_t port, std::size_t& good) -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 2'000; ++i) {
      clients.push_back(std::make_unique<Client>(executor, options(port)));
      if (!co_await clients.back()->connect()) co_return;
    }
    for (const auto& client : clients) {
      if (co_await client->ask("EMS_REQ_POWER_PV")) ++good;
    }
  };
  run_to_end(io, work(simulator.port(), answered));
  CHECK(answered == 2'000);
}

namespace {

// The requests of a recorded session, frame by frame, without the login.
std::vector<std::vector<Value>> recorded_requests(const std::string& name) {
  std::vector<std::vector<Value>> frames;
  std::ifstream lines(std::string(RSCP_TEST_DATA) + "/data/requests/" + name + ".txt");
  REQUIRE(lines);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    auto parsed = parse_text(line);
    INFO(name << ": " << line);
    REQUIRE(parsed.has_value());
    frames.push_back(std::move(parsed->values));
  }
  REQUIRE_FALSE(frames.empty());
  return frames;
}

// What is absent on the station, and what real devices give no value for either.
bool may_be_error(std::string_view tag) {
  constexpr std::array kAbsent = {"BAT_DATA",         "DCDC_DATA",       "PVI_REQ_DATA",
                                  "PVI_REQ_DC_POWER", "PVI_REQ_COS_PHI", "EMS_SYS_SPEC_VALUE_INT"};
  // Wallboxes at indices without one.
  return std::ranges::find(kAbsent, tag) != kAbsent.end() || tag.starts_with("WB_REQ_");
}

void check_answer(const Value& answer) {
  const TagInfo* info = Dictionary::builtin().find(answer.tag());
  CAPTURE(Dictionary::builtin().label(answer.tag()));
  REQUIRE(info != nullptr);
  if (answer.is_error()) CHECK(may_be_error(info->name));
  for (const Value& child : answer.children()) check_answer(child);
}

}  // namespace

TEST_CASE("what real clients ask gets complete, well-typed answers") {
  const std::string client =
      GENERATE(as<std::string>(), "rscp-lib", "easy-rscp-js", "python-e3dc", "rscp2mqtt",
               "iobroker", "e3dc-mqtt-rs", "e3dc-rscp-connect", "e3dc-control", "evcc");
  CAPTURE(client);
  RunningSimulator simulator({"--quiet", "--speed", "0", "--clock", "2026-06-15T12:00:00"});
  const auto frames = recorded_requests(client);
  std::vector<std::vector<Value>> answers;
  auto work = [](std::uint16_t port, const std::vector<std::vector<Value>>& requests,
                 std::vector<std::vector<Value>>& out) -> asio::awaitable<void> {
    Client session(co_await asio::this_coro::executor, options(port));
    for (const auto& request : requests) {
      auto answer = co_await session.request(request);
      if (!answer) co_return;
      out.push_back(*std::move(answer));
    }
  };
  asio::io_context io;
  run_to_end(io, work(simulator.port(), frames, answers));
  REQUIRE(answers.size() == frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    REQUIRE(answers[i].size() == frames[i].size());
    for (std::size_t j = 0; j < frames[i].size(); ++j) {
      const Value& request = frames[i][j];
      const Value& answer = answers[i][j];
      CHECK((answer.tag() == Dictionary::builtin().answer_to(request.tag()) || answer.is_error()));
      check_answer(answer);
      // Every request inside a container is answered inside the answer, behind the index.
      if (request.is_container() && answer.is_container() &&
          std::string_view(Dictionary::builtin().find(request.tag())->name)
              .ends_with("_REQ_DATA") &&
          answer.children().size() > 2) {
        CHECK(answer.children().size() == request.children().size());
      }
    }
  }
}
