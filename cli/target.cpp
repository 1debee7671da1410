// SPDX-License-Identifier: MIT
#include "target.hpp"

#include <charconv>
#include <cstdlib>

namespace rscp::cli {

void TargetOptions::add_to(CLI::App& command) {
  command.add_option("HOST", host, "Device: host name or address, with :PORT if it is not 5033")
      ->required();
  keys.add_to(command);
  command.add_option("-u,--user", user, "User. Default: RSCP_USER in the environment");
  command.add_option("-w,--password", password,
                     "Password. Default: RSCP_PASSWORD in the environment");
  command.add_option("--timeout", timeout, "Seconds to wait for a connection and for an answer")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
}

Result<HostAndPort> parse_host(const std::string& text, const std::string& option) {
  const auto wrong = [&](const std::string& message) {
    return failure(ErrorKind::Invalid, option + text, message);
  };
  HostAndPort result{text, kDefaultPort};
  std::string port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string::npos) return wrong("a ] is missing");
    result.host = text.substr(1, end - 1);
    const std::string rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) {
      return wrong("expected :PORT behind ]");
    }
    if (!rest.empty()) port = rest.substr(1);
    if (rest == ":") return wrong("the port is missing");
  } else if (const std::size_t colon = text.find(':');
             colon != std::string::npos && text.find(':', colon + 1) == std::string::npos) {
    result.host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return wrong("the port is missing");
  }
  if (result.host.empty()) {
    return failure(ErrorKind::Invalid, option + '"' + text + "\" names no host");
  }
  if (port.empty()) return result;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535) {
    return wrong("the port must be a number from 1 to 65535, not \"" + port + '"');
  }
  result.port = static_cast<std::uint16_t>(number);
  return result;
}

std::string or_environment(const std::string& option, const char* variable) {
  if (!option.empty()) return option;
  const char* value = std::getenv(variable);
  return value == nullptr ? std::string() : std::string(value);
}

Result<ClientOptions> TargetOptions::client(const Say& say) const {
  const auto target = parse_host(host);
  if (!target) return std::unexpected(target.error());
  const auto table = keys.table(say);
  if (!table) return std::unexpected(table.error());
  ClientOptions options;
  options.host = target->host;
  options.port = target->port;
  const auto fitting = table->keys_for(target->host, target->port);
  if (fitting.empty()) return failure(ErrorKind::MissingKey, "no key for " + host + kGiveKey);
  options.key = fitting.front();
  options.user = or_environment(user, "RSCP_USER");
  options.password = or_environment(password, "RSCP_PASSWORD");
  if (options.user.empty()) {
    return failure(ErrorKind::MissingKey, "no user; give --user or RSCP_USER");
  }
  const auto limit = milliseconds(timeout);
  options.connect_timeout = limit;
  options.request_timeout = limit;
  options.reconnect.attempts = 1;
  return options;
}

}  // namespace rscp::cli
