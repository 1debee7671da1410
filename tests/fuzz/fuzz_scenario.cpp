// SPDX-License-Identifier: MIT
// Scenario files: any text is either a scenario or a list of mistakes with places.
#include <cstdlib>
#include <string>

#include <rscp/simulator/scenario.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A folder in which nothing is, so that extends and include find shipped scenarios only.
  const auto scenario =
      rscp::simulator::parse_scenario(text, "fuzz.yaml", "/nonexistent-folder-of-the-fuzzer");
  if (scenario) {
    if (scenario->devices.empty()) std::abort();
    return 0;
  }
  if (scenario.error().empty()) std::abort();
  for (const auto& error : scenario.error()) {
    if (error.message.empty() || error.to_string().empty()) std::abort();
  }
  return 0;
}
