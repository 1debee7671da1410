// SPDX-License-Identifier: MIT
// The stages of an answer on its way to the wire. Each acts out its own faults, in the order of the
// scenario, and leaves the others alone.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "fault_engine.hpp"
#include "transmission.hpp"
#include <rscp/cipher.hpp>
#include <rscp/value.hpp>

namespace rscp::simulator {

/// Whether a fault of this struct strikes.
template <class Kind>
bool struck(std::span<const Strike> strikes) {
  return std::ranges::any_of(
      strikes, [](const Strike& strike) { return get_fault<Kind>(strike.spec->fault) != nullptr; });
}

/// Changes the values: unknown tag, changed type, and so on.
void change_values(std::vector<Value>& values, std::span<const Strike> strikes);
/// Whether the frame gets a checksum.
bool has_crc(std::span<const Strike> strikes);
/// Changes the bytes of a frame before it is encrypted.
void change_plaintext(ByteBuffer& plaintext, std::span<const Strike> strikes);
/// The frame, with those that faults put around it. `encryptor` is the connection's.
ByteBuffer encrypt_frames(const ByteBuffer& plaintext, Timestamp time, Encryptor& encryptor,
                          std::span<const Strike> strikes);
/// Cuts, delays, ends.
void deliver(Transmission& transmission, std::span<const Strike> strikes);

}  // namespace rscp::simulator
