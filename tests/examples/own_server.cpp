// SPDX-License-Identifier: MIT
// docs/library.md: a server of one's own, and a client that asks it.
#include <iostream>

#include <rscp/connection/client.hpp>
#include <rscp/connection/serve.hpp>
#include <rscp/ostream.hpp>
#include <rscp/tags.hpp>

// What this device knows.
std::vector<rscp::Value> answer(const rscp::ServedRequest& request) {
  std::vector<rscp::Value> answers;
  for (const rscp::Value& value : request.values) {
    if (value.tag() == rscp::tag::EMS_REQ_POWER_PV) {
      answers.emplace_back(rscp::tag::EMS_POWER_PV, 4711);
    } else {
      answers.emplace_back(rscp::Dictionary::builtin().answer_to(value.tag()),
                           rscp::DataType::Error, rscp::ErrorCode{rscp::ErrorCode::kNotAvailable});
    }
  }
  return answers;
}

// Awaited.
asio::awaitable<void> ask(rscp::Client& client, rscp::Server& server) {
  const auto power = co_await client.ask("EMS_REQ_POWER_PV");
  if (power) std::cout << *power << '\n';
  client.close();
  server.stop();
}

int main() {
  asio::io_context io;
  rscp::ServeOptions options;
  options.key = rscp::Key::from_passphrase("my RSCP passphrase").value();
  options.users = {{"me", "secret"}};
  options.port = 0;  // a free one
  auto server = rscp::serve(io, options, answer);
  if (!server) {
    std::cerr << server.error() << '\n';
    return 1;
  }

  rscp::Client client(io.get_executor(), {.host = "127.0.0.1",
                                          .port = server->port(),
                                          .key = options.key,
                                          .user = "me",
                                          .password = "secret"});
  // With a completion token, here a callback.
  client.async_ask("EMS_REQ_POWER_BAT", [&](const rscp::Result<rscp::Value>& power) {
    if (!power) std::cout << power.error() << '\n';
    asio::co_spawn(io, ask(client, *server), asio::detached);
  });
  io.run();
}
