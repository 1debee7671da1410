// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace rscp::inline v0_1 {

/// The 32-bit code that names an item. Top byte: namespace. Bit 23 (bit 19 in the server-side
/// namespaces 0xF0 to 0xF9): set in answers. <rscp/tags.hpp> has a constant for each known one.
enum class Tag : std::uint32_t {};

constexpr std::uint32_t code_of(Tag tag) { return static_cast<std::uint32_t>(tag); }
constexpr std::uint8_t namespace_of(Tag tag) {
  return static_cast<std::uint8_t>(code_of(tag) >> 24U);
}

/// The bit that answers carry in the namespace of `tag`.
constexpr std::uint32_t answer_bit(Tag tag) {
  const auto space = namespace_of(tag);
  return space >= 0xF0 && space <= 0xF9 ? 0x00080000U : 0x00800000U;
}

constexpr bool has_answer_bit(Tag tag) { return (code_of(tag) & answer_bit(tag)) != 0; }

/// "0x01800001"
std::string hex_code(Tag tag);

}  // namespace rscp::inline v0_1
