// SPDX-License-Identifier: MIT
// The plaintext of a frame as a careful sender writes it.
#pragma once

#include <span>

#include <rscp/bytes.hpp>
#include <rscp/error.hpp>
#include <rscp/value.hpp>

namespace rscp {

/// The present time, UTC, in whole microseconds as real devices send it.
Timestamp frame_time_now();

/// Header, values and checksum. The nanoseconds are nudged by a microsecond until the last byte of
/// the checksum is not zero: python-e3dc and others take zeros at the end for padding and then
/// find the frame damaged. Invalid if the values do not fit 65,535 bytes.
Result<ByteBuffer> seal_frame(std::span<const Value> values, Timestamp time, bool with_crc = true);

}  // namespace rscp
