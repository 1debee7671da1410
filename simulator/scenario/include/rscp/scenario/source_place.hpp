// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace rscp::scenario {

/// Where in a file something stands; line and column count from 1, 0 if not known. It is no part of
/// what a scenario says: all places compare equal.
struct SourcePlace {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  /// "bad.yaml:17:5"
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const SourcePlace&, const SourcePlace&) { return true; }
};

/// A piece of Lua with the place it comes from, so that its errors name file and line.
struct Script {
  std::string source;
  SourcePlace place;
  bool block = false;  ///< the text begins on the line behind `place`

  friend bool operator==(const Script&, const Script&) = default;
};

}  // namespace rscp::scenario
