// SPDX-License-Identifier: MIT
// Rijndael-256 with AES instructions and AVX-512-VBMI, whose one permutation moves any byte to any
// place: it prepares a round alone. Registers of 64 bytes hold two blocks.
#include "rijndael_paths.hpp"

#if defined(__x86_64__) && defined(__VAES__) && defined(__AVX512VBMI__) && defined(__AVX512VL__)
#include "rijndael_register256.hpp"

namespace rscp::detail {
namespace {

using Permutation = std::array<std::uint8_t, 64>;

// `Preparation` for two blocks: where in the register each byte comes from.
constexpr Permutation make_permutation(const Preparation& masks) {
  Permutation permutation{};
  for (unsigned p = 0; p < permutation.size(); ++p) {
    const unsigned half = p / 16 ^ (masks.other[p % 16] == kNowhere ? 1U : 0U);
    permutation[p] = static_cast<std::uint8_t>(16 * half + masks.index[p % 16]);
  }
  return permutation;
}

template <bool kForward>
alignas(64) constexpr Permutation kPermutation = make_permutation(kPreparation<kForward>);

template <bool kForward>
struct VbmiSingle : public Register256<VbmiSingle<kForward>> {
  using Block = __m256i;
  static constexpr std::size_t kWidest = 1;

  [[nodiscard]] Block round(Block block, Block key) const {
    const Block prepared = _mm256_permutexvar_epi8(permutation, block);
    return kForward ? _mm256_aesenc_epi128(prepared, key) : _mm256_aesdec_epi128(prepared, key);
  }
  [[nodiscard]] Block last_round(Block block, Block key) const {
    const Block prepared = _mm256_permutexvar_epi8(permutation, block);
    return kForward ? _mm256_aesenclast_epi128(prepared, key)
                    : _mm256_aesdeclast_epi128(prepared, key);
  }

  Block permutation = VbmiSingle::load(kPermutation<kForward>.data());
};

template <bool kForward>
struct Vbmi {
  using Block = __m512i;
  using Single = VbmiSingle<kForward>;
  static constexpr std::size_t kBlocks = 2;
  static constexpr std::size_t kWidest = 8;

  static Block load(const std::uint8_t* from) { return _mm512_loadu_si512(from); }
  static void store(std::uint8_t* to, Block block) { _mm512_storeu_si512(to, block); }
  static Block exclusive_or(Block a, Block b) { return _mm512_xor_si512(a, b); }
  static Block key(const RoundKeys& keys, int round) {
    return _mm512_broadcast_i64x4(Single::key(keys, round));
  }
  [[nodiscard]] Block round(Block block, Block key) const {
    const Block prepared = _mm512_permutexvar_epi8(permutation, block);
    return kForward ? _mm512_aesenc_epi128(prepared, key) : _mm512_aesdec_epi128(prepared, key);
  }
  [[nodiscard]] Block last_round(Block block, Block key) const {
    const Block prepared = _mm512_permutexvar_epi8(permutation, block);
    return kForward ? _mm512_aesenclast_epi128(prepared, key)
                    : _mm512_aesdeclast_epi128(prepared, key);
  }

  Block permutation = load(kPermutation<kForward>.data());
};

}  // namespace

// A chain waits for each block, and a shuffle and a blend are done sooner than one permutation.
BlockFunctions vbmi_functions() {
  return {process_blocks<Vbmi<true>>, process_blocks<Vbmi<false>>, aesni_functions().chain};
}

bool vbmi_supported() {
  return __builtin_cpu_supports("vaes") && __builtin_cpu_supports("avx512vbmi") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
         aesni_supported();
}

}  // namespace rscp::detail

#else

namespace rscp::detail {

BlockFunctions vbmi_functions() { return {}; }
bool vbmi_supported() { return false; }

}  // namespace rscp::detail

#endif
