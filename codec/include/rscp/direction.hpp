// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rscp::inline v0_1 {

/// Which way bytes of a connection go. RSCP's client asks, its device answers.
enum class Direction : std::uint8_t {
  Request,  ///< from the client, which opened the connection
  Answer,   ///< from the device
};

constexpr Direction opposite(Direction direction) {
  return direction == Direction::Request ? Direction::Answer : Direction::Request;
}

/// For arrays of two: requests first.
constexpr std::size_t index_of(Direction direction) { return static_cast<std::size_t>(direction); }

/// "request", "answer"
constexpr std::string_view name_of(Direction direction) {
  return direction == Direction::Request ? "request" : "answer";
}

}  // namespace rscp::inline v0_1
