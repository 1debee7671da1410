// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "fake_server.hpp"
#include <rscp/connection/frame_channel.hpp>
#include <rscp/frame.hpp>
#include <rscp/tags.hpp>

using namespace rscp;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

const Value kPv("EMS_REQ_POWER_PV");

std::vector<Value> list(Value value) {
  std::vector<Value> values;
  values.push_back(std::move(value));
  return values;
}

std::vector<Value> answer_all(const std::vector<Value>& request) {
  std::vector<Value> values;
  for (const Value& value : request) values.push_back(test::usual(value));
  return values;
}

ServeOptions options() { return {.port = 0, .key = test::kKey}; }

asio::awaitable<FrameChannel> connect(const Server& server) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint to(asio::ip::make_address("127.0.0.1"), server.port());
  co_await socket.async_connect(to, asio::use_awaitable);
  co_return FrameChannel(std::move(socket), test::kKey, Direction::Answer);
}

// One question of a client that knows frames but no manners.
asio::awaitable<Result<std::vector<Value>>> exchange(FrameChannel& channel, Value request) {
  const auto sent = co_await channel.send(seal_frame({&request, 1}, {1, 0}).value());
  if (!sent) co_return std::unexpected(sent.error());
  const auto received = co_await channel.receive({});
  if (!received) co_return std::unexpected(received.error());
  co_return Frame::from(received->message.frame).frame.values;
}

asio::awaitable<Result<Value>> ask(const Server& server, Value request,
                                   std::string password = "password") {
  ClientOptions as = test::client_options(server.port());
  as.password = std::move(password);
  as.reconnect.attempts = 1;
  as.reconnect.repeat_reads = false;
  Client client(co_await asio::this_coro::executor, as);
  co_return co_await client.ask(std::move(request));
}

asio::awaitable<bool> ends(FrameChannel& channel) {
  const auto nothing = co_await channel.receive({});
  co_return !nothing && nothing.error().kind == ErrorKind::Closed;
}

}  // namespace

TEST_CASE("serve answers by a plain function of the values") {
  asio::io_context io;
  const Server server = serve(io, options(), answer_all).value();
  auto work = [&]() -> asio::awaitable<void> {
    const auto power = co_await ask(server, kPv);
    CHECK(power == Value("EMS_POWER_PV", 4711));
  };
  test::run_to_end(io, work());
  CHECK(server.connections() == 1);
}

TEST_CASE("serve answers by a coroutine of the request, which knows who asks") {
  asio::io_context io;
  ServeOptions with_users = options();
  with_users.users.push_back({"user", "password", UserLevel::Installer});
  ServedRequest seen;
  const auto slow = [&seen](const ServedRequest& request) -> asio::awaitable<std::vector<Value>> {
    seen = request;
    co_await test::sleep_for(1ms);
    co_return answer_all(request.values);
  };
  const Server server = serve(io, with_users, slow).value();
  auto work = [&]() -> asio::awaitable<void> {
    const auto power = co_await ask(server, kPv);
    CHECK(power.has_value());
    const auto refused = co_await ask(server, kPv, "guessed");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::WrongPassword);
  };
  test::run_to_end(io, work());
  CHECK(seen.level == UserLevel::Installer);
  CHECK(seen.user == "user");
  CHECK(seen.connection == 1);
  CHECK_THAT(seen.peer, Catch::StartsWith("127.0.0.1:"));
}

TEST_CASE("serve denies everything to a client that has not logged in") {
  asio::io_context io;
  int asked = 0;
  const Server server = serve(io, options(), [&asked](const std::vector<Value>& request) {
                          ++asked;
                          return answer_all(request);
                        }).value();
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel channel = co_await connect(server);
    const auto denied = co_await exchange(channel, kPv);
    REQUIRE(denied.has_value());
    CHECK(denied->front() ==
          Value("EMS_POWER_PV", DataType::Error, ErrorCode{ErrorCode::kAccessDenied}));
    const auto login = co_await exchange(channel, login_request("anybody", "at all"));
    CHECK(granted_level(login.value()) == UserLevel::User);
    const auto power = co_await exchange(channel, kPv);
    CHECK(power == list(Value("EMS_POWER_PV", 4711)));
  };
  test::run_to_end(io, work());
  CHECK(asked == 1);
}

TEST_CASE("a login in one frame with a request is answered before it") {
  asio::io_context io;
  const Server server = serve(io, options(), answer_all).value();
  std::vector<Value> both = list(login_request("anybody", "at all"));
  both.push_back(kPv);
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel channel = co_await connect(server);
    (void)co_await channel.send(seal_frame(both, {1, 0}).value());
    const auto received = co_await channel.receive({});
    const auto answer = Frame::from(received.value().message.frame).frame.values;
    REQUIRE(answer.size() == 2);
    CHECK(answer[0].tag() == tag::RSCP_AUTHENTICATION);
    CHECK(answer[1] == Value("EMS_POWER_PV", 4711));
  };
  test::run_to_end(io, work());
}

TEST_CASE("a connection over the limit is hung up on, and there is room again later") {
  asio::io_context io;
  ServeOptions narrow = options();
  narrow.connections = 1;
  std::vector<std::string> reports;
  narrow.report = [&](const Error& error) { reports.push_back(error.to_string()); };
  const Server server = serve(io, narrow, answer_all).value();
  auto work = [&]() -> asio::awaitable<void> {
    {
      FrameChannel first = co_await connect(server);
      (void)co_await exchange(first, login_request("a", "b"));
      FrameChannel second = co_await connect(server);
      const bool refused = co_await ends(second);
      CHECK(refused);
      const auto power = co_await exchange(first, kPv);
      CHECK(power.has_value());
    }
    while (server.open() != 0) co_await test::sleep_for(1ms);
    const auto power = co_await ask(server, kPv);
    CHECK(power.has_value());
  };
  test::run_to_end(io, work());
  CHECK(server.refused() == 1);
  CHECK(server.connections() == 2);
  CHECK(reports ==
        std::vector<std::string>{"a connection was refused: 1 are open, the limit is 1"});
}

TEST_CASE("a client that does not log in in time is hung up on, whatever it asks meanwhile") {
  asio::io_context io;
  ServeOptions strict = options();
  strict.login_timeout = 60ms;
  std::vector<Error> reports;
  strict.report = [&](const Error& error) { reports.push_back(error); };
  const Server server = serve(io, strict, answer_all).value();
  const bool talks = GENERATE(false, true);
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel channel = co_await connect(server);
    bool open = true;
    while (talks && open) {
      const auto denied = co_await exchange(channel, kPv);
      open = denied.has_value();
      co_await test::sleep_for(5ms);
    }
    if (!talks) {
      const bool ended = co_await ends(channel);
      CHECK(ended);
    }
  };
  test::run_to_end(io, work());
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind == ErrorKind::Timeout);
  CHECK_THAT(reports[0].place, Catch::StartsWith("connection 1 from 127.0.0.1:"));
}

TEST_CASE("a client that falls silent is hung up on when the idle time is over") {
  asio::io_context io;
  ServeOptions strict = options();
  strict.idle_timeout = 30ms;
  strict.login_timeout = kForever;
  const Server server = serve(io, strict, answer_all).value();
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel channel = co_await connect(server);
    (void)co_await exchange(channel, login_request("a", "b"));
    const bool ended = co_await ends(channel);
    CHECK(ended);
  };
  test::run_to_end(io, work());
}

TEST_CASE("a handler that throws costs its connection, no other") {
  asio::io_context io;
  ServeOptions told = options();
  std::vector<std::string> reports;
  told.report = [&](const Error& error) { reports.push_back(error.message); };
  const Server server = serve(io, told, [](const std::vector<Value>& request) {
                          if (request.front() != kPv) throw std::runtime_error("out of ideas");
                          return answer_all(request);
                        }).value();
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel good = co_await connect(server);
    (void)co_await exchange(good, login_request("a", "b"));
    const auto lost = co_await ask(server, Value("EMS_REQ_BAT_SOC"));
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().kind == ErrorKind::Closed);
    const auto power = co_await exchange(good, kPv);
    CHECK(power.has_value());
  };
  test::run_to_end(io, work());
  CHECK(reports == std::vector<std::string>{"the handler failed: out of ideas"});
}

TEST_CASE("a server that stops hangs up on everybody, also on one who waits for an answer") {
  asio::io_context io;
  const auto never = [](const ServedRequest& request) -> asio::awaitable<std::vector<Value>> {
    co_await test::sleep_for(50ms);
    co_return answer_all(request.values);
  };
  Server server = serve(io, options(), never).value();
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel idle = co_await connect(server);
    FrameChannel waiting = co_await connect(server);
    (void)co_await exchange(waiting, login_request("a", "b"));
    (void)co_await waiting.send(seal_frame({&kPv, 1}, {1, 0}).value());
    while (server.open() != 2) co_await test::sleep_for(1ms);
    co_await test::sleep_for(10ms);
    server.stop();
    for (FrameChannel* channel : {&idle, &waiting}) {
      const bool ended = co_await ends(*channel);
      CHECK(ended);
    }
    // The handler is not cut short, but has nobody to answer.
    while (server.open() != 0) co_await test::sleep_for(1ms);
    const auto nobody = co_await ask(server, kPv);
    REQUIRE_FALSE(nobody.has_value());
    CHECK(nobody.error().kind == ErrorKind::Unreachable);
  };
  test::run_to_end(io, work());
}

TEST_CASE("a server may go out of scope while clients are connected") {
  asio::io_context io;
  auto server = std::make_unique<Server>(serve(io, options(), answer_all).value());
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel channel = co_await connect(*server);
    (void)co_await exchange(channel, login_request("a", "b"));
    server.reset();
    const bool ended = co_await ends(channel);
    CHECK(ended);
  };
  test::run_to_end(io, work());
}

TEST_CASE("a handler may be silent, hang up, or send bytes of its own") {
  asio::io_context io;
  const Server server = serve(io, options(), [](const ServedRequest& request) -> Reply {
                          const auto kind = request.values.front().integer();
                          if (kind == 1) return Silence{};
                          if (kind == 2) return HangUp{.reset = true};
                          if (kind == 3) return RawBytes{ByteBuffer(64, 0x5A)};
                          return Answer(list(Value("EMS_POWER_PV", 1)), Timestamp{7, 0});
                        }).value();
  auto work = [&]() -> asio::awaitable<void> {
    const auto question = [](int kind) { return Value(Tag{0x01000001}, DataType::Int32, kind); };
    FrameChannel channel = co_await connect(server);
    (void)co_await exchange(channel, login_request("a", "b"));
    const Value first = question(1);
    (void)co_await channel.send(seal_frame({&first, 1}, {1, 0}).value());
    const Value second = question(0);
    (void)co_await channel.send(seal_frame({&second, 1}, {1, 0}).value());
    // The silence left nothing behind: this is the answer to the second.
    const auto received = co_await channel.receive({});
    CHECK(received.value().message.frame.header.time == Timestamp{7, 0});
    const auto noise = co_await exchange(channel, question(3));
    REQUIRE_FALSE(noise.has_value());
    CHECK(noise.error().kind == ErrorKind::Protocol);
    FrameChannel other = co_await connect(server);
    (void)co_await exchange(other, login_request("a", "b"));
    const auto reset = co_await exchange(other, question(2));
    REQUIRE_FALSE(reset.has_value());
    CHECK_THAT(reset.error().message, Catch::Contains("reset"));
  };
  test::run_to_end(io, work());
}

TEST_CASE("a port that is closed for a while keeps its number and its connections") {
  asio::io_context io;
  Server server = serve(io, options(), answer_all).value();
  const std::uint16_t port = server.port();
  auto work = [&]() -> asio::awaitable<void> {
    FrameChannel channel = co_await connect(server);
    (void)co_await exchange(channel, login_request("a", "b"));
    server.close_port();
    const auto nobody = co_await ask(server, kPv);
    CHECK_FALSE(nobody.has_value());
    const auto power = co_await exchange(channel, kPv);
    CHECK(power.has_value());
    REQUIRE(server.open_port().has_value());
    CHECK(server.port() == port);
    const auto again = co_await ask(server, kPv);
    CHECK(again.has_value());
  };
  test::run_to_end(io, work());
}

TEST_CASE("serve says what is missing before it listens") {
  asio::io_context io;
  const auto without_key = serve(io, {.port = 0}, answer_all);
  REQUIRE_FALSE(without_key.has_value());
  CHECK(without_key.error().kind == ErrorKind::Invalid);
  ServeOptions nowhere = options();
  nowhere.address = "localhost";
  CHECK(serve(io, nowhere, answer_all).error().kind == ErrorKind::InputOutput);
}

TEST_CASE("a socket handler that throws is told, and the next connection is served") {
  asio::io_context io;
  int told = 0;
  int served = 0;
  AcceptOptions accept{.port = 0};
  accept.failed = [&](const std::exception_ptr&) { ++told; };
  const Server server =
      accept_each(io.get_executor(), accept, [&](tcp::socket) -> asio::awaitable<void> {
        if (++served == 1) throw std::runtime_error("no");
        co_return;
      }).value();
  auto work = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      FrameChannel channel = co_await connect(server);
      const bool ended = co_await ends(channel);
      CHECK(ended);
    }
  };
  test::run_to_end(io, work());
  CHECK(told == 1);
  CHECK(served == 2);
  CHECK(server.open() == 0);
}
