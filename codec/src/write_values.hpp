// SPDX-License-Identifier: MIT
// Values to bytes, in two steps: how many there will be, then each of them once.
#pragma once

#include <span>

#include <rscp/error.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// The bytes that `values` take; fails if one payload is longer than 65,535 bytes.
Result<std::size_t> size_of_values(std::span<const Value> values);

/// Writes values whose size was taken by size_of_values; gives the place behind the last byte.
std::uint8_t* write_values(std::span<const Value> values, std::uint8_t* to);

}  // namespace rscp::inline v0_1
