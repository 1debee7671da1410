// SPDX-License-Identifier: MIT
// The README's coroutine: connect, log in, ask, find a value by its path.
#include <cstdlib>
#include <iostream>

#include <rscp/connection/client.hpp>
#include <rscp/path.hpp>

asio::awaitable<void> show_power(rscp::ClientOptions options, int& exit_code) {
  rscp::Client client(co_await asio::this_coro::executor, options);

  const auto power = co_await client.ask("EMS_REQ_POWER_PV");
  if (!power) {
    // Says what is wrong: unreachable, wrong key, wrong password, access denied, timeout...
    std::cerr << power.error().to_string() << '\n';
    exit_code = 1;
    co_return;
  }
  std::cout << "PV " << power->integer().value() << " W\n";

  const rscp::Value request{"PVI_REQ_DATA",
                            {{"PVI_INDEX", 0}, {"PVI_REQ_DC_POWER", 0}, {"PVI_REQ_DC_POWER", 1}}};
  const auto inverter = co_await client.ask(request);
  if (!inverter) co_return;
  const auto path = rscp::PathQuery::parse("PVI_DATA/PVI_DC_POWER(PVI_INDEX==1)/PVI_VALUE");
  if (const rscp::Value* string = path->first({&*inverter, 1})) {
    std::cout << "string 1: " << string->number().value() << " W\n";
  }
}

int main(int, char** arguments) {
  rscp::ClientOptions options;
  options.host = arguments[1];
  options.port = static_cast<std::uint16_t>(std::atoi(arguments[2]));
  options.key = rscp::Key::from_passphrase("rscp").value();
  options.user = "user@example.com";
  options.password = "password";

  asio::io_context io;
  int exit_code = 0;
  asio::co_spawn(io, show_power(options, exit_code), asio::detached);
  io.run();
  return exit_code;
}
