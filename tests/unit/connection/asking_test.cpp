// SPDX-License-Identifier: MIT
// The three ways to ask: awaited (client_test.cpp), with a completion token, and blocking.
#include <future>
#include <thread>

#include <asio/cancellation_signal.hpp>
#include <asio/use_future.hpp>

#include "catch.hpp"
#include "fake_server.hpp"
#include <rscp/connection/blocking_client.hpp>

using namespace rscp;
using namespace std::chrono_literals;
using asio::ip::tcp;
using test::FakeServer;

namespace {

// A server on a thread of its own, for callers that block.
class ServerThread {
 public:
  explicit ServerThread(std::function<Value(const Value&)> answer)
      : server_(io_, std::move(answer)), thread_([this] { io_.run(); }) {}
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;
  ~ServerThread() {
    io_.stop();
    thread_.join();
  }
  [[nodiscard]] ClientOptions client() const { return server_.client(); }

 private:
  asio::io_context io_;
  FakeServer server_;
  std::thread thread_;
};

// Takes everything and answers nothing.
asio::awaitable<void> silence(tcp::socket socket) {
  FrameChannel channel(std::move(socket), test::kKey, Direction::Request);
  while (co_await channel.receive({})) {
  }
}

}  // namespace

TEST_CASE("a callback gets the value") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  Client client(io.get_executor(), server.client());
  std::optional<Result<Value>> got;
  client.async_ask("EMS_REQ_POWER_PV", [&](Result<Value> power) {
    got = std::move(power);
    io.stop();
  });
  io.run_for(30s);
  REQUIRE(got.has_value());
  CHECK(*got == Value("EMS_POWER_PV", 4711));
}

TEST_CASE("a callback is called on the executor that it is bound to") {
  asio::io_context io;
  asio::io_context other;
  FakeServer server(io, test::usual);
  Client client(io.get_executor(), server.client());
  std::optional<Result<UserLevel>> got;
  const auto work = asio::make_work_guard(other);
  client.async_connect(asio::bind_executor(other, [&](Result<UserLevel> level) {
    got = std::move(level);
    other.stop();
  }));
  while (!client.is_connected()) io.run_one_for(30s);
  CHECK_FALSE(got.has_value());
  io.run_for(50ms);
  other.run_for(30s);
  REQUIRE(got.has_value());
  CHECK(*got == UserLevel::User);
}

TEST_CASE("a coroutine may ask with the token of its own") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  auto work = [&]() -> asio::awaitable<void> {
    Client client(io.get_executor(), server.client());
    std::vector<Value> request;
    request.emplace_back("EMS_REQ_BAT_SOC");
    request.emplace_back("EMS_REQ_POWER_PV");
    const auto answer = co_await client.async_request(request, asio::use_awaitable);
    REQUIRE(answer.has_value());
    CHECK(answer->at(1) == Value("EMS_POWER_PV", 4711));
  };
  test::run_to_end(io, work());
}

TEST_CASE("futures are filled by another thread") {
  const ServerThread server(test::usual);
  asio::io_context io;
  const auto busy = asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  {
    Client client(io.get_executor(), server.client());
    std::vector<std::future<Result<Value>>> futures;
    for (int i = 0; i < 20; ++i) {
      futures.push_back(client.async_ask("EMS_REQ_POWER_PV", asio::use_future));
    }
    int right = 0;
    for (auto& future : futures) right += future.get() == Value("EMS_POWER_PV", 4711) ? 1 : 0;
    CHECK(right == 20);
    CHECK(client.connections() == 1);
  }
  io.stop();
  thread.join();
}

TEST_CASE("a question that is cancelled says so and leaves no connection") {
  asio::io_context io;
  int connections = 0;
  FakeServer server(io, [&](tcp::socket socket) -> asio::awaitable<void> {
    ++connections;
    return silence(std::move(socket));
  });
  Client client(io.get_executor(), server.client());
  asio::cancellation_signal signal;
  std::optional<Result<Value>> got;
  client.async_ask("EMS_REQ_POWER_PV",
                   asio::bind_cancellation_slot(signal.slot(), [&](Result<Value> power) {
                     got = std::move(power);
                     io.stop();
                   }));
  while (connections == 0) io.run_one_for(30s);
  io.run_for(20ms);
  CHECK_FALSE(got.has_value());
  signal.emit(asio::cancellation_type::terminal);
  io.run_for(30s);
  REQUIRE(got.has_value());
  REQUIRE_FALSE(got->has_value());
  CHECK(got->error().kind == ErrorKind::Cancelled);
  CHECK_FALSE(client.is_connected());
}

TEST_CASE("a client may be gone before its callback is called") {
  asio::io_context io;
  FakeServer server(io, silence);
  std::optional<Result<Value>> got;
  {
    Client client(io.get_executor(), server.client());
    client.async_ask("EMS_REQ_POWER_PV", [&](Result<Value> power) {
      got = std::move(power);
      io.stop();
    });
  }
  io.run_for(30s);
  REQUIRE(got.has_value());
  REQUIRE_FALSE(got->has_value());
  CHECK(got->error().kind == ErrorKind::Cancelled);
}

TEST_CASE("a blocking client asks without asio") {
  const ServerThread server(test::usual);
  BlockingClient client(server.client());
  CHECK(client.connect() == UserLevel::User);
  const auto power = client.ask("EMS_REQ_POWER_PV");
  REQUIRE(power.has_value());
  CHECK(power->integer() == 4711);
  BlockingClient moved = std::move(client);
  std::vector<Value> request;
  request.emplace_back("EMS_REQ_BAT_SOC");
  const auto charge = moved.request(request);
  REQUIRE(charge.has_value());
  CHECK(charge->front() == Value("EMS_BAT_SOC", 55));
}

TEST_CASE("a blocking client whose connection broke between two questions makes another") {
  asio::io_context io;
  // Hangs up after the answer to each login and question.
  FakeServer server(io, [](tcp::socket socket) -> asio::awaitable<void> {
    ServerSession session(std::move(socket), test::kKey);
    const std::vector<Credentials> users(1, {"user", "password", UserLevel::User});
    for (bool login : {true, false}) {
      const auto request = co_await session.receive({});
      if (!request) co_return;
      const Value& first = request->frame.values.front();
      const std::vector<Value> answer(1, login ? session.log_in(first, users) : test::usual(first));
      (void)co_await session.answer(answer, {1, 0});
    }
  });
  std::thread thread([&] { io.run(); });
  {
    BlockingClient client(server.client());
    for (int i = 0; i < 3; ++i) CHECK(client.ask("EMS_REQ_POWER_PV").has_value());
  }
  io.stop();
  thread.join();
  CHECK(server.connections() == 3);
}

TEST_CASE("a fault names the device as its place") {
  const ServerThread server(test::usual);
  ClientOptions options = server.client();
  options.password = "guessed";
  options.key = Key::from_passphrase("another passphrase").value();
  const auto refused = BlockingClient(options).ask("EMS_REQ_POWER_PV");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::WrongKey);
  CHECK(refused.error().place == "127.0.0.1:" + std::to_string(options.port));
  CHECK_THAT(refused.error().message, Catch::StartsWith("the device closed the connection"));
}
