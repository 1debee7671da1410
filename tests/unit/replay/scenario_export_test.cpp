// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/replay/scenario_export.hpp>

using namespace rscp;
using namespace rscp::recording;
using namespace rscp::replay;
using Catch::Contains;

namespace {

Exchange asked_for_charge(std::optional<std::vector<Value>> answer, Exchange::Ended ended) {
  Exchange exchange;
  exchange.request = std::vector<Value>{Value{"EMS_REQ_BAT_SOC"}};
  exchange.answer = std::move(answer);
  exchange.ended = ended;
  return exchange;
}

std::string exported(std::vector<Exchange> exchanges) {
  Transcript transcript;
  transcript.exchanges = std::move(exchanges);
  return export_scenario(transcript, "a test", "rscp").yaml;
}

}  // namespace

TEST_CASE("a device that hung up becomes a fault at the byte and the request where it did") {
  const std::vector<Value> charge = {Value{"EMS_BAT_SOC", std::uint8_t{87}}};
  const Exchange answered = asked_for_charge(charge, Exchange::Ended::No);
  CHECK_THAT(exported({answered}), Contains("EMS_BAT_SOC: 87") && !Contains("faults"));
  // A frame of 30 bytes is 32 on the wire.
  CHECK_THAT(exported({answered, asked_for_charge(charge, Exchange::Ended::Reset)}),
             Contains("EMS_BAT_SOC: 87") &&
                 Contains("- {fault: close, at: 32, how: rst, when: {match: EMS_REQ_BAT_SOC, "
                          "nth: 2}}"));
  CHECK_THAT(exported({asked_for_charge(std::nullopt, Exchange::Ended::Closed)}),
             Contains("- {fault: close, at: 0, how: fin, when: {match: EMS_REQ_BAT_SOC, "
                      "nth: 1}}"));
  CHECK_THAT(exported({asked_for_charge(std::nullopt, Exchange::Ended::No)}),
             Contains("- {fault: stall, when: {match: EMS_REQ_BAT_SOC, nth: 1}}"));
}

TEST_CASE("text that begins like an expression of a scenario is noted, not run") {
  Exchange exchange;
  exchange.number = 3;
  exchange.request = std::vector<Value>{Value{"INFO_REQ_SERIAL_NUMBER"}};
  exchange.answer = std::vector<Value>{Value{"INFO_SERIAL_NUMBER", "=1"}};
  Transcript transcript;
  transcript.exchanges = {exchange};
  const auto made = export_scenario(transcript, "a test", "rscp");
  CHECK_THAT(made.yaml, !Contains("values"));
  CHECK(made.notes == std::vector<std::string>{
                          "exchange 3: INFO_SERIAL_NUMBER holds bytes that a scenario cannot say"});
}

TEST_CASE("a request's text is told apart whatever characters it has") {
  Exchange exchange;
  exchange.request =
      std::vector<Value>{Value{"EMS_REQ_BAT_SOC", DataType::CString, "gr\xC3\xBC\xC3\x9F \"e"}};
  exchange.answer = std::vector<Value>{Value{"EMS_BAT_SOC", std::uint8_t{87}}};
  CHECK_THAT(exported({exchange}), Contains(R"(gr\\xc3\\xbc)"));
}
