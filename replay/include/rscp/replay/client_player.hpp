// SPDX-License-Identifier: MIT
// Plays the client of a recording to a device and compares its answers with the recorded ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <rscp/connection/client.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/transcript.hpp>
#include <rscp/replay/compare.hpp>
#include <rscp/writes.hpp>

namespace rscp::replay {

struct ClientPlayOptions {
  std::vector<Rule> rules;
  Likeness likeness = Likeness::Exact;
  bool allow_writes = false;  ///< also send requests that change the device
};

/// How one exchange went.
struct ClientPlayResult {
  struct Same {};
  struct Different {
    Difference first;
  };
  struct Skipped {
    Write write;
  };
  struct Failed {
    Error error;
  };
  std::uint64_t exchange = 0;  ///< its number in the recording
  std::string name;            ///< of the first tag asked for
  std::variant<Same, Different, Skipped, Failed> outcome;

  /// What to tell of it: the first difference, why it failed or what writes; otherwise nothing.
  [[nodiscard]] std::string message() const;
};

/// How many of them went so: count<ClientPlayResult::Skipped>(results).
template <class Outcome>
std::size_t count(std::span<const ClientPlayResult> results) {
  return static_cast<std::size_t>(std::ranges::count_if(results, [](const ClientPlayResult& one) {
    return std::holds_alternative<Outcome>(one.outcome);
  }));
}

/// Sends the recorded requests in order. Logins are the client's own; a request that writes is
/// skipped unless allowed. Stops at the first failure of the connection.
asio::awaitable<std::vector<ClientPlayResult>> play_client(Client& client,
                                                           const recording::Transcript& transcript,
                                                           const ClientPlayOptions& options);

}  // namespace rscp::replay
