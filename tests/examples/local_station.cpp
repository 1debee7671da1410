// SPDX-License-Identifier: MIT
// docs/library.md: the simulator in a C++ test.
#include <iostream>

#include <rscp/connection/blocking_client.hpp>
#include <rscp/ostream.hpp>
#include <rscp/simulator/local_station.hpp>

// Stands for the program under test.
void charge(rscp::ClientOptions options) {
  rscp::BlockingClient client(std::move(options));
  const auto power = client.ask("EMS_REQ_POWER_PV");
  if (!power || power->as<int>() < 3000) return;
  const rscp::Value request{
      "EMS_REQ_SET_POWER",
      {{"EMS_REQ_SET_POWER_MODE", 3}, {"EMS_REQ_SET_POWER_VALUE", *power->as<int>()}}};
  const auto answer = client.ask(request);
  if (answer) std::cout << *answer << '\n';
}

int main() {
  rscp::simulator::LocalStation station("s10");  // on a thread and a free port of its own
  station.on("EMS_REQ_POWER_PV", [](const rscp::Value&) { return 4711; });
  station.expect("EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_VALUE==4711)");

  charge(station.client_options());

  const auto unmet = station.verify();
  for (const auto& one : unmet) std::cerr << one.to_string() << '\n';
  return unmet.empty() ? 0 : 1;
}
