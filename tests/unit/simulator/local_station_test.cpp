// SPDX-License-Identifier: MIT
// The station that C++ tests embed, asked by rscp::Client over a real socket.
#include <thread>

#include <asio/use_future.hpp>

#include "catch.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/simulator/local_station.hpp>

using namespace rscp;
using namespace std::chrono_literals;
using rscp::simulator::LocalStation;

namespace {

// A blocking client, for one test.
class Asker {
 public:
  explicit Asker(const LocalStation& station) : Asker(station.client_options()) {}
  explicit Asker(ClientOptions options) : client_(io_.get_executor(), std::move(options)) {}

  Result<Value> operator()(Value request) {
    io_.restart();
    auto answer = asio::co_spawn(io_, client_.ask(std::move(request)), asio::use_future);
    while (answer.wait_for(0s) != std::future_status::ready) io_.run_one();
    return answer.get();
  }

 private:
  asio::io_context io_{1};
  Client client_;
};

std::string reasons(const LocalStation& station) {
  std::string all;
  for (const auto& one : station.verify()) all += one.to_string() + '\n';
  return all;
}

Value set_power(int watts) {
  return {"EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", 3}, {"EMS_REQ_SET_POWER_VALUE", watts}}};
}

}  // namespace

TEST_CASE("a local station answers a client at once and is gone with its object") {
  std::uint16_t port = 0;
  {
    LocalStation station("s10");
    port = station.port();
    Asker ask(station);
    CHECK(ask(Value("INFO_REQ_SERIAL_NUMBER"))->text().value().starts_with("S10-"));
  }
  ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.key = Key::from_passphrase("rscp").value();
  options.reconnect.attempts = 1;
  CHECK(Asker(options)(Value("EMS_REQ_POWER_PV")).error().kind == ErrorKind::Unreachable);
}

TEST_CASE("a local station is made from a scenario's text, with its key and its user") {
  LocalStation station("login: {key: other, users: {user: me, password: mine}}\n");
  CHECK(station.key() == "other");
  CHECK(station.user() == "me");
  CHECK(station.password() == "mine");
  CHECK(Asker(station)(Value("EMS_REQ_POWER_PV")).has_value());
  CHECK_THROWS_WITH(LocalStation("values: {EMS_POWR_PV: 3}\n"),
                    "scenario:1:10: unknown tag EMS_POWR_PV, did you mean EMS_POWER_PV?");
  CHECK_THROWS_AS(LocalStation("no-such-profile"), std::invalid_argument);
}

TEST_CASE("handlers of a local station see the request and answer it, the last that fits first") {
  LocalStation station;
  Asker ask(station);
  station.on("EMS_REQ_POWER_PV", [](const Value&) { return 4711; });
  CHECK(*ask(Value("EMS_REQ_POWER_PV")) == Value("EMS_POWER_PV", 4711));
  station.on("EMS_REQ_POWER_*", [](const Value& request) -> simulator::HandlerReply {
    if (request.tag() == TagName("EMS_REQ_POWER_HOME").tag()) return 815;
    return std::nullopt;
  });
  CHECK(*ask(Value("EMS_REQ_POWER_HOME")) == Value("EMS_POWER_HOME", 815));
  CHECK(*ask(Value("EMS_REQ_POWER_PV")) == Value("EMS_POWER_PV", 4711));
  station.on("BAT_REQ_DATA(BAT_INDEX==7)",
             [](const Value&) { return std::vector<Value>{{"BAT_INDEX", 7}, {"BAT_RSOC", 12.5}}; });
  CHECK(ask({"BAT_REQ_DATA", {{"BAT_INDEX", 7}}})->child("BAT_RSOC")->number() == 12.5);
  station.on("EMS_REQ_BAT_SOC", [](const Value&) { return ErrorCode{ErrorCode::kAgain}; });
  CHECK(ask(Value("EMS_REQ_BAT_SOC")).error().kind == ErrorKind::DeviceError);
  CHECK_THROWS_AS(station.on("EMS_REQ_POWR", [](const Value&) { return 1; }),
                  std::invalid_argument);
  CHECK(reasons(station).empty());
}

TEST_CASE("what a handler throws is an Error item for the client and is told at the end") {
  LocalStation station;
  station.on("EMS_REQ_POWER_PV", [](const Value&) -> int { throw std::runtime_error("no sun"); });
  station.on("EMS_REQ_BAT_SOC", [](const Value&) { return 300; });
  Asker ask(station);
  CHECK_FALSE(ask(Value("EMS_REQ_POWER_PV")).has_value());
  CHECK_FALSE(ask(Value("EMS_REQ_BAT_SOC")).has_value());
  CHECK(station.verify().at(0).to_string() == "EMS_REQ_POWER_PV: its handler threw: no sun");
  CHECK(station.verify().at(1).name == "EMS_REQ_BAT_SOC");
}

TEST_CASE("values and the model of a local station change while it runs") {
  LocalStation station("clock: {speed: 0}\n");
  Asker ask(station);
  station.set("EMS_POWER_PV", 1234);
  CHECK(ask(Value("EMS_REQ_POWER_PV"))->integer() == 1234);
  station.set("EMS_POWER_PV", ErrorCode{ErrorCode::kNotAvailable});
  CHECK_FALSE(ask(Value("EMS_REQ_POWER_PV")).has_value());
  station.set("BAT_DATA(BAT_INDEX==0)/BAT_RSOC", 33.5);
  CHECK(ask({"BAT_REQ_DATA", {{"BAT_INDEX", 0}, {"BAT_REQ_RSOC"}}})->child("BAT_RSOC")->number() ==
        33.5);
  station.set_state("soc", 80);
  CHECK(ask(Value("EMS_REQ_BAT_SOC"))->integer() == 80);
  CHECK_THROWS_AS(station.set("EMS_BAT_SOC", 300), std::invalid_argument);
  CHECK_THROWS_AS(station.set("EMS_POWR_PV", 3), std::invalid_argument);
  CHECK_THROWS_AS(station.set_state("pv", 3), std::invalid_argument);
}

TEST_CASE("expectations that the client does not meet are given back with the reason") {
  LocalStation station;
  station.expect("EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_VALUE>=3000)");
  station.expect("EMS_REQ_POWER_PV", 0, 1);
  Asker ask(station);
  CHECK(ask(set_power(100)).has_value());
  CHECK(reasons(station) ==
        "EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_VALUE>=3000): came 0 times, expected at least 1\n");
  CHECK(ask(set_power(5000)).has_value());
  CHECK(reasons(station).empty());
  CHECK(station.requests() == std::vector<Value>{set_power(100), set_power(5000)});
  CHECK(ask(Value("EMS_REQ_POWER_PV")).has_value());
  CHECK(ask(Value("EMS_REQ_POWER_PV")).has_value());
  CHECK(reasons(station) == "EMS_REQ_POWER_PV: came 2 times, expected at most 1\n");
}

TEST_CASE("verify waits for a client that is still at it") {
  LocalStation station;
  station.expect("EMS_REQ_POWER_PV");
  std::thread client([&station] {
    std::this_thread::sleep_for(30ms);
    (void)Asker(station)(Value("EMS_REQ_POWER_PV"));
  });
  CHECK(station.verify(20s).empty());
  client.join();
}

TEST_CASE("a local station can be used from its own handlers and from several threads") {
  LocalStation station;
  station.on("EMS_REQ_POWER_PV", [&station](const Value&) {
    station.set("EMS_POWER_HOME", static_cast<int>(station.requests().size()));
    return 1;
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&station] {
      Asker ask(station);
      for (int n = 0; n < 20; ++n) {
        (void)ask(Value("EMS_REQ_POWER_PV"));
        station.set("EMS_BAT_SOC", n);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(station.requests().size() == 60);
  CHECK(Asker(station)(Value("EMS_REQ_BAT_SOC"))->integer() == 19);
}

TEST_CASE("faults and clients with a wrong key reach a local station") {
  LocalStation station;
  station.add_faults("{fault: close, when: {match: EMS_REQ_POWER_PV}}");
  ClientOptions options = station.client_options();
  options.reconnect.attempts = 1;
  CHECK(Asker(options)(Value("EMS_REQ_POWER_PV")).error().kind == ErrorKind::Closed);
  CHECK_THROWS_AS(station.add_faults("{fault: clse}"), std::invalid_argument);
  options.key = Key::from_passphrase("something else").value();
  CHECK(Asker(options)(Value("EMS_REQ_BAT_SOC")).error().kind == ErrorKind::WrongKey);
  const auto told = station.warnings();
  REQUIRE(told.size() == 1);
  CHECK(told.front().find("from 127.0.0.1") != std::string::npos);
}
