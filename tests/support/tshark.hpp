// SPDX-License-Identifier: MIT
// The real tshark with our plugin.
#pragma once

#include <string>
#include <vector>

#include "process.hpp"

namespace test {

/// A folder with the plugin where tshark looks, readable by the user that tshark runs as: as root
/// Wireshark ignores plugins that are not installed, so it is run as nobody then.
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
