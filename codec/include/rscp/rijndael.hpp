// SPDX-License-Identifier: MIT
// Which instructions the cipher uses. The cipher itself is behind Encryptor and Decryptor:
// cipher.hpp.
#pragma once

#include <cstdint>
#include <string_view>

namespace rscp::inline v0_1 {

/// How blocks are computed. All paths give the same bytes.
enum class RijndaelPath : std::uint8_t {
  Portable,  ///< constant tables, any machine. Table look-ups: timing depends on the data
  AesNi,     ///< x86 AES instructions, constant time
  Vaes,      ///< the same on 32 bytes (VAES, AVX2)
  VaesVbmi,  ///< the same on 64 bytes (VAES, AVX-512-VBMI)
};

std::string_view name_of(RijndaelPath path);
/// Whether this machine and this build can take the path.
bool is_available(RijndaelPath path);
/// The fastest available path.
RijndaelPath best_path();
/// Makes every cipher keyed from now on take `path`, which must be available: for tests and
/// benchmarks.
void use_path(RijndaelPath path);

}  // namespace rscp::inline v0_1
