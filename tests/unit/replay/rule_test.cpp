// SPDX-License-Identifier: MIT
#include <sstream>

#include "catch.hpp"
#include <rscp/replay/compare.hpp>
#include <rscp/replay/rule.hpp>

using namespace rscp;
using namespace rscp::replay;
using Catch::Contains;
using Catch::StartsWith;

TEST_CASE("a rule that is wrong is told with its column") {
  struct Case {
    const char* text;
    const char* column;
    const char* message;
  };
  for (const Case& one :
       {Case{"BAT_RSOC", "9", "is no rule"}, Case{"EMS_POWER_PV perhaps", "14", "unknown rule"},
        Case{"EMS_POWER_PV 5.5.5%", "14", "no percentage"},
        Case{"EMS_POWER_PV -5%", "14", "no percentage"}, Case{"EMS_POWER_PV nan%", "14", "no perc"},
        Case{"BAT_DEVICE_NAME /[/", "17", "no regular expression"},
        Case{"BAT_DATA/BAT_RS0C ignore", "10", "did you mean BAT_RSOC"}}) {
    CAPTURE(one.text);
    const auto rule = Rule::parse(one.text);
    REQUIRE_FALSE(rule.has_value());
    CHECK(rule.error().place == one.column);
    CHECK_THAT(rule.error().message, Contains(one.message));
  }
}

TEST_CASE("a rule file gives all its rules, or all its mistakes with line and column") {
  std::istringstream good(
      "# volatile by nature\n\n  **/BAT_RSOC   5%  \r\nINFO_TIME ignore\n"
      "INFO_NAME(.!=\"a b\") /[a-z ]+/\n");
  const auto rules = read_rules(good, "rules.txt");
  REQUIRE(rules.has_value());
  REQUIRE(rules->size() == 3);
  CHECK(std::get<Rule::Within>(rules->at(0).allowance).percent == 5);
  CHECK(std::holds_alternative<Rule::Ignore>(rules->at(1).allowance));
  CHECK(std::holds_alternative<Rule::Matching>(rules->at(2).allowance));

  std::istringstream bad("INFO_TIME ignore\n  EMS_POWER_PW type\n# fine\nEMS_POWER_PV maybe\n");
  const auto mistakes = read_rules(bad, "rules.txt");
  REQUIRE_FALSE(mistakes.has_value());
  CHECK(mistakes.error().kind == ErrorKind::Invalid);
  CHECK(mistakes.error().place == "rules.txt:2:3");
  CHECK_THAT(mistakes.error().message, StartsWith("unknown tag EMS_POWER_PW") &&
                                           Contains("\nrules.txt:4:14: unknown rule \"maybe\""));
}

TEST_CASE("a rule file that is not there is an input that cannot be read") {
  const auto rules = load_rules("/nowhere/rules.txt");
  REQUIRE_FALSE(rules.has_value());
  CHECK(rules.error().kind == ErrorKind::InputOutput);
  CHECK(rules.error().to_string() == "/nowhere/rules.txt: cannot be read");
}

TEST_CASE("a rule file without an end of line does not fill the memory") {
  std::istringstream endless("INFO_TIME ignore\n" + std::string(100'000, 'x'));
  const auto rules = read_rules(endless, "rules.txt");
  REQUIRE_FALSE(rules.has_value());
  CHECK(rules.error().to_string() == "rules.txt:2:1: the line is longer than 64 KiB");
}

TEST_CASE("a pattern that makes other matchers run for years is decided at once, on any text") {
  const std::vector<Rule> rules = {Rule::parse("INFO_SERIAL_NUMBER /(a*)*b/").value()};
  const auto differs = [&](const std::string& text) {
    const std::vector<Value> recorded = {Value("INFO_SERIAL_NUMBER", "S10-1")};
    const std::vector<Value> seen = {Value("INFO_SERIAL_NUMBER", text)};
    return difference(recorded, seen, rules, Likeness::Exact).has_value();
  };
  CHECK_FALSE(differs(std::string(60'000, 'a') + 'b'));
  CHECK(differs(std::string(60'000, 'a')));
  CHECK(differs("b\xFF"));
}
