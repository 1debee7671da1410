// SPDX-License-Identifier: MIT
// From the values of an answer to the bytes on the wire and their timing, with what faults do to
// them on the way.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fault_engine.hpp"
#include <rscp/cipher.hpp>
#include <rscp/error.hpp>
#include <rscp/value.hpp>

namespace rscp::simulator {

/// Bytes that are written at once, after a pause.
struct Piece {
  std::chrono::milliseconds pause{0};
  ByteBuffer bytes;
};

/// What happens to a connection for one answer.
struct Transmission {
  std::vector<Piece> pieces;
  enum class End : std::uint8_t { Open, Fin, Reset, Stalled } end = End::Open;
  /// The bytes wait, at most so long, to go out together with those of the next answer.
  std::chrono::milliseconds hold{0};
  /// The station is away for so long.
  std::optional<std::chrono::milliseconds> reboot;
};

/// Builds the transmission of an answer. Without strikes it is one piece, one frame. `encryptor` is
/// the connection's and is advanced. `values` may be changed; what was really sent is in it.
Result<Transmission> transmit(std::vector<Value>& values, Timestamp time, Encryptor& encryptor,
                              std::span<const Strike> strikes);

/// A time with its jitter.
std::chrono::milliseconds jittered(std::chrono::milliseconds time, std::chrono::milliseconds jitter,
                                   Random& random);

}  // namespace rscp::simulator
