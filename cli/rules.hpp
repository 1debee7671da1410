// SPDX-License-Identifier: MIT
// The options by which commands that compare say what may differ.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include <rscp/replay/rule.hpp>

namespace rscp::cli {

struct RuleOptions {
  std::vector<std::string> rules;
  std::vector<std::string> ignored;
  std::vector<std::string> files;

  void add_to(CLI::App& command);
  [[nodiscard]] Result<std::vector<replay::Rule>> parse() const;
};

}  // namespace rscp::cli
