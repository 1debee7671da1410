// SPDX-License-Identifier: MIT
// What may differ between two recordings.
#pragma once

#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <rscp/error.hpp>
#include <rscp/path.hpp>

namespace re2 {
class RE2;
}

namespace rscp::replay {

/// What may be different about the items that a path selects.
///
///     PATH ignore      the item may differ or be missing
///     PATH present     it must be there
///     PATH type        it must be there with the same type
///     PATH 5%          its number may differ by so much
///     PATH /regex/     its whole text must match, in the syntax of RE2
///                      (https://github.com/google/re2/wiki/Syntax), whose time no text can blow up
struct Rule {
  struct Ignore {};
  struct Present {};
  struct SameType {};
  struct Within {
    double percent = 0;
  };
  struct Matching {
    std::shared_ptr<const re2::RE2> pattern;
  };
  using Allowance = std::variant<Ignore, Present, SameType, Within, Matching>;

  PathQuery path;
  Allowance allowance;

  /// "PATH KIND", as above. The error's place is the column in bytes, from 1.
  static Result<Rule> parse(std::string_view text);
};

/// Reads a rule file: a rule a line; empty lines and those that begin with # do not count. The
/// error's place is "name:line:column" of the first mistake; the message has the others as well, a
/// line each with its place in front.
Result<std::vector<Rule>> read_rules(std::istream& in, const std::string& name);
/// The same from a file; InputOutput if it cannot be read.
Result<std::vector<Rule>> load_rules(const std::string& file);

}  // namespace rscp::replay
