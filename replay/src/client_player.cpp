// SPDX-License-Identifier: MIT
#include <rscp/replay/client_player.hpp>

namespace rscp::replay {

std::string ClientPlayResult::message() const {
  if (const auto* different = std::get_if<Different>(&outcome)) return different->first.message();
  if (const auto* skipped = std::get_if<Skipped>(&outcome)) return skipped->write.message();
  const auto* failed = std::get_if<Failed>(&outcome);
  return failed == nullptr ? "" : failed->error.to_string();
}

asio::awaitable<std::vector<ClientPlayResult>> play_client(Client& client,
                                                           const recording::Transcript& transcript,
                                                           const ClientPlayOptions& options) {
  std::vector<ClientPlayResult> results;
  for (const recording::Exchange& exchange : transcript.exchanges) {
    if (!exchange.request || exchange.request->empty() || exchange.is_login()) continue;
    ClientPlayResult& result = results.emplace_back();
    result.exchange = exchange.number;
    result.name = Dictionary::builtin().label(exchange.request->front().tag());
    if (auto write = first_write(*exchange.request); write && !options.allow_writes) {
      result.outcome = ClientPlayResult::Skipped{*std::move(write)};
      continue;
    }
    const auto answer = co_await client.request(*exchange.request);
    if (!answer) {
      result.outcome = ClientPlayResult::Failed{answer.error()};
      break;
    }
    if (!exchange.answer) continue;
    auto differs = difference(*exchange.answer, *answer, options.rules, options.likeness);
    if (differs) result.outcome = ClientPlayResult::Different{*std::move(differs)};
  }
  co_return results;
}

}  // namespace rscp::replay
