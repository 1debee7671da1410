// SPDX-License-Identifier: MIT
// The options by which commands that compare say what may differ.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "command.hpp"
#include <rscp/replay/compare.hpp>
#include <rscp/replay/transcript.hpp>

namespace rscp::cli {

struct RuleOptions {
  std::vector<std::string> rules;
  std::vector<std::string> ignored;

  void add_to(CLI::App& command) {
    command
        .add_option("--rule", rules,
                    "What may differ: 'PATH present', 'PATH type', 'PATH 5%' or 'PATH /regex/'")
        ->allow_extra_args(false);
    command.add_option("--ignore", ignored, "Path of items that may differ or be missing")
        ->allow_extra_args(false);
  }

  [[nodiscard]] std::expected<std::vector<replay::Rule>, Failure> parse() const {
    std::vector<replay::Rule> parsed;
    std::vector<std::string> texts = rules;
    for (const std::string& path : ignored) {
      std::string text = path;
      text += " ignore";
      texts.push_back(std::move(text));
    }
    for (const std::string& text : texts) {
      auto rule = replay::Rule::parse(text);
      if (!rule) return std::unexpected(Failure{kUsage, "--rule " + rule.error()});
      parsed.push_back(*std::move(rule));
    }
    return parsed;
  }
};

/// A transcript, or why there is none.
inline std::expected<replay::Transcript, Failure> open_transcript(const std::string& file,
                                                                  const replay::KeyTable& keys,
                                                                  const std::string& command) {
  auto transcript = replay::load_transcript(file, keys);
  if (!transcript) {
    const auto& error = transcript.error();
    return std::unexpected(
        Failure{error.key ? kKey : kInputOutput, error.place + ": " + error.message});
  }
  for (const std::string& note : transcript->notes) {
    std::string message = file;
    message.append(", ").append(note);
    complain(command, message);
  }
  return *std::move(transcript);
}

}  // namespace rscp::cli
