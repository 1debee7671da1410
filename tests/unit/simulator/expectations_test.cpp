// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "station_fixture.hpp"
#include <rscp/simulator/expectations.hpp>

using namespace test;

namespace {

class Run {
 public:
  explicit Run(const std::string& yaml)
      : scenario_(parse_scenario(yaml, "t.yaml").value()),
        expectations_(scenario_.devices[0].expectations) {}

  void see(const Value& request, double elapsed = 0, const std::vector<Value>& answer = {}) {
    expectations_.observe({&request, 1}, answer, elapsed);
  }
  Outcome::State state(std::size_t i, double elapsed = 0, bool at_end = true) {
    return expectations_.outcomes(elapsed, at_end).at(i).state;
  }
  std::string message(std::size_t i = 0) { return expectations_.outcomes(1e9, true).at(i).message; }
  bool settled(double elapsed = 0) { return expectations_.settled(elapsed); }
  Expectations& all() { return expectations_; }

 private:
  Scenario scenario_;
  Expectations expectations_;
};

Value set_power(int mode, int watts) {
  return {"EMS_REQ_SET_POWER",
          {{"EMS_REQ_SET_POWER_MODE", mode}, {"EMS_REQ_SET_POWER_VALUE", watts}}};
}

constexpr auto kMet = Outcome::State::Met;
constexpr auto kFailed = Outcome::State::Failed;

}  // namespace

TEST_CASE("an expectation is met by a request that fits") {
  Run run("expect: [{request: EMS_REQ_POWER_PV}]");
  CHECK_FALSE(run.settled());
  run.see(Value("EMS_REQ_POWER_GRID"));
  CHECK(run.state(0) == kFailed);
  CHECK(run.message() == "came 0 times, expected at least 1");
  run.see(Value("EMS_REQ_POWER_PV"));
  CHECK(run.state(0) == kMet);
  CHECK(run.settled());
}

TEST_CASE("the first field that differs is named with both values") {
  Run run(
      "expect: [{request: EMS_REQ_SET_POWER, fields: {EMS_REQ_SET_POWER_MODE: CHARGE, "
      "EMS_REQ_SET_POWER_VALUE: 3000}}]");
  run.see(set_power(2, 1));
  CHECK(run.message().starts_with("EMS_REQ_SET_POWER_MODE: expected 3, got 2"));
  run.see(set_power(3, 2500));
  CHECK(run.message().starts_with("EMS_REQ_SET_POWER_VALUE: expected 3000, got 2500"));
  run.see({"EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", 3}}});
  CHECK(run.message().starts_with(
      "EMS_REQ_SET_POWER_VALUE: expected 3000, but there is no such item"));
  run.see(set_power(3, 3000));
  CHECK(run.state(0) == kMet);
}

TEST_CASE("values compare by number whatever the type, and by text") {
  Run run(
      "expect:\n  - {request: BAT_REQ_DATA/BAT_INDEX, value: 1}\n"
      "  - {answer: EMS_POWER_PV, value: NOT_AVAILABLE}\n"
      "  - {answer: BAT_RSOC, value: 0.1}\n");
  run.see({"BAT_REQ_DATA", {{"BAT_INDEX", DataType::UInt64, 1}}}, 0,
          {Value("EMS_POWER_PV", DataType::Error, ErrorCode{6}), Value("BAT_RSOC", 0.1)});
  CHECK(run.state(0) == kMet);
  CHECK(run.state(1) == kMet);
  CHECK(run.state(2) == kMet);
}

TEST_CASE("counts have a least and a most") {
  Run run(
      "expect: [{request: EMS_REQ_POWER_PV, count: {min: 1, max: 2}}, "
      "{request: EMS_REQ_POWER_PV, count: 0}]");
  CHECK(run.state(1) == kMet);
  run.see(Value("EMS_REQ_POWER_PV"));
  CHECK(run.state(0) == kMet);
  CHECK(run.message(1) == "came 1 times, expected at most 0");
  run.see(Value("EMS_REQ_POWER_PV"));
  run.see(Value("EMS_REQ_POWER_PV"));
  CHECK(run.message(0) == "came 3 times, expected at most 2");
}

TEST_CASE("order and deadline are kept") {
  Run run(
      "expect: [{name: first, request: EMS_REQ_POWER_PV}, "
      "{name: second, request: EMS_REQ_BAT_SOC, after: first}, "
      "{name: soon, request: EMS_REQ_POWER_GRID, within: 5}]");
  run.see(Value("EMS_REQ_POWER_GRID"), 5.5);
  CHECK(run.message(2).find("5.5 s, expected within 5 s") != std::string::npos);
  run.see(Value("EMS_REQ_BAT_SOC"));
  CHECK(run.message(1) == "came before \"first\"");
  run.all().reset();
  CHECK(run.state(2, 6, false) == kFailed);
  run.see(Value("EMS_REQ_POWER_PV"));
  run.see(Value("EMS_REQ_BAT_SOC"));
  run.see(Value("EMS_REQ_POWER_GRID"), 4);
  CHECK(run.state(0) == kMet);
  CHECK(run.state(1) == kMet);
  CHECK(run.state(2) == kMet);
}

TEST_CASE("what failed is a failure of the report, what is open is not") {
  const std::vector<Suite> suites = {{"device",
                                      {{"broken", "t.yaml:1:2", kFailed, "x < y", 0},
                                       {"open", "t.yaml:2:2", Outcome::State::Open, "late", 0},
                                       {"fine", "t.yaml:3:2", kMet, "", 1}}}};
  const auto checks = check_suites(suites);
  REQUIRE(checks.size() == 1);
  REQUIRE(checks[0].results.size() == 3);
  CHECK(checks[0].results[0].failure == "x < y");
  CHECK(checks[0].results[0].place == "t.yaml:1:2");
  CHECK(checks[0].results[1].failure.empty());
  CHECK(checks[0].results[2].failure.empty());
}
