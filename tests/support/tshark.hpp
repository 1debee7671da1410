// SPDX-License-Identifier: MIT
// The real tshark with our plugin.
#pragma once

#include <string>
#include <vector>

#include "process.hpp"

namespace test {

inline std::string editcap() { return RSCP_EDITCAP; }

/// A folder with the plugin where tshark looks, readable by the user that tshark runs as: as root
/// Wireshark ignores plugins that are not installed, so it is run as nobody then.
///
/// RSCP_TEST_PLUGIN and RSCP_TEST_WIRESHARK_ABI in the environment put another build of the plugin
/// in its place, RSCP_TEST_TSHARK_PREFIX runs tshark through a command: for other versions of
/// Wireshark (scripts/test-wireshark-4.4) and for sanitizers (scripts/test-plugin-asan).
class Tshark {
 public:
  Tshark();
  /// Runs tshark with these arguments.
  [[nodiscard]] Outcome run(std::vector<std::string> words) const;
  /// A copy of a file that tshark can read.
  [[nodiscard]] std::string readable(const std::string& path) const;
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  std::string prefix_;
};

}  // namespace test
