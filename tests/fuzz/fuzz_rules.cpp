// SPDX-License-Identifier: MIT
// Rule files: any text is either a list of rules or a list of mistakes with places, and a rule that
// was read can be asked about any value.
#include <sstream>

#include "expect.hpp"
#include <rscp/replay/compare.hpp>
#include <rscp/replay/rule.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto rules = replay::read_rules(in, "rules.txt");
  if (!rules) {
    expect(rules.error().place.starts_with("rules.txt:") && !rules.error().message.empty());
    return 0;
  }
  const std::vector<Value> expected = {
      Value("INFO_SERIAL_NUMBER", "S10-1"),
      Value("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 50}, {"BAT_DEVICE_NAME", "pack"}})};
  const std::vector<Value> actual = {
      Value("INFO_SERIAL_NUMBER", "S10-2"),
      Value("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 51}, {"BAT_DEVICE_NAME", "other"}})};
  for (const auto likeness : {replay::Likeness::Exact, replay::Likeness::Structural}) {
    expect(!replay::difference(expected, expected, *rules, likeness) || !rules->empty());
    const auto found = replay::difference(expected, actual, *rules, likeness);
    expect(!found || !found->message().empty());
  }
  return 0;
}
