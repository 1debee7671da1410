// SPDX-License-Identifier: MIT
// Plays the client of a recording to a device and compares its answers with the recorded ones.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <rscp/connection/client.hpp>
#include <rscp/recording/transcript.hpp>
#include <rscp/replay/compare.hpp>

namespace rscp::replay {

struct ClientPlayOptions {
  std::vector<Rule> rules;
  Likeness likeness = Likeness::Exact;
  bool allow_writes = false;  ///< also send requests that change the device
};

/// How one exchange went.
struct ClientPlayResult {
  std::uint64_t exchange = 0;  ///< its number in the recording
  std::string name;            ///< of the first tag asked for
  enum class Outcome : std::uint8_t { Same, Different, Skipped, Failed } outcome = Outcome::Same;
  std::string message;  ///< the first difference, or why it failed
};

/// Sends the recorded requests in order. Logins are the client's own; a request that writes is
/// skipped unless allowed. Stops at the first failure of the connection.
asio::awaitable<std::vector<ClientPlayResult>> play_client(Client& client,
                                                           const recording::Transcript& transcript,
                                                           const ClientPlayOptions& options);

}  // namespace rscp::replay
