// SPDX-License-Identifier: MIT
// Rijndael-256 with the AES instructions of x86. Those work on 16 bytes, four columns; a block is
// two such halves. The one thing that differs from AES is how far the rows are rotated, so before
// each round the bytes are brought to where AES's own rotation then takes them to the right place.
// The idea is from Intel's white paper on AES-NI (S. Gueron); the masks are computed here.
#include "rijndael_paths.hpp"
#include "rijndael_tables.hpp"

#if defined(__x86_64__) && defined(__AES__)
#include <immintrin.h>

namespace rscp::detail {
namespace {

// Byte p of a prepared half comes from byte `index[p]` of this half, or of the other one where
// `other` at that index has its top bit set.
struct Masks {
  alignas(16) std::array<std::uint8_t, 16> index{};
  alignas(16) std::array<std::uint8_t, 16> other{};
};

constexpr Masks make_masks(bool forward) {
  Masks masks;
  for (unsigned column = 0; column < 4; ++column) {
    for (unsigned row = 0; row < 4; ++row) {
      // AES takes prepared column `column` to `target`; there the block's own rotation wants
      // column `source` of the eight, counted from the start of this half.
      const unsigned target = forward ? (column + 4 - row) % 4 : (column + row) % 4;
      const unsigned source =
          forward ? (target + kRowShift[row]) % 8 : (target + 8 - kRowShift[row]) % 8;
      const unsigned byte = 4 * (source % 4) + row;
      masks.index[4 * column + row] = static_cast<std::uint8_t>(byte);
      if (source >= 4) masks.other[byte] = 0x80;
    }
  }
  return masks;
}

constexpr Masks kForwardMasks = make_masks(true);
constexpr Masks kInverseMasks = make_masks(false);

struct Half {
  __m128i low;
  __m128i high;
};

__m128i load(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
void store(void* to, __m128i value) { _mm_storeu_si128(static_cast<__m128i*>(to), value); }

template <bool kForward, std::size_t kBlocks>
void process_some(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* xor_with,
                  std::uint8_t* out) {
  const Masks& masks = kForward ? kForwardMasks : kInverseMasks;
  const __m128i index = load(masks.index.data());
  const __m128i other = load(masks.other.data());
  const auto round_key = [&](int round) {
    const std::uint8_t* at = keys.bytes.data() + 32 * static_cast<std::size_t>(round);
    return Half{load(at), load(at + 16)};
  };
  Half state[kBlocks];
  const Half first = round_key(0);
  for (std::size_t b = 0; b < kBlocks; ++b) {
    state[b] = {_mm_xor_si128(load(in + 32 * b), first.low),
                _mm_xor_si128(load(in + 32 * b + 16), first.high)};
  }
  for (int round = 1; round <= kRounds; ++round) {
    const Half key = round_key(round);
    for (std::size_t b = 0; b < kBlocks; ++b) {
      const __m128i low =
          _mm_shuffle_epi8(_mm_blendv_epi8(state[b].low, state[b].high, other), index);
      const __m128i high =
          _mm_shuffle_epi8(_mm_blendv_epi8(state[b].high, state[b].low, other), index);
      if (round < kRounds) {
        state[b] = kForward
                       ? Half{_mm_aesenc_si128(low, key.low), _mm_aesenc_si128(high, key.high)}
                       : Half{_mm_aesdec_si128(low, key.low), _mm_aesdec_si128(high, key.high)};
      } else {
        state[b] =
            kForward
                ? Half{_mm_aesenclast_si128(low, key.low), _mm_aesenclast_si128(high, key.high)}
                : Half{_mm_aesdeclast_si128(low, key.low), _mm_aesdeclast_si128(high, key.high)};
      }
    }
  }
  for (std::size_t b = 0; b < kBlocks; ++b) {
    if (xor_with != nullptr) {
      state[b] = {_mm_xor_si128(state[b].low, load(xor_with + 32 * b)),
                  _mm_xor_si128(state[b].high, load(xor_with + 32 * b + 16))};
    }
  }
  for (std::size_t b = 0; b < kBlocks; ++b) {
    store(out + 32 * b, state[b].low);
    store(out + 32 * b + 16, state[b].high);
  }
}

template <bool kForward>
void process(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* xor_with,
             std::uint8_t* out, std::size_t blocks) {
  // Four blocks at once keep the AES unit busy: an instruction takes several cycles, but a new
  // one can start in each.
  constexpr std::size_t kInterleaved = 4;
  const auto pass = [&](std::size_t count) {
    in += 32 * count;
    out += 32 * count;
    if (xor_with != nullptr) xor_with += 32 * count;
  };
  for (; blocks >= kInterleaved; blocks -= kInterleaved) {
    process_some<kForward, kInterleaved>(keys, in, xor_with, out);
    pass(kInterleaved);
  }
  for (; blocks > 0; --blocks) {
    process_some<kForward, 1>(keys, in, xor_with, out);
    pass(1);
  }
}

}  // namespace

BlockFunctions aesni_functions() { return {process<true>, process<false>}; }

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
