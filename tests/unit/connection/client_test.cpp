// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "fake_server.hpp"
#include <rscp/frame.hpp>
#include <rscp/tags.hpp>

using namespace rscp;
using namespace std::chrono_literals;
using asio::ip::tcp;
using test::FakeServer;

namespace {

// One request of a client against a server; the outcome.
Result<Value> ask_once(asio::io_context& io, ClientOptions options, Value request) {
  Result<Value> result = failure(ErrorKind::Cancelled, "not run");
  auto work = [](asio::io_context& context, ClientOptions chosen, Value value,
                 Result<Value>& out) -> asio::awaitable<void> {
    Client client(context.get_executor(), std::move(chosen));
    out = co_await client.ask(std::move(value));
  };
  test::run_to_end(io, work(io, std::move(options), std::move(request), result));
  return result;
}

ErrorKind fault_of(const Result<Value>& result) {
  REQUIRE_FALSE(result.has_value());
  INFO(result.error().message);
  CHECK_FALSE(result.error().message.empty());
  return result.error().kind;
}

// Takes the login and answers with these values.
SocketHandler login_answer(std::vector<Value> values) {
  return [values](tcp::socket socket) -> asio::awaitable<void> {
    return [](tcp::socket accepted, std::vector<Value> reply) -> asio::awaitable<void> {
      ServerSession session(std::move(accepted), test::kKey);
      const auto request = co_await session.receive({});
      if (!request) co_return;
      const auto sent = co_await session.answer(reply, {1, 0});
      if (sent) (void)co_await session.receive({});
    }(std::move(socket), values);
  };
}

}  // namespace

TEST_CASE("a client logs in, asks and gets the value") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  const auto answer = ask_once(io, server.client(), Value("EMS_REQ_POWER_PV"));
  REQUIRE(answer.has_value());
  CHECK(answer->integer() == 4711);
}

TEST_CASE("several values in one frame are answered in order") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  std::vector<Value> answer;
  auto work = [](asio::io_context& context, ClientOptions options,
                 std::vector<Value>& out) -> asio::awaitable<void> {
    Client client(context.get_executor(), std::move(options));
    std::vector<Value> request;
    request.emplace_back("EMS_REQ_BAT_SOC");
    request.emplace_back("EMS_REQ_POWER_PV");
    auto result = co_await client.request(std::move(request));
    if (result) out = *std::move(result);
  };
  test::run_to_end(io, work(io, server.client(), answer));
  REQUIRE(answer.size() == 2);
  CHECK(answer[0] == Value("EMS_BAT_SOC", 55));
  CHECK(answer[1] == Value("EMS_POWER_PV", 4711));
}

TEST_CASE("requests of many coroutines share one connection and get their own answers") {
  asio::io_context io;
  // Echoes the index that was asked for.
  FakeServer server(io, [](const Value& request) {
    return Value("BAT_DATA", {{"BAT_INDEX", request.child("BAT_INDEX")->integer().value()}});
  });
  constexpr int kCoroutines = 50;
  int right = 0;
  auto work = [](asio::io_context& context, ClientOptions options,
                 int& good) -> asio::awaitable<void> {
    Client client(context.get_executor(), std::move(options));
    int left = kCoroutines;
    asio::steady_timer all_done(context, asio::steady_timer::time_point::max());
    auto one = [](Client& shared, int index, int& correct, int& open,
                  asio::steady_timer& done) -> asio::awaitable<void> {
      std::vector<Value> inside(1, Value("BAT_INDEX", index));
      const auto answer = co_await shared.ask(Value("BAT_REQ_DATA", std::move(inside)));
      if (answer && answer->child("BAT_INDEX")->integer() == index) ++correct;
      if (--open == 0) done.cancel();
    };
    for (int i = 0; i < kCoroutines; ++i) {
      asio::co_spawn(context, one(client, i, good, left, all_done), asio::detached);
    }
    asio::error_code ignored;
    co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    CHECK(client.connections() == 1);
  };
  test::run_to_end(io, work(io, server.client(), right));
  CHECK(right == kCoroutines);
}

TEST_CASE("a device that closes without an answer means a wrong key") {
  asio::io_context io;
  // What devices do: the first block decrypts to noise, so they hang up.
  FakeServer server(io, test::usual);
  ClientOptions options = server.client();
  options.key = Key::from_passphrase("another passphrase").value();
  CHECK(fault_of(ask_once(io, options, Value("EMS_REQ_POWER_PV"))) == ErrorKind::WrongKey);
  CHECK(server.connections() == 1);  // not tried again
}

TEST_CASE("an answer that decrypts to noise means a wrong key") {
  asio::io_context io;
  FakeServer server(io, [](tcp::socket socket) -> asio::awaitable<void> {
    FrameChannel channel(std::move(socket), test::kKey, Direction::Request);
    const ByteBuffer noise(64, 0x5A);
    (void)co_await channel.write(noise);
    co_await test::sleep_for(200ms);
  });
  CHECK(fault_of(ask_once(io, server.client(), Value("EMS_REQ_POWER_PV"))) == ErrorKind::WrongKey);
}

TEST_CASE("a refused login is a wrong password in all its forms") {
  asio::io_context io;
  const auto refusal =
      GENERATE(as<std::pair<std::string, Value>>(),
               std::pair("Int32 0", Value(tag::RSCP_AUTHENTICATION, DataType::Int32, 0)),
               std::pair("UChar8 0", Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, 0)),
               std::pair("Error", Value(tag::RSCP_AUTHENTICATION, DataType::Error,
                                        ErrorCode{ErrorCode::kAccessDenied})));
  CAPTURE(refusal.first);
  FakeServer server(io, login_answer({refusal.second}));
  const auto result = ask_once(io, server.client(), Value("EMS_REQ_POWER_PV"));
  CHECK(fault_of(result) == ErrorKind::WrongPassword);
  CHECK(result.error().message.find("password") != std::string::npos);
  CHECK(server.connections() == 1);
}

TEST_CASE("a login that is answered with something else is a protocol error") {
  asio::io_context io;
  FakeServer server(io, login_answer({Value("EMS_POWER_PV", 1)}));
  CHECK(fault_of(ask_once(io, server.client(), Value("EMS_REQ_POWER_PV"))) == ErrorKind::Protocol);
}

TEST_CASE("an Error item in place of the value is told with its name") {
  asio::io_context io;
  const auto code = GENERATE(ErrorCode::kAccessDenied, ErrorCode::kNotAvailable);
  FakeServer server(
      io, [code](const Value&) { return Value("EMS_POWER_PV", DataType::Error, ErrorCode{code}); });
  const auto result = ask_once(io, server.client(), Value("EMS_REQ_POWER_PV"));
  const bool denied = code == ErrorCode::kAccessDenied;
  CHECK(fault_of(result) == (denied ? ErrorKind::AccessDenied : ErrorKind::DeviceError));
  CHECK(result.error().message.find(denied ? "denies" : "NOT_AVAILABLE") != std::string::npos);
}

TEST_CASE("nobody listening is unreachable, and is tried as often as the policy says") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  ClientOptions options = server.client();
  server.close();
  options.reconnect.attempts = 3;
  const auto result = ask_once(io, options, Value("EMS_REQ_POWER_PV"));
  CHECK(fault_of(result) == ErrorKind::Unreachable);
  CHECK(result.error().message.find("refused") != std::string::npos);
}

TEST_CASE("a host that does not exist is unreachable") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  ClientOptions options = server.client();
  options.host = "no-such-host.invalid";
  options.reconnect.attempts = 1;
  CHECK(fault_of(ask_once(io, options, Value("EMS_REQ_POWER_PV"))) == ErrorKind::Unreachable);
}

TEST_CASE("no answer in time is a timeout, and the connection is not used again") {
  asio::io_context io;
  int requests = 0;
  FakeServer server(io, [&requests](tcp::socket socket) -> asio::awaitable<void> {
    return [](tcp::socket accepted, int& count) -> asio::awaitable<void> {
      ServerSession session(std::move(accepted), test::kKey);
      while (const auto request = co_await session.receive({})) {
        // The first question after the login is answered too late, the others at once.
        const bool login = request->frame.values[0].tag() == tag::RSCP_REQ_AUTHENTICATION;
        if (!login && ++count == 1) co_await test::sleep_for(300ms);
        std::vector<Value> values(1, login ? Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, 10)
                                           : Value("EMS_POWER_PV", count));
        if (!co_await session.answer(values, {1, 0})) co_return;
      }
    }(std::move(socket), requests);
  });
  Result<Value> first = failure(ErrorKind::Cancelled, "");
  Result<Value> second = first;
  auto work = [](asio::io_context& context, ClientOptions options, Result<Value>& a,
                 Result<Value>& b) -> asio::awaitable<void> {
    options.request_timeout = 100ms;
    Client client(context.get_executor(), std::move(options));
    a = co_await client.ask("EMS_REQ_POWER_PV");
    b = co_await client.ask("EMS_REQ_POWER_PV");
  };
  test::run_to_end(io, work(io, server.client(), first, second));
  CHECK(fault_of(first) == ErrorKind::Timeout);
  // Not the late 1.
  REQUIRE(second.has_value());
  CHECK(second->integer() == 2);
  CHECK(server.connections() == 2);
}

namespace {

// Answers the login and `answers` requests on each connection, then hangs up.
SocketHandler hanging_up_after(int answers, int& requests) {
  return [answers, &requests](tcp::socket socket) -> asio::awaitable<void> {
    return [](tcp::socket accepted, int left, int& count) -> asio::awaitable<void> {
      ServerSession session(std::move(accepted), test::kKey);
      while (const auto request = co_await session.receive({})) {
        const bool login = request->frame.values[0].tag() == tag::RSCP_REQ_AUTHENTICATION;
        if (!login) ++count;
        if (!login && left-- == 0) co_return;
        std::vector<Value> values(1, login ? Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, 10)
                                           : Value("EMS_POWER_PV", count));
        if (!co_await session.answer(values, {1, 0})) co_return;
      }
    }(std::move(socket), answers, requests);
  };
}

}  // namespace

TEST_CASE("a connection that breaks is made anew and a question that reads is asked again") {
  asio::io_context io;
  int requests = 0;
  FakeServer server(io, hanging_up_after(1, requests));
  int answered = 0;
  auto work = [](asio::io_context& context, ClientOptions options,
                 int& good) -> asio::awaitable<void> {
    Client client(context.get_executor(), std::move(options));
    for (int i = 0; i < 4; ++i) {
      const auto answer = co_await client.ask("EMS_REQ_POWER_PV");
      if (answer) ++good;
    }
  };
  test::run_to_end(io, work(io, server.client(), answered));
  CHECK(answered == 4);
  CHECK(server.connections() == 4);
}

TEST_CASE("a request that writes is never sent twice") {
  asio::io_context io;
  int requests = 0;
  FakeServer server(io, hanging_up_after(1, requests));
  Result<Value> write = failure(ErrorKind::Cancelled, "");
  auto work = [](asio::io_context& context, ClientOptions options,
                 Result<Value>& out) -> asio::awaitable<void> {
    Client client(context.get_executor(), std::move(options));
    (void)co_await client.ask("EMS_REQ_POWER_PV");
    out = co_await client.ask(Value("EMS_REQ_START_MANUAL_CHARGE", 1000));
  };
  test::run_to_end(io, work(io, server.client(), write));
  CHECK(fault_of(write) == ErrorKind::Closed);
  CHECK(requests == 2);
}

TEST_CASE("an idle client sends a sign of life") {
  asio::io_context io;
  int signs = 0;
  FakeServer server(io, [&signs](const Value& request) {
    if (Dictionary::builtin().label(request.tag()) != "RSCP_REQ_USER_LEVEL") {
      return test::usual(request);
    }
    ++signs;
    return Value("RSCP_USER_LEVEL", 10);
  });
  auto work = [](asio::io_context& context, ClientOptions options,
                 int& count) -> asio::awaitable<void> {
    options.keep_alive = 10ms;
    Client client(context.get_executor(), std::move(options));
    (void)co_await client.ask("EMS_REQ_POWER_PV");
    while (count < 3) co_await test::sleep_for(5ms);
  };
  test::run_to_end(io, work(io, server.client(), signs));
  CHECK(signs >= 3);
}

TEST_CASE("closing a client ends its calls") {
  asio::io_context io;
  FakeServer server(io, [](tcp::socket socket) -> asio::awaitable<void> {
    // Never answers.
    FrameChannel channel(std::move(socket), test::kKey, Direction::Request);
    while (co_await channel.receive({})) {
    }
  });
  Result<Value> result = failure(ErrorKind::Invalid, "");
  auto work = [](asio::io_context& context, ClientOptions options,
                 Result<Value>& out) -> asio::awaitable<void> {
    Client client(context.get_executor(), std::move(options));
    auto closer = [](Client& victim) -> asio::awaitable<void> {
      co_await test::sleep_for(30ms);
      victim.close();
    };
    asio::co_spawn(context, closer(client), asio::detached);
    out = co_await client.ask("EMS_REQ_POWER_PV");
  };
  test::run_to_end(io, work(io, server.client(), result));
  CHECK(fault_of(result) == ErrorKind::Cancelled);
}

TEST_CASE("a request that fits no frame is refused before anything is sent") {
  asio::io_context io;
  FakeServer server(io, test::usual);
  const ByteBuffer large(40'000, 1);
  Value twice = Value::container(TagName("BAT_REQ_DATA").tag(),
                                 {Value::raw(Tag{1}, DataType::ByteArray, large),
                                  Value::raw(Tag{2}, DataType::ByteArray, large)});
  CHECK(fault_of(ask_once(io, server.client(), twice)) == ErrorKind::Invalid);
  CHECK(server.connections() == 0);
}

TEST_CASE("a damaged answer is a protocol error") {
  asio::io_context io;
  FakeServer server(io, [](tcp::socket socket) -> asio::awaitable<void> {
    ServerSession session(std::move(socket), test::kKey);
    (void)co_await session.receive({});
    std::vector<Value> login(1, Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, 10));
    (void)co_await session.answer(login, {1, 0});
    (void)co_await session.receive({});
    std::vector<Value> values(1, Value("EMS_POWER_PV", 1));
    ByteBuffer frame = seal_frame(values, {1, 0}).value();
    frame.back() ^= 1U;  // the checksum
    (void)co_await session.channel().send(frame);
    (void)co_await session.receive({});
  });
  const auto result = ask_once(io, server.client(), Value("EMS_REQ_POWER_PV"));
  CHECK(fault_of(result) == ErrorKind::Protocol);
  CHECK(result.error().message.find("checksum") != std::string::npos);
}

TEST_CASE("an answer that belongs to another request is a protocol error, not a value") {
  asio::io_context io;
  int asked = 0;
  FakeServer server(io, [&asked](const Value& request) {
    return ++asked == 1 ? Value("EMS_BAT_SOC", 55) : test::usual(request);
  });
  std::vector<Result<Value>> results;
  auto work = [&]() -> asio::awaitable<void> {
    Client client(io.get_executor(), server.client());
    for (int i = 0; i < 2; ++i) results.push_back(co_await client.ask("EMS_REQ_POWER_PV"));
  };
  test::run_to_end(io, work());
  REQUIRE(results.size() == 2);
  CHECK(fault_of(results[0]) == ErrorKind::Protocol);
  CHECK(results[0].error().message ==
        "the answer belongs to another request: it begins with EMS_BAT_SOC");
  // The next one has a connection of its own.
  CHECK(results[1] == Value("EMS_POWER_PV", 4711));
  CHECK(server.connections() == 2);
}

TEST_CASE("an answer that comes twice is not taken for the next one") {
  asio::io_context io;
  FakeServer server(io, [](tcp::socket socket) -> asio::awaitable<void> {
    ServerSession session(std::move(socket), test::kKey);
    const std::vector<Credentials> users(1, {"user", "password", UserLevel::User});
    while (const auto request = co_await session.receive({})) {
      const Value& first = request->frame.values.front();
      const bool login = first.tag() == tag::RSCP_REQ_AUTHENTICATION;
      const std::vector<Value> answer(1, login ? session.log_in(first, users) : test::usual(first));
      for (int i = login ? 1 : 0; i < 2; ++i) (void)co_await session.answer(answer, {1, 0});
    }
  });
  std::vector<Result<Value>> results;
  auto work = [&]() -> asio::awaitable<void> {
    Client client(io.get_executor(), server.client());
    results.push_back(co_await client.ask("EMS_REQ_POWER_PV"));
    results.push_back(co_await client.ask("EMS_REQ_BAT_SOC"));
  };
  test::run_to_end(io, work());
  CHECK(results[0] == Value("EMS_POWER_PV", 4711));
  CHECK(fault_of(results[1]) == ErrorKind::Protocol);
}
