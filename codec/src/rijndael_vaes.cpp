// SPDX-License-Identifier: MIT
// Rijndael-256 with AES instructions on registers of 32 bytes (VAES with AVX2): a block is one
// register, and its halves change places to prepare a round.
#include "rijndael_paths.hpp"

#if defined(__x86_64__) && defined(__VAES__)
#include "rijndael_register256.hpp"

namespace rscp::detail {
namespace {

template <bool kForward>
struct Vaes : public Register256<Vaes<kForward>> {
  using Block = __m256i;
  static constexpr std::size_t kWidest = 8;

  static Block both_halves(const std::array<std::uint8_t, 16>& mask) {
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(mask.data())));
  }

  [[nodiscard]] Block prepared(Block block) const {
    constexpr int kSwapHalves = 0x4E;
    const Block swapped = _mm256_permute4x64_epi64(block, kSwapHalves);
    return _mm256_or_si256(_mm256_shuffle_epi8(block, own), _mm256_shuffle_epi8(swapped, other));
  }
  [[nodiscard]] Block round(Block block, Block key) const {
    return kForward ? _mm256_aesenc_epi128(prepared(block), key)
                    : _mm256_aesdec_epi128(prepared(block), key);
  }
  [[nodiscard]] Block last_round(Block block, Block key) const {
    return kForward ? _mm256_aesenclast_epi128(prepared(block), key)
                    : _mm256_aesdeclast_epi128(prepared(block), key);
  }

  // Two shuffles of which each leaves zeros where the other has bytes, and an OR: the blend of
  // these registers takes longer.
  Block from_other = both_halves(kPreparation<kForward>.other);
  Block own = _mm256_or_si256(both_halves(kPreparation<kForward>.index), from_other);
  Block other = _mm256_xor_si256(own, _mm256_set1_epi8(static_cast<char>(kNowhere)));
};

}  // namespace

// A chain waits for each block, and halves in registers of their own change places in no time.
BlockFunctions vaes_functions() {
  return {process_blocks<Vaes<true>>, process_blocks<Vaes<false>>, aesni_functions().chain};
}

bool vaes_supported() {
  return __builtin_cpu_supports("vaes") && __builtin_cpu_supports("avx2") && aesni_supported();
}

}  // namespace rscp::detail

#else

namespace rscp::detail {

BlockFunctions vaes_functions() { return {}; }
bool vaes_supported() { return false; }

}  // namespace rscp::detail

#endif
