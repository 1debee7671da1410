// SPDX-License-Identifier: MIT
// One question, without asio: the README's first program.
#include <cstdlib>
#include <iostream>

#include <rscp/connection/blocking_client.hpp>

int main(int, char** arguments) {
  rscp::BlockingClient client({.host = arguments[1],
                               .port = static_cast<std::uint16_t>(std::atoi(arguments[2])),
                               .key = rscp::Key::from_passphrase("rscp").value(),
                               .user = "user@example.com",
                               .password = "password"});
  const auto power = client.ask("EMS_REQ_POWER_PV");
  // An error says what is wrong: unreachable, wrong key, wrong password, access denied, timeout...
  if (power) std::cout << "PV " << power->integer().value() << " W\n";
  if (!power) std::cerr << power.error().to_string() << '\n';
  return power ? 0 : 1;
}
