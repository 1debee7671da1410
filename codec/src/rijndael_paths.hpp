// SPDX-License-Identifier: MIT
// What the ways of computing blocks offer to rijndael.cpp.
#pragma once

#include <rscp/rijndael.hpp>

namespace rscp::detail {

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
