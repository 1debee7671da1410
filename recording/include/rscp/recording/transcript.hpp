// SPDX-License-Identifier: MIT
// The exchanges of a session: what was asked and what came back. A capture, a recording and the
// simulator's journal give one; replay, diff and convert take one. On disk: transcript_file.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <rscp/login.hpp>
#include <rscp/value.hpp>

namespace rscp::recording {

struct Exchange {
  std::uint64_t number = 0;      ///< from 1, in order of the requests
  std::uint64_t connection = 0;  ///< from 1, in order of their first frame
  std::int64_t time = 0;         ///< of the request; nanoseconds since 1970 UTC
  std::int64_t delay = 0;        ///< from the request to its answer, nanoseconds
  std::optional<std::vector<Value>> request;
  std::optional<std::vector<Value>> answer;
  std::optional<Timestamp> answer_time;  ///< in the answer's frame
  /// The device ended the connection after this.
  enum class Ended : std::uint8_t { No, Closed, Reset } ended = Ended::No;

  /// Whether this is a login: those are the player's own business.
  [[nodiscard]] bool is_login() const;
};

struct Transcript {
  std::vector<Exchange> exchanges;
  std::vector<std::string> notes;  ///< what could not be read, and why
};

/// The users who logged in, with the level they got. A masked password is no password: such logins
/// are left out.
std::vector<Credentials> recorded_users(const Transcript& transcript);

}  // namespace rscp::recording
