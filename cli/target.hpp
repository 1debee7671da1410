// SPDX-License-Identifier: MIT
// The device a command talks to.
#pragma once

#include <cstdint>
#include <string>

#include "command.hpp"
#include <rscp/connection/client.hpp>

namespace rscp::cli {

/// The options --key, --key-file, --user, --password and --timeout, and HOST[:PORT].
struct TargetOptions {
  std::string host;
  std::string user;
  std::string password;
  double timeout = 10;
  KeyOptions keys;

  void add_to(CLI::App& command);
  [[nodiscard]] Result<ClientOptions> client(const Say& say) const;
};

/// "192.168.1.2", "name:5034", "[::1]:5033". The port is 5033 unless given. `option` stands in
/// front of the text in the error's place.
struct HostAndPort {
  std::string host;
  std::uint16_t port;
};
Result<HostAndPort> parse_host(const std::string& text, const std::string& option = "");

/// `option`, or the environment variable if the option was not given.
std::string or_environment(const std::string& option, const char* variable);

}  // namespace rscp::cli
