// SPDX-License-Identifier: MIT
// Comparing values by rules: some things may differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <rscp/replay/rule.hpp>
#include <rscp/value.hpp>

namespace rscp::replay {

/// How much of two trees must be the same.
enum class Likeness : std::uint8_t {
  Exact,       ///< tags, types, values; order of items inside a container does not matter
  Structural,  ///< tags and types
};

/// A place at which two frames differ; the values as text.
struct Difference {
  struct Changed {
    std::string expected;
    std::string actual;
  };
  struct Missing {
    std::string expected;
  };
  struct Unexpected {
    std::string actual;
  };
  std::string path;  ///< "BAT_DATA/BAT_RSOC"
  std::variant<Changed, Missing, Unexpected> what;

  /// Either side, null if it has no such item.
  [[nodiscard]] const std::string* expected() const;
  [[nodiscard]] const std::string* actual() const;
  /// "BAT_DATA/BAT_RSOC: expected 55.5, got 54"
  [[nodiscard]] std::string message() const;
};

/// Nothing if `actual` is as `expected` allows, else the first place in the order of `expected`.
std::optional<Difference> difference(std::span<const Value> expected, std::span<const Value> actual,
                                     std::span<const Rule> rules = {},
                                     Likeness likeness = Likeness::Exact);

/// Every such place, the same one first.
std::vector<Difference> differences(std::span<const Value> expected, std::span<const Value> actual,
                                    std::span<const Rule> rules = {},
                                    Likeness likeness = Likeness::Exact);

}  // namespace rscp::replay
