// SPDX-License-Identifier: MIT
// Scenario files: any text is either a scenario, which is written such that it reads back the same,
// or a list of mistakes with places.
#include <cstdlib>
#include <string>

#include <rscp/scenario/read.hpp>
#include <rscp/scenario/write.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A folder in which nothing is, so that extends and include find shipped scenarios only.
  const auto scenario =
      rscp::scenario::parse_scenario(text, "fuzz.yaml", "/nonexistent-folder-of-the-fuzzer");
  if (scenario) {
    if (scenario->devices.empty()) std::abort();
    const std::string written = rscp::scenario::write_scenario(*scenario);
    const auto again =
        rscp::scenario::parse_scenario(written, "again.yaml", "/nonexistent-folder-of-the-fuzzer");
    // What aliases unfolded may be too much when it is written out, and YAML takes no key of more
    // than 1,024 characters on a line.
    if (!again) return 0;
    // As text, because a number may be none, which does not equal itself.
    if (rscp::scenario::write_scenario(*again) != written) std::abort();
    return 0;
  }
  if (scenario.error().empty()) std::abort();
  for (const auto& error : scenario.error()) {
    if (error.message.empty() || error.to_string().empty()) std::abort();
  }
  return 0;
}
