// SPDX-License-Identifier: MIT
#include <rscp/scenario/scenario.hpp>

namespace rscp::scenario {
namespace shipped_files {
extern const std::pair<std::string_view, std::string_view> kFiles[];
extern const unsigned long kFileCount;
}  // namespace shipped_files

const std::vector<ShippedScenario>& shipped_scenarios() {
  static const std::vector<ShippedScenario> scenarios = [] {
    std::vector<ShippedScenario> list;
    list.reserve(shipped_files::kFileCount);
    for (unsigned long i = 0; i < shipped_files::kFileCount; ++i) {
      list.push_back({shipped_files::kFiles[i].first, shipped_files::kFiles[i].second});
    }
    return list;
  }();
  return scenarios;
}

}  // namespace rscp::scenario
