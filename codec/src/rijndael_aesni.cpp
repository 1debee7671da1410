// SPDX-License-Identifier: MIT
// Rijndael-256 with the AES instructions of x86: a block is two registers of 16 bytes.
#include "rijndael_loops.hpp"

#if defined(__x86_64__) && defined(__AES__)
#include <immintrin.h>

namespace rscp::detail {
namespace {

__m128i load_half(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
void store_half(void* to, __m128i value) { _mm_storeu_si128(static_cast<__m128i*>(to), value); }

template <bool kForward>
struct AesNi {
  struct Block {
    __m128i low;
    __m128i high;
  };
  using Single = AesNi;
  static constexpr std::size_t kBlocks = 1;
  static constexpr std::size_t kWidest = 4;

  static Block load(const std::uint8_t* from) { return {load_half(from), load_half(from + 16)}; }
  static void store(std::uint8_t* to, Block block) {
    store_half(to, block.low);
    store_half(to + 16, block.high);
  }
  static Block exclusive_or(Block a, Block b) {
    return {_mm_xor_si128(a.low, b.low), _mm_xor_si128(a.high, b.high)};
  }
  static Block key(const RoundKeys& keys, int round) {
    return load(keys.bytes.data() + 32 * static_cast<std::size_t>(round));
  }

  [[nodiscard]] Block prepared(Block b) const {
    // Shuffled before they are blended: a cycle less than the other way round.
    const __m128i low = _mm_shuffle_epi8(b.low, index);
    const __m128i high = _mm_shuffle_epi8(b.high, index);
    return {_mm_blendv_epi8(low, high, other), _mm_blendv_epi8(high, low, other)};
  }
  [[nodiscard]] Block round(Block block, Block key) const {
    const Block b = prepared(block);
    return kForward ? Block{_mm_aesenc_si128(b.low, key.low), _mm_aesenc_si128(b.high, key.high)}
                    : Block{_mm_aesdec_si128(b.low, key.low), _mm_aesdec_si128(b.high, key.high)};
  }
  [[nodiscard]] Block last_round(Block block, Block key) const {
    const Block b = prepared(block);
    return kForward
               ? Block{_mm_aesenclast_si128(b.low, key.low), _mm_aesenclast_si128(b.high, key.high)}
               : Block{_mm_aesdeclast_si128(b.low, key.low),
                       _mm_aesdeclast_si128(b.high, key.high)};
  }

  __m128i index = load_half(kPreparation<kForward>.index.data());
  __m128i other = load_half(kPreparation<kForward>.other.data());
};

}  // namespace

BlockFunctions aesni_functions() {
  return {process_blocks<AesNi<true>>, process_blocks<AesNi<false>>, process_chain<AesNi<true>>};
}

bool aesni_supported() {
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("ssse3") &&
         __builtin_cpu_supports("sse4.1");
}

}  // namespace rscp::detail

#else

namespace rscp::detail {

BlockFunctions aesni_functions() { return {}; }
bool aesni_supported() { return false; }

}  // namespace rscp::detail

#endif
