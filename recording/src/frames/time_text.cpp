// SPDX-License-Identifier: MIT
#include "time_text.hpp"

#include <limits>

namespace rscp::recording {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

std::string time_text(std::int64_t nanoseconds) {
  std::int64_t seconds = nanoseconds / kSecond;
  std::int64_t rest = nanoseconds % kSecond;
  if (rest < 0) {
    --seconds;
    rest += kSecond;
  }
  return to_string(Timestamp{seconds, static_cast<std::int32_t>(rest)});
}

std::optional<std::int64_t> nanoseconds_of(Timestamp time) {
  constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::max() / 2 / kSecond - 3;
  if (time.seconds < -kFarthest || time.seconds > kFarthest) return std::nullopt;
  return time.seconds * kSecond + time.nanoseconds;
}

}  // namespace rscp::recording
