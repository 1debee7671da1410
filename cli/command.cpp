// SPDX-License-Identifier: MIT
#include "command.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include <asio/ip/address.hpp>

namespace rscp::cli {

void complain(const std::string& command, const std::string& message) {
  std::cerr << "rscp " << command << ": " << message << '\n';
}

void warn_if_reachable(const std::string& command, const std::string& listen) {
  asio::error_code error;
  const auto address = asio::ip::make_address(listen, error);
  if (error || address.is_loopback()) return;
  complain(command, "listens on " + listen +
                        ": others on the network can reach it; RSCP's encryption does not "
                        "protect against changed bytes");
}

std::expected<void, Failure> write_file(const std::string& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) return std::unexpected(Failure{kInputOutput, file + ": cannot be written"});
  return {};
}

std::expected<void, std::string> write_ready_file(const std::string& file, const Json& content) {
  // Under another name first: who waits for the file finds it whole.
  const std::string draft = file + ".new";
  if (!write_file(draft, content.dump() + '\n') || std::rename(draft.c_str(), file.c_str()) != 0) {
    return std::unexpected(file + ": cannot be written");
  }
  return {};
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

std::expected<recording::KeyTable, Failure> KeyOptions::table(const std::string& command) const {
  recording::KeyTable table;
  std::vector<std::string> passphrases = keys;
  const char* environment = std::getenv("RSCP_KEY");
  if (keys.empty() && environment != nullptr && *environment != '\0') {
    passphrases.emplace_back(environment);
  }
  for (const std::string& passphrase : passphrases) {
    auto key = Key::from_passphrase(passphrase);
    if (!key) return std::unexpected(Failure{kUsage, key.error()});
    if (key->truncated()) {
      complain(command, "a passphrase is longer than 32 bytes; only the first 32 count");
    }
    table.add({std::nullopt, std::nullopt, *std::move(key)});
  }
  for (const std::string& file : files) {
    if (const auto status = table.load_file(file); !status) {
      const auto& error = status.error();
      const bool unreadable = error.line == 0;
      const std::string place = unreadable ? file : file + ':' + std::to_string(error.line);
      return std::unexpected(
          Failure{unreadable ? kInputOutput : kUsage, place + ": " + error.message});
    }
  }
  return table;
}

void DictionaryOptions::add_to(CLI::App& command) {
  command
      .add_option("--tags", files,
                  "CSV file of further tags (code,name,type,unit,enumeration,level,aliases)")
      ->allow_extra_args(false);
}

std::expected<Dictionary, Failure> DictionaryOptions::dictionary() const {
  Dictionary dictionary;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in) return std::unexpected(Failure{kInputOutput, file + ": cannot be read"});
    if (const auto status = dictionary.load(text); !status) {
      return std::unexpected(Failure{kUsage, file + ':' + std::to_string(status.error().line) +
                                                 ": " + status.error().message});
    }
  }
  return dictionary;
}

}  // namespace rscp::cli
