// SPDX-License-Identifier: MIT
// A block in one register of 32 bytes. `Path` derives from it: as it lives in an unnamed namespace,
// each file has its own copy, compiled for the instructions that the file may use.
#pragma once

#include <immintrin.h>

#include "rijndael_loops.hpp"

namespace rscp::detail {

template <class Path>
class Register256 {
 public:
  using Block = __m256i;
  using Single = Path;
  static constexpr std::size_t kBlocks = 1;

  static Block load(const std::uint8_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  static void store(std::uint8_t* to, Block block) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), block);
  }
  static Block exclusive_or(Block a, Block b) { return _mm256_xor_si256(a, b); }
  static Block key(const RoundKeys& keys, int round) {
    return load(keys.bytes.data() + 32 * static_cast<std::size_t>(round));
  }

 private:
  friend Path;
  Register256() = default;
};

}  // namespace rscp::detail
