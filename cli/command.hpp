// SPDX-License-Identifier: MIT
// What the subcommands share: exit codes, messages, keys.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <rscp/dictionary.hpp>
#include <rscp/json.hpp>
#include <rscp/recording/key_table.hpp>

namespace rscp::cli {

/// What every `rscp` command exits with.
enum ExitCode : int {
  kFine = 0,
  kDifference = 1,  ///< an expectation failed or a difference was found
  kUsage = 2,       ///< bad usage, scenario or rule
  kUnmatched = 3,   ///< a request nothing matched, or a recording exhausted
  kKey = 4,         ///< wrong or missing key
  kInputOutput = 5,
};

/// A command that cannot go on: what to print and what to exit with.
struct Failure {
  ExitCode code;
  std::string message;
};

/// A subcommand: registers its options and gives back what to run.
using Run = std::function<int()>;
Run add_check(CLI::App& app);
Run add_convert(CLI::App& app);
Run add_decode(CLI::App& app);
Run add_diff(CLI::App& app);
Run add_query(CLI::App& app);
Run add_record(CLI::App& app);
Run add_replay(CLI::App& app);
Run add_sanitize(CLI::App& app);
Run add_scan(CLI::App& app);
Run add_simulate(CLI::App& app);
Run add_tags(CLI::App& app);

/// Prints "rscp NAME: message" to standard error.
void complain(const std::string& command, const std::string& message);

/// Says so if a server listens where others on the network reach it.
void warn_if_reachable(const std::string& command, const std::string& listen);

/// Writes a file, whole or with an error.
std::expected<void, Failure> write_file(const std::string& file, const std::string& content);

/// Writes the file that tells scripts that a server listens, with its ports. It appears whole.
std::expected<void, std::string> write_ready_file(const std::string& file, const Json& content);

/// The options --key, --key-file and --tags, and what comes of them.
struct KeyOptions {
  std::vector<std::string> keys;
  std::vector<std::string> files;

  void add_to(CLI::App& command);
  /// Keys from flags, else from RSCP_KEY; then those of the key files. Never prints a key.
  [[nodiscard]] std::expected<recording::KeyTable, Failure> table(const std::string& command) const;
};

struct DictionaryOptions {
  std::vector<std::string> files;

  void add_to(CLI::App& command);
  [[nodiscard]] std::expected<Dictionary, Failure> dictionary() const;
};

}  // namespace rscp::cli
