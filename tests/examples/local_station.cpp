// SPDX-License-Identifier: MIT
// docs/library.md: the simulator in a C++ test.
#include <iostream>

#include <rscp/connection/client.hpp>
#include <rscp/ostream.hpp>
#include <rscp/simulator/local_station.hpp>

// Stands for the program under test.
asio::awaitable<void> charge(rscp::ClientOptions options) {
  rscp::Client client(co_await asio::this_coro::executor, options);
  const auto power = co_await client.ask("EMS_REQ_POWER_PV");
  if (power && power->as<int>() > 3000) {
    const rscp::Value request{
        "EMS_REQ_SET_POWER",
        {{"EMS_REQ_SET_POWER_MODE", 3}, {"EMS_REQ_SET_POWER_VALUE", *power->as<int>()}}};
    std::cout << (co_await client.ask(request)).value() << '\n';
  }
}

int main() {
  rscp::simulator::LocalStation station("s10");  // on a thread and a free port of its own
  station.on("EMS_REQ_POWER_PV", [](const rscp::Value&) { return 4711; });
  station.expect("EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_VALUE==4711)");

  asio::io_context io;
  asio::co_spawn(io, charge(station.client_options()), asio::detached);
  io.run();

  const auto unmet = station.verify();
  for (const auto& one : unmet) std::cerr << one.to_string() << '\n';
  return unmet.empty() ? 0 : 1;
}
