// SPDX-License-Identifier: MIT
// Comparing values by rules: some things may differ.
#pragma once

#include <expected>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <rscp/path.hpp>
#include <rscp/value.hpp>

namespace rscp::replay {

/// What may be different about the items that a path selects.
///
///     PATH ignore      the item may differ or be missing
///     PATH present     it must be there
///     PATH type        it must be there with the same type
///     PATH 5%          its number may differ by so much
///     PATH /regex/     its text must match
struct Rule {
  enum class Kind : std::uint8_t { Ignore, Present, Type, Percent, Pattern };
  PathQuery path;
  Kind kind = Kind::Ignore;
  double percent = 0;
  std::regex pattern;

  /// "PATH KIND", as above. The error is one sentence.
  static std::expected<Rule, std::string> parse(std::string_view text);
};

/// How much of two trees must be the same.
enum class Likeness : std::uint8_t {
  Exact,       ///< tags, types, values; order of items inside a container does not matter
  Structural,  ///< tags and types
};

/// The first place at which two frames differ.
struct Difference {
  std::string path;      ///< "BAT_DATA/BAT_RSOC"
  std::string expected;  ///< as text; empty if there is none
  std::string actual;
  /// "BAT_DATA/BAT_RSOC: expected 55.5, got 54"
  [[nodiscard]] std::string message() const;
};

/// Nothing if `actual` is as `expected` allows.
std::optional<Difference> difference(std::span<const Value> expected, std::span<const Value> actual,
                                     std::span<const Rule> rules = {},
                                     Likeness likeness = Likeness::Exact);

}  // namespace rscp::replay
