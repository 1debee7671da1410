// SPDX-License-Identifier: MIT
// From the values of an answer to the bytes on the wire and their timing, with what faults do to
// them on the way.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fault_engine.hpp"
#include <rscp/cipher.hpp>
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
  bool reboot = false;
  std::chrono::milliseconds reboot_time{0};
};

/// Builds the transmission of an answer. Without strikes it is one piece, one frame. `encryptor` is
/// the connection's and is advanced. `values` may be changed; what was really sent is in it.
std::expected<Transmission, std::string> transmit(std::vector<Value>& values, Timestamp time,
                                                  Encryptor& encryptor,
                                                  std::span<const Strike> strikes);

/// Changes the values: unknown tag, changed type, and so on.
void change_values(std::vector<Value>& values, std::span<const Strike> strikes);
/// Changes the bytes of a frame before it is encrypted.
void change_plaintext(ByteBuffer& plaintext, std::span<const Strike> strikes);

}  // namespace rscp::simulator
