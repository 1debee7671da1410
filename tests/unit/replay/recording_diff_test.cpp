// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/json.hpp>
#include <rscp/replay/recording_diff.hpp>

using namespace rscp;
using namespace rscp::recording;
using namespace rscp::replay;

namespace {

enum class State : std::uint8_t { Same, Differs, Missing, Additional };  // as the variant has them

Exchange asking(const char* request, std::vector<Value> answer) {
  Exchange exchange;
  exchange.request = std::vector<Value>(1, Value(request));
  exchange.answer = std::move(answer);
  return exchange;
}

Transcript recorded(std::vector<Exchange> exchanges) {
  Transcript transcript;
  for (Exchange& exchange : exchanges) {
    exchange.number = transcript.exchanges.size() + 1;
    transcript.exchanges.push_back(std::move(exchange));
  }
  return transcript;
}

const Exchange kPv = asking("EMS_REQ_POWER_PV", {Value("EMS_POWER_PV", 1)});
const Exchange kBrighter = asking("EMS_REQ_POWER_PV", {Value("EMS_POWER_PV", 2)});
const Exchange kSoc = asking("EMS_REQ_BAT_SOC", {Value("EMS_BAT_SOC", 50)});
const Exchange kGrid = asking("EMS_REQ_POWER_GRID", {Value("EMS_POWER_GRID", 7)});

std::vector<State> states(const RecordingDiff& diff) {
  std::vector<State> list;
  for (const auto& one : diff.exchanges) list.push_back(static_cast<State>(one.outcome.index()));
  return list;
}

}  // namespace

TEST_CASE("one exchange more or less does not make the others differ") {
  const auto whole = recorded({kPv, kSoc, kGrid});
  CHECK(diff_recordings(whole, whole).same());
  CHECK(states(diff_recordings(whole, recorded({kPv, kGrid}))) ==
        std::vector{State::Same, State::Missing, State::Same});
  CHECK(states(diff_recordings(recorded({kSoc, kGrid}), whole)) ==
        std::vector{State::Additional, State::Same, State::Same});
  CHECK(states(diff_recordings(whole, recorded({kPv}))) ==
        std::vector{State::Same, State::Missing, State::Missing});
  CHECK(states(diff_recordings(recorded({}), recorded({kPv}))) == std::vector{State::Additional});
}

TEST_CASE("a request that was replaced is one difference, not two") {
  const auto diff = diff_recordings(recorded({kPv, kSoc, kPv}), recorded({kPv, kGrid, kPv}));
  CHECK(states(diff) == std::vector{State::Same, State::Differs, State::Same});
  CHECK(diff.exchanges[1].message() ==
        "request: EMS_REQ_BAT_SOC: expected nothing, but it is missing\n"
        "request: EMS_REQ_POWER_GRID: is there (nothing), but was not expected");
}

TEST_CASE("every field that differs is told, in the order of the first recording") {
  const auto battery = [](double soc, int current, const char* name) {
    return asking("BAT_REQ_DATA", {Value("BAT_DATA", {{"BAT_INDEX", 0},
                                                      {"BAT_RSOC", soc},
                                                      {"BAT_CURRENT", current},
                                                      {"BAT_DEVICE_NAME", name}})});
  };
  auto diff = diff_recordings(recorded({battery(50, 1, "a")}), recorded({battery(51, 1, "b")}));
  diff.first = "a.pcap";
  diff.second = "b.pcap";
  CHECK(unified(diff) ==
        "--- a.pcap\n+++ b.pcap\n@@ exchange 1, BAT_REQ_DATA, answer @@\n"
        "-BAT_DATA/BAT_RSOC: 50\n+BAT_DATA/BAT_RSOC: 51\n"
        "-BAT_DATA/BAT_DEVICE_NAME: \"a\"\n+BAT_DATA/BAT_DEVICE_NAME: \"b\"\n");
  const Json json = to_json(diff);
  CHECK(json.at("compared") == 1);
  CHECK(json.at("differences").at(0).at("differs") == "answer");
  CHECK(json.at("differences").at(0).at("fields").size() == 2);
  CHECK(json.at("differences").at(0).at("fields").at(0) ==
        Json({{"path", "BAT_DATA/BAT_RSOC"}, {"expected", "50"}, {"actual", "51"}}));
  const auto suite = check_suite(diff);
  REQUIRE(suite.results.size() == 1);
  CHECK(suite.results[0].failure == diff.exchanges[0].message());
  CHECK(suite.results[0].place == "b.pcap");
}

TEST_CASE("items with one tag are paired by what they hold before they are compared") {
  const auto values = [](int a, int b) {
    return asking("EMS_REQ_POWER_PV", {Value("EMS_POWER_PV", a), Value("EMS_POWER_PV", b)});
  };
  CHECK(diff_recordings(recorded({values(1, 2)}), recorded({values(2, 1)})).same());
  const auto diff = diff_recordings(recorded({values(1, 2)}), recorded({values(2, 3)}));
  CHECK(diff.exchanges[0].message() == "answer: EMS_POWER_PV: expected 1, got 3");
}

TEST_CASE("rules excuse differences of requests and answers; logins never count") {
  std::vector<Rule> rules;
  rules.push_back(Rule::parse("EMS_POWER_PV type").value());
  CHECK(diff_recordings(recorded({kPv}), recorded({kBrighter}), rules).same());
  CHECK_FALSE(diff_recordings(recorded({kPv}), recorded({kBrighter})).same());
  const Exchange login = asking("RSCP_REQ_AUTHENTICATION", {});
  CHECK(diff_recordings(recorded({login, kPv}), recorded({kPv})).same());
}
