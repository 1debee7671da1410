// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/replay/client_player.hpp>
#include <rscp/writes.hpp>

namespace rscp::replay {

asio::awaitable<std::vector<ClientPlayResult>> play_client(Client& client,
                                                           const recording::Transcript& transcript,
                                                           const ClientPlayOptions& options) {
  using Outcome = ClientPlayResult::Outcome;
  std::vector<ClientPlayResult> results;
  for (const recording::Exchange& exchange : transcript.exchanges) {
    if (!exchange.request || exchange.request->empty() || exchange.is_login()) continue;
    ClientPlayResult result;
    result.exchange = exchange.number;
    result.name = Dictionary::builtin().label(exchange.request->front().tag());
    const bool changes =
        std::ranges::any_of(*exchange.request, [](const Value& value) { return writes(value); });
    if (changes && !options.allow_writes) {
      result.outcome = Outcome::Skipped;
      results.push_back(std::move(result));
      continue;
    }
    const auto answer = co_await client.request(*exchange.request);
    if (!answer) {
      result.outcome = Outcome::Failed;
      result.message = answer.error().message;
      results.push_back(std::move(result));
      break;
    }
    if (exchange.answer) {
      const auto differs = difference(*exchange.answer, *answer, options.rules, options.likeness);
      if (differs) {
        result.outcome = Outcome::Different;
        result.message = differs->message();
      }
    }
    results.push_back(std::move(result));
  }
  co_return results;
}

}  // namespace rscp::replay
