// SPDX-License-Identifier: MIT
// The options by which commands that compare say what may differ.
#pragma once

#include <expected>
#include <fstream>
#include <string>
#include <vector>

#include "command.hpp"
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/rule.hpp>

namespace rscp::cli {

struct RuleOptions {
  std::vector<std::string> rules;
  std::vector<std::string> ignored;
  std::vector<std::string> files;

  void add_to(CLI::App& command) {
    command
        .add_option("--rule", rules,
                    "What may differ: 'PATH present', 'PATH type', 'PATH 5%' or 'PATH /regex/'")
        ->allow_extra_args(false);
    command.add_option("--ignore", ignored, "Path of items that may differ or be missing")
        ->allow_extra_args(false);
    command.add_option("--rules", files, "File with a rule a line; # begins a comment")
        ->allow_extra_args(false);
  }

  [[nodiscard]] std::expected<std::vector<replay::Rule>, Failure> parse() const {
    std::vector<replay::Rule> parsed;
    for (const std::string& text : rules) {
      if (const auto added = add(parsed, "--rule", text, text); !added) {
        return std::unexpected(added.error());
      }
    }
    for (const std::string& path : ignored) {
      if (const auto added = add(parsed, "--ignore", path, path + " ignore"); !added) {
        return std::unexpected(added.error());
      }
    }
    for (const std::string& file : files) {
      std::ifstream in(file);
      if (!in) return std::unexpected(Failure{kInputOutput, file + ": cannot be read"});
      auto read = replay::read_rules(in, file);
      if (!read) {
        std::string all;
        for (const std::string& mistake : read.error()) all += (all.empty() ? "" : "\n") + mistake;
        return std::unexpected(Failure{kUsage, all});
      }
      for (replay::Rule& rule : *read) parsed.push_back(std::move(rule));
    }
    return parsed;
  }

 private:
  static std::expected<void, Failure> add(std::vector<replay::Rule>& parsed, const char* option,
                                          const std::string& given, const std::string& text) {
    auto rule = replay::Rule::parse(text);
    if (!rule) {
      const auto& [column, message] = rule.error();
      return std::unexpected(Failure{kUsage, std::string(option) + " '" + given + "', column " +
                                                 std::to_string(column) + ": " + message});
    }
    parsed.push_back(*std::move(rule));
    return {};
  }
};

/// A transcript, or why there is none.
inline std::expected<recording::Transcript, Failure> open_transcript(
    const std::string& file, const recording::KeyTable& keys, const std::string& command) {
  auto transcript = recording::load_transcript(file, keys);
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
