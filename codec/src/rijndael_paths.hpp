// SPDX-License-Identifier: MIT
// What the ways of computing blocks offer to rijndael.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <rscp/rijndael.hpp>

namespace rscp::detail {

inline constexpr int kRounds = 14;
inline constexpr std::size_t kScheduleSize = 32 * (kRounds + 1);

/// Round keys in the byte order of the block, 32 bytes a round, in the order they are used.
struct RoundKeys {
  alignas(32) std::array<std::uint8_t, kScheduleSize> bytes{};
};

using BlocksFunction = void (*)(const RoundKeys& keys, const std::uint8_t* in,
                                const std::uint8_t* xor_with, std::uint8_t* out,
                                std::size_t blocks);

struct BlockFunctions {
  // Independent blocks, each XORed with the corresponding 32 bytes of `xor_with` unless that is
  // null. The last are computed first: `out` may be `in` or lie behind it as CBC decryption needs.
  BlocksFunction encrypt;
  BlocksFunction decrypt;
  // CBC encryption: each block is XORed with the result before it, the first with `xor_with`.
  BlocksFunction chain;
};

/// Expands `key` (32 bytes). For decryption the keys come in reverse order, with the inverse
/// column mix applied to all but the first and last ("equivalent inverse cipher"), which is what
/// all paths use.
RoundKeys expand_key(const std::uint8_t* key, bool for_decryption);

BlockFunctions portable_functions();

// Null functions where the build has no such instructions.
BlockFunctions aesni_functions();
BlockFunctions vaes_functions();
BlockFunctions vbmi_functions();

// Whether build and machine have them.
bool aesni_supported();
bool vaes_supported();
bool vbmi_supported();

}  // namespace rscp::detail
