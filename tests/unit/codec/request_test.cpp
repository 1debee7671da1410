// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/request.hpp>

using namespace rscp;

namespace {

std::string mistake(std::string_view text) {
  const auto parsed = parse_requests(text);
  return parsed ? "none" : parsed.error().to_string();
}

}  // namespace

TEST_CASE("an answer's name without a value asks its request, a request stays what it is") {
  const auto requests = parse_requests("EMS_POWER_PV, EMS_REQ_MODE, BAT_REQ_DATA{BAT_INDEX: 0}");
  REQUIRE(requests.has_value());
  CHECK(*requests == std::vector<Value>{Value("EMS_REQ_POWER_PV"), Value("EMS_REQ_MODE"),
                                        Value("BAT_REQ_DATA", {{"BAT_INDEX", 0}})});
}

TEST_CASE("an answer that carries a value is sent as it is written") {
  const auto requests = parse_requests("EMS_POWER_PV: 12");
  REQUIRE(requests.has_value());
  CHECK(*requests == std::vector<Value>{Value("EMS_POWER_PV", 12)});
}

TEST_CASE("a mistake in a request is named with line and column") {
  CHECK(mistake("EMS_REQ_POWER_PV\n  EMS_REQ_POWER_PW").starts_with("2:3: "));
  CHECK(mistake("~x'00'") == "holds bytes that are no item");
}
