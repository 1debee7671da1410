// SPDX-License-Identifier: MIT
// Diagnostics of Home Assistant: whatever they hold, the scenario made of them is one that the
// simulator reads.
#include <string>

#include "expect.hpp"
#include <rscp/json.hpp>
#include <rscp/replay/diagnostics_import.hpp>
#include <rscp/scenario/read.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto json = rscp::Json::parse(text, nullptr, false);
  if (!rscp::replay::is_diagnostics(json)) return 0;
  const auto exported = rscp::replay::import_diagnostics(json, "fuzz.json", "key");
  const auto scenario = rscp::scenario::parse_scenario(exported.yaml, "fuzz.yaml",
                                                       "/nonexistent-folder-of-the-fuzzer");
  expect(scenario.has_value());
  return 0;
}
