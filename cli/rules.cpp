// SPDX-License-Identifier: MIT
#include "rules.hpp"

namespace rscp::cli {
namespace {

Result<replay::Rule> rule_of(const char* option, const std::string& given,
                             const std::string& text) {
  auto rule = replay::Rule::parse(text);
  if (rule) return rule;
  return failure(ErrorKind::Invalid,
                 std::string(option) + " '" + given + "', column " + rule.error().place,
                 rule.error().message);
}

}  // namespace

void RuleOptions::add_to(CLI::App& command) {
  command
      .add_option("--rule", rules,
                  "What may differ: 'PATH present', 'PATH type', 'PATH 5%' or 'PATH /regex/'")
      ->allow_extra_args(false);
  command.add_option("--ignore", ignored, "Path of items that may differ or be missing")
      ->allow_extra_args(false);
  command.add_option("--rules", files, "File with a rule a line; # begins a comment")
      ->allow_extra_args(false);
}

Result<std::vector<replay::Rule>> RuleOptions::parse() const {
  std::vector<replay::Rule> parsed;
  for (const std::string& text : rules) {
    auto rule = rule_of("--rule", text, text);
    if (!rule) return std::unexpected(rule.error());
    parsed.push_back(*std::move(rule));
  }
  for (const std::string& path : ignored) {
    auto rule = rule_of("--ignore", path, path + " ignore");
    if (!rule) return std::unexpected(rule.error());
    parsed.push_back(*std::move(rule));
  }
  for (const std::string& file : files) {
    auto loaded = replay::load_rules(file);
    if (!loaded) return std::unexpected(loaded.error());
    for (replay::Rule& rule : *loaded) parsed.push_back(std::move(rule));
  }
  return parsed;
}

}  // namespace rscp::cli
