// SPDX-License-Identifier: MIT
#include "command.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace rscp::cli {

int run_command(const std::string& name, const Run& run) {
  const Say say = [&name](const std::string& message) {
    std::cerr << "rscp " << name << ": " << message << '\n';
  };
  const Result<int> outcome = run(say);
  if (outcome) return *outcome;
  say(outcome.error().to_string());
  return exit_code(outcome.error().kind);
}

Result<void> flush_output() {
  std::cout.flush();
  if (!std::cout) return failure(ErrorKind::InputOutput, "cannot write the output");
  return {};
}

Result<void> write_file(const std::string& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) return failure(ErrorKind::InputOutput, file, "cannot be written");
  return {};
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

void KeyOptions::add_to(CLI::App& command) {
  command
      .add_option(
          "-k,--key", keys,
          "RSCP passphrase; several are tried in turn. Default: RSCP_KEY in the environment")
      ->allow_extra_args(false);
  command
      .add_option("--key-file", files,
                  "File of passphrases by address and port, in the form of Wireshark's rscp_keys")
      ->allow_extra_args(false);
}

Result<recording::KeyTable> KeyOptions::table(const Say& say) const {
  recording::KeyTable table;
  std::vector<std::string> passphrases = keys;
  const char* environment = std::getenv("RSCP_KEY");
  if (keys.empty() && environment != nullptr && *environment != '\0') {
    passphrases.emplace_back(environment);
  }
  for (const std::string& passphrase : passphrases) {
    auto key = Key::from_passphrase(passphrase);
    if (!key) return std::unexpected(key.error());
    if (key->truncated()) say("a passphrase is longer than 32 bytes; only the first 32 count");
    table.add({std::nullopt, std::nullopt, *std::move(key)});
  }
  for (const std::string& file : files) {
    if (const auto loaded = table.load_file(file); !loaded) return std::unexpected(loaded.error());
  }
  return table;
}

void DictionaryOptions::add_to(CLI::App& command) {
  command
      .add_option("--tags", files,
                  "CSV file of further tags (code,name,type,unit,enumeration,level,aliases,"
                  "access,privacy,index; a request that is not called read or lookup writes)")
      ->allow_extra_args(false);
}

Result<Dictionary> DictionaryOptions::dictionary() const {
  Dictionary dictionary;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in) return failure(ErrorKind::InputOutput, file, "cannot be read");
    if (const auto status = dictionary.load(text); !status) {
      return std::unexpected(status.error().within(file));
    }
  }
  return dictionary;
}

}  // namespace rscp::cli
