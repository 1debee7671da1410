// SPDX-License-Identifier: MIT
#include <rscp/scenario/source_place.hpp>

namespace rscp::scenario {

std::string SourcePlace::to_string() const {
  if (line == 0) return file;
  return file + ':' + std::to_string(line) + ':' + std::to_string(column);
}

}  // namespace rscp::scenario
