// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/replay/playback.hpp>
#include <rscp/tags.hpp>

using namespace rscp;
using namespace rscp::recording;
using namespace rscp::replay;

namespace {

using Values = std::vector<Value>;

Exchange exchange(std::uint64_t number, Values request, Values answer, std::int64_t delay = 0) {
  Exchange e;
  e.number = number;
  e.connection = 1;
  e.delay = delay;
  e.request = std::move(request);
  e.answer = std::move(answer);
  return e;
}

Value battery(int index, std::vector<Value> more) {
  std::vector<Value> children(1, Value("BAT_INDEX", index));
  for (Value& value : more) children.push_back(std::move(value));
  return Value::container(TagName("BAT_REQ_DATA").tag(), std::move(children));
}

// Power twice with different answers, charge, and a battery.
Transcript recorded() {
  Transcript t;
  t.exchanges.push_back(exchange(1, {Value("RSCP_REQ_AUTHENTICATION")},
                                 {Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, 10)}));
  t.exchanges.push_back(exchange(2, {Value("EMS_REQ_POWER_PV")}, {Value("EMS_POWER_PV", 1)}, 5));
  t.exchanges.push_back(exchange(3, {Value("EMS_REQ_BAT_SOC")}, {Value("EMS_BAT_SOC", 50)}));
  t.exchanges.push_back(exchange(4, {Value("EMS_REQ_POWER_PV")}, {Value("EMS_POWER_PV", 2)}));
  t.exchanges.push_back(
      exchange(5, {battery(0, {Value("BAT_REQ_RSOC"), Value("BAT_REQ_CURRENT")})},
               {Value("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 51.5}, {"BAT_CURRENT", 2.5}})}));
  t.exchanges.push_back(exchange(6, {battery(1, {Value("BAT_REQ_RSOC")})},
                                 {Value("BAT_DATA", DataType::Error, ErrorCode{6})}));
  return t;
}

Playback player(MatchMode mode, std::array<Policy, 4> policies = PlaybackOptions().policies,
                std::vector<Rule> rules = {}) {
  PlaybackOptions options;
  options.mode = mode;
  options.policies = policies;
  options.rules = std::move(rules);
  return {recorded(), std::move(options)};
}

Playback::Decision ask(Playback& playback, const Value& request) {
  return playback.decide({&request, 1});
}

Values answer_of(const Playback::Decision& decision) {
  return std::get<Playback::Answer>(decision.reply).values;
}
Playback::Source source_of(const Playback::Decision& decision) {
  return std::get<Playback::Answer>(decision.reply).source.value();
}
std::optional<Mismatch> mismatch_of(const Playback::Decision& decision) {
  return decision.complaint ? std::optional(decision.complaint->mismatch) : std::nullopt;
}
std::string message_of(const Playback::Decision& decision) {
  return decision.complaint.value().message;
}
bool fails(const Playback::Decision& decision) { return decision.complaint.value().failure; }
template <class Reply>
bool is(const Playback::Decision& decision) {
  return std::holds_alternative<Reply>(decision.reply);
}

const Value kPv("EMS_REQ_POWER_PV");
const Value kSoc("EMS_REQ_BAT_SOC");

std::array<Policy, 4> all(Policy policy) { return {policy, policy, policy, policy}; }

}  // namespace

TEST_CASE("in any order each exchange is used once, in its order") {
  Playback playback = player(MatchMode::Exact);
  CHECK(playback.size() == 5);  // the login is not played
  CHECK(answer_of(ask(playback, kSoc)) == Values{Value("EMS_BAT_SOC", 50)});
  const auto first = ask(playback, kPv);
  CHECK(answer_of(first) == Values{Value("EMS_POWER_PV", 1)});
  CHECK(source_of(first).delay == 5);
  CHECK(source_of(first).exchange == 2);
  CHECK(answer_of(ask(playback, kPv)) == Values{Value("EMS_POWER_PV", 2)});
  CHECK(playback.used() == 3);
  CHECK(playback.unused() == std::vector<std::uint64_t>{5, 6});
}

TEST_CASE("already used, no such request and exhausted are told apart") {
  Playback playback = player(MatchMode::Exact, all(Policy::Error));
  ask(playback, kSoc);
  const auto again = ask(playback, kSoc);
  CHECK(mismatch_of(again) == Mismatch::AlreadyUsed);
  CHECK(answer_of(again).front().error() == ErrorCode{ErrorCode::kNotHandled});
  const auto never = ask(playback, Value("EMS_REQ_POWER_GRID"));
  CHECK(mismatch_of(never) == Mismatch::NoSuchRequest);
  const auto near = ask(playback, battery(0, {Value("BAT_REQ_RSOC")}));
  CHECK(mismatch_of(near) == Mismatch::NoSuchRequest);
  CHECK(message_of(near).find(
            "nearest is exchange 5, where BAT_REQ_DATA/BAT_REQ_CURRENT: expected") !=
        std::string::npos);
  ask(playback, kPv);
  ask(playback, kPv);
  ask(playback, battery(0, {Value("BAT_REQ_RSOC"), Value("BAT_REQ_CURRENT")}));
  ask(playback, battery(1, {Value("BAT_REQ_RSOC")}));
  CHECK(mismatch_of(ask(playback, kPv)) == Mismatch::Exhausted);
}

TEST_CASE("in sequence, a request that comes too early is out of order") {
  Playback playback = player(MatchMode::Sequence, all(Policy::Error));
  CHECK(mismatch_of(ask(playback, kSoc)) == Mismatch::OutOfOrder);
  CHECK_FALSE(mismatch_of(ask(playback, kPv)).has_value());
  CHECK_FALSE(mismatch_of(ask(playback, kSoc)).has_value());
  CHECK(mismatch_of(ask(playback, kSoc)) == Mismatch::AlreadyUsed);
  CHECK(answer_of(ask(playback, kPv)) == Values{Value("EMS_POWER_PV", 2)});
}

TEST_CASE("each policy does what it is called") {
  const auto second = [](Policy policy) {
    Playback playback = player(MatchMode::Exact, all(policy));
    ask(playback, kSoc);
    return ask(playback, kSoc);
  };
  CHECK(is<Playback::HangUp>(second(Policy::Fail)));
  CHECK(fails(second(Policy::Fail)));
  CHECK(is<Playback::HangUp>(second(Policy::Close)));
  CHECK_FALSE(fails(second(Policy::Close)));
  CHECK(is<Playback::Silence>(second(Policy::Silence)));
  CHECK(answer_of(second(Policy::Repeat)) == Values{Value("EMS_BAT_SOC", 50)});
  CHECK_FALSE(fails(second(Policy::Repeat)));
  Playback loop = player(MatchMode::Exact, all(Policy::Loop));
  for (const int expected : {1, 2, 1, 2}) {
    CHECK(answer_of(ask(loop, kPv)) == Values{Value("EMS_POWER_PV", expected)});
  }
  // Nothing to loop to.
  CHECK(fails(ask(loop, Value("EMS_REQ_POWER_GRID"))));
}

TEST_CASE("structural matching looks at tags and types only") {
  Playback exact = player(MatchMode::Exact);
  Playback structural = player(MatchMode::Structural);
  const Value other = battery(7, {Value("BAT_REQ_RSOC"), Value("BAT_REQ_CURRENT")});
  CHECK(mismatch_of(ask(exact, other)) == Mismatch::NoSuchRequest);
  CHECK(source_of(ask(structural, other)).exchange == 5);
  CHECK(mismatch_of(ask(structural, battery(0, {Value("BAT_REQ_ASOC")}))).has_value());
}

TEST_CASE("by tags, a client may group its questions as it likes") {
  Playback playback = player(MatchMode::Tags, all(Policy::Error));
  const Values together = {kSoc, battery(0, {Value("BAT_REQ_CURRENT")}), kPv};
  const auto decision = playback.decide(together);
  CHECK_FALSE(mismatch_of(decision).has_value());
  CHECK(answer_of(decision) == Values{Value("EMS_BAT_SOC", 50),
                                      Value("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_CURRENT", 2.5}}),
                                      Value("EMS_POWER_PV", 1)});
  CHECK(answer_of(ask(playback, kPv)) == Values{Value("EMS_POWER_PV", 2)});
  CHECK(answer_of(ask(playback, kPv)) == Values{Value("EMS_POWER_PV", 2)});
  // Another integer type for the index, other members.
  const Value wide("BAT_REQ_DATA", {{"BAT_INDEX", DataType::UInt64, 0}, {"BAT_REQ_RSOC"}});
  CHECK(answer_of(ask(playback, wide)).front().child("BAT_RSOC")->number() == 51.5);
  // A battery that was not there is not there for any question.
  CHECK(answer_of(ask(playback, battery(1, {Value("BAT_REQ_CURRENT")}))).front().error() ==
        ErrorCode{6});
  const auto partly = ask(playback, battery(0, {Value("BAT_REQ_RSOC"), Value("BAT_REQ_ASOC")}));
  CHECK(mismatch_of(partly) == Mismatch::NoSuchRequest);
  CHECK(answer_of(partly).front().child("BAT_RSOC")->number() == 51.5);
  CHECK(answer_of(partly).front().child("BAT_ASOC")->is_error());
  CHECK(message_of(partly).find("BAT_REQ_DATA/BAT_REQ_ASOC") != std::string::npos);
}

TEST_CASE("history windows that start another day match all the same") {
  Transcript t;
  const auto day = [](std::int64_t start) {
    return Value("DB_REQ_HISTORY_DATA_DAY",
                 {{"DB_REQ_HISTORY_TIME_START", DataType::UInt64, start},
                  {"DB_REQ_HISTORY_TIME_SPAN", DataType::UInt64, 86400}});
  };
  t.exchanges.push_back(exchange(1, {day(1'000'000)}, {Value("DB_HISTORY_DATA_DAY")}));
  Playback playback(t, {});
  CHECK(source_of(ask(playback, day(2'000'000))).exchange == 1);
}

TEST_CASE("a rule with a condition that holds for one side only still excuses the other") {
  Transcript t;
  t.exchanges.push_back(
      exchange(1, {Value("EMS_REQ_START_MANUAL_CHARGE", 1000)}, {Value("EMS_REQ_ALIVE", true)}));
  PlaybackOptions options;
  options.rules.push_back(Rule::parse("EMS_REQ_START_MANUAL_CHARGE(.>500) present").value());
  Playback playback(t, std::move(options));
  CHECK(source_of(ask(playback, Value("EMS_REQ_START_MANUAL_CHARGE", 3))).exchange == 1);
}

TEST_CASE("any order finds its exchange among many, also with items in another order") {
  Transcript t;
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    const int index = static_cast<int>(i % 2);
    t.exchanges.push_back(
        exchange(i + 1, {battery(index, {Value("BAT_REQ_RSOC"), Value("BAT_REQ_CURRENT")})},
                 {Value("BAT_DATA", {{"BAT_INDEX", index}, {"BAT_RSOC", double(i)}})}));
  }
  Playback playback(t, {});
  for (std::uint64_t i = 1; i < 2'000; i += 2) {
    const auto decision =
        ask(playback, battery(1, {Value("BAT_REQ_CURRENT"), Value("BAT_REQ_RSOC")}));
    REQUIRE(source_of(decision).exchange == i + 1);
  }
  CHECK(playback.used() == 1'000);
  // Of those that were used the last one is repeated.
  CHECK(source_of(ask(playback, battery(1, {Value("BAT_REQ_RSOC"), Value("BAT_REQ_CURRENT")})))
            .exchange == 2'000);
}

TEST_CASE("rules say what may differ") {
  const auto differs = [](const char* rule, const Value& a, const Value& b) {
    std::vector<Rule> rules;
    if (*rule != '\0') rules.push_back(Rule::parse(rule).value());
    return difference({&a, 1}, {&b, 1}, rules).has_value();
  };
  const Value a("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 50.0}, {"BAT_DEVICE_NAME", "abc"}});
  const Value b("BAT_DATA", {{"BAT_DEVICE_NAME", "abc"}, {"BAT_RSOC", 52.0}, {"BAT_INDEX", 0}});
  CHECK(differs("", a, b));
  CHECK_FALSE(differs("", a, a));
  CHECK_FALSE(differs("BAT_DATA/BAT_RSOC 5%", a, b));
  CHECK(differs("BAT_DATA/BAT_RSOC 3%", a, b));
  CHECK_FALSE(differs("**/BAT_RSOC ignore", a, b));
  CHECK_FALSE(differs("**/BAT_RSOC present", a, b));
  CHECK_FALSE(differs("**/BAT_RSOC type", a, b));
  const Value missing("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_DEVICE_NAME", "abc"}});
  CHECK_FALSE(differs("**/BAT_RSOC ignore", a, missing));
  CHECK(differs("**/BAT_RSOC present", a, missing));
  const Value named("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 50.0}, {"BAT_DEVICE_NAME", "x17"}});
  CHECK_FALSE(differs("BAT_DATA/BAT_DEVICE_NAME /[a-z][0-9]+/", a, named));
  CHECK(differs("BAT_DATA/BAT_DEVICE_NAME /[0-9]+/", a, named));
  CHECK(difference({&a, 1}, {&b, 1})->message() == "BAT_DATA/BAT_RSOC: expected 50, got 52");
  CHECK(difference({&a, 1}, {&missing, 1})->message() ==
        "BAT_DATA/BAT_RSOC: expected 50, but it is missing");
  CHECK(difference({&missing, 1}, {&a, 1})->message() ==
        "BAT_DATA/BAT_RSOC: is there (50), but was not expected");
  for (const char* bad :
       {"BAT_RSOC", "BAT_RSOC maybe", "BAT_RSOC x%", "BAT_RS ignore", "BAT_DEVICE_NAME /[/", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(Rule::parse(bad).has_value());
  }
}

TEST_CASE("a policy is named by its mismatch and what to do then") {
  const auto chosen = parse_policy("already-used=silence");
  REQUIRE(chosen.has_value());
  PlaybackOptions options;
  options.set(*chosen);
  CHECK(options.policy(Mismatch::AlreadyUsed) == Policy::Silence);
  CHECK(options.policy(Mismatch::Exhausted) == Policy::Fail);
  for (const char* bad :
       {"", "already-used", "already-used=", "=silence", "silence=already-used"}) {
    CAPTURE(bad);
    const auto refused = parse_policy(bad);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().to_string() ==
          (*bad == 0 ? std::string() : std::string(bad) + ": ") +
              "expected STATE=POLICY, with a state of no-such-request, already-used, out-of-order, "
              "exhausted and a policy of fail, repeat, loop, error, silence, close");
  }
}

TEST_CASE("the exchanges that nobody asked for are listed, the first ten of many") {
  Transcript transcript;
  for (std::uint64_t number = 1; number <= 12; ++number) {
    transcript.exchanges.push_back(
        exchange(number, {Value("EMS_REQ_POWER_PV")}, {Value("EMS_POWER_PV", 1)}));
  }
  Playback playback(std::move(transcript), {});
  CHECK(playback.unused_text() == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
  for (int i = 0; i < 10; ++i) ask(playback, Value("EMS_REQ_POWER_PV"));
  CHECK(playback.unused_text() == "11, 12");
}
