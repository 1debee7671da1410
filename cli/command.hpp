// SPDX-License-Identifier: MIT
// What a subcommand is, and what all of them share: messages, keys, tags, files, output.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <rscp/dictionary.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/key_table.hpp>

namespace rscp::cli {

/// Says "rscp NAME: message" on standard error.
using Say = std::function<void(const std::string& message)>;

/// The work of a subcommand: what it exits with, or what is in its way. A command that has said
/// everything itself exits with exit_code() of a kind.
using Run = std::function<Result<int>(const Say& say)>;
inline constexpr int kFine = 0;

/// Runs it: the one place where an error becomes a message and an exit code.
int run_command(const std::string& name, const Run& run);

/// Each subcommand registers its options and gives back what to run.
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

/// Flushes standard output; an error if not everything could be written.
Result<void> flush_output();

/// Writes a file, whole or with an error.
Result<void> write_file(const std::string& file, const std::string& content);

/// "2.5" of an option in seconds.
std::chrono::milliseconds milliseconds(double seconds);

/// The options --key and --key-file, and what comes of them.
struct KeyOptions {
  std::vector<std::string> keys;
  std::vector<std::string> files;

  void add_to(CLI::App& command);
  /// Keys from flags, else from RSCP_KEY; then those of the key files. Never prints a key.
  [[nodiscard]] Result<recording::KeyTable> table(const Say& say) const;
};
/// How to give a key, behind a message that one is missing.
inline constexpr const char* kGiveKey = "; give --key, --key-file or RSCP_KEY";

/// The option --tags.
struct DictionaryOptions {
  std::vector<std::string> files;

  void add_to(CLI::App& command);
  [[nodiscard]] Result<Dictionary> dictionary() const;
};

}  // namespace rscp::cli
