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
                 Contains("- {fault: close, at: 32, how: rst, when: {match: \"EMS_REQ_BAT_SOC\", "
                          "nth: 2}}"));
  CHECK_THAT(exported({asked_for_charge(std::nullopt, Exchange::Ended::Closed)}),
             Contains("- {fault: close, at: 0, how: fin, when: {match: \"EMS_REQ_BAT_SOC\", "
                      "nth: 1}}"));
  CHECK_THAT(exported({asked_for_charge(std::nullopt, Exchange::Ended::No)}),
             Contains("- {fault: stall, when: {match: \"EMS_REQ_BAT_SOC\", nth: 1}}"));
}
