// SPDX-License-Identifier: MIT
// What all ways of computing blocks with AES instructions have in common. A `Path` says what a
// register holds (`Block` is one block, or two side by side: `kBlocks`) and how a round is done
// in it; here is how rounds, blocks and chains follow each other.
//
// A Path is made for one direction and has: Block, kBlocks, kWidest (how many Blocks at once still
// fit the registers), Single (the Path for one block), load, store, exclusive_or, key, round,
// last_round.
#pragma once

#include <array>

#include "rijndael_paths.hpp"
#include "rijndael_tables.hpp"

namespace rscp::detail {

/// AES's own rotation of the rows works on four columns, a block has eight. So before each round
/// its bytes are brought to where that rotation then takes them to the right place: byte p of a
/// prepared half comes from byte `index[p]` of this half, or of the other one where `other[p]` is
/// kNowhere, the index for which a byte shuffle gives 0. The idea is from Intel's white paper on
/// AES-NI (S. Gueron).
struct Preparation {
  alignas(16) std::array<std::uint8_t, 16> index{};
  alignas(16) std::array<std::uint8_t, 16> other{};
};

inline constexpr std::uint8_t kNowhere = 0x80;

constexpr Preparation make_preparation(bool forward) {
  Preparation masks;
  for (unsigned column = 0; column < 4; ++column) {
    for (unsigned row = 0; row < 4; ++row) {
      // AES takes prepared column `column` to `target`; there the block's own rotation wants
      // column `source` of the eight, counted from the start of this half.
      const unsigned target = forward ? (column + 4 - row) % 4 : (column + row) % 4;
      const unsigned source =
          forward ? (target + kRowShift[row]) % 8 : (target + 8 - kRowShift[row]) % 8;
      masks.index[4 * column + row] = static_cast<std::uint8_t>(4 * (source % 4) + row);
      masks.other[4 * column + row] = source < 4 ? 0 : kNowhere;
    }
  }
  return masks;
}

template <bool kForward>
inline constexpr Preparation kPreparation = make_preparation(kForward);

// Several blocks keep the AES unit busy: an instruction takes several cycles, but a new one can
// start in each. All is read before anything is written.
template <class Path, std::size_t kCount>
void process_group(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* xor_with,
                   std::uint8_t* out) {
  constexpr std::size_t kStep = 32 * Path::kBlocks;
  const Path path;
  typename Path::Block state[kCount];
  const auto first = Path::key(keys, 0);
#pragma GCC unroll 8
  for (std::size_t b = 0; b < kCount; ++b) {
    state[b] = Path::exclusive_or(Path::load(in + kStep * b), first);
  }
  for (int round = 1; round < kRounds; ++round) {
    const auto key = Path::key(keys, round);
#pragma GCC unroll 8
    for (std::size_t b = 0; b < kCount; ++b) state[b] = path.round(state[b], key);
  }
  const auto last = Path::key(keys, kRounds);
#pragma GCC unroll 8
  for (std::size_t b = 0; b < kCount; ++b) state[b] = path.last_round(state[b], last);
  if (xor_with != nullptr) {
#pragma GCC unroll 8
    for (std::size_t b = 0; b < kCount; ++b) {
      state[b] = Path::exclusive_or(state[b], Path::load(xor_with + kStep * b));
    }
  }
#pragma GCC unroll 8
  for (std::size_t b = 0; b < kCount; ++b) Path::store(out + kStep * b, state[b]);
}

template <class Path, std::size_t kCount>
void process_groups(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* xor_with,
                    std::uint8_t* out, std::size_t& blocks) {
  if constexpr (kCount <= Path::kWidest) {
    constexpr std::size_t kGroup = kCount * Path::kBlocks;
    while (blocks >= kGroup) {
      blocks -= kGroup;
      const std::size_t at = 32 * blocks;
      process_group<Path, kCount>(keys, in + at, xor_with == nullptr ? nullptr : xor_with + at,
                                  out + at);
    }
  }
}

/// A BlocksFunction: independent blocks, the last ones first.
template <class Path>
void process_blocks(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* xor_with,
                    std::uint8_t* out, std::size_t blocks) {
  process_groups<Path, 8>(keys, in, xor_with, out, blocks);
  process_groups<Path, 4>(keys, in, xor_with, out, blocks);
  process_groups<Path, 2>(keys, in, xor_with, out, blocks);
  process_groups<Path, 1>(keys, in, xor_with, out, blocks);
  process_groups<typename Path::Single, 1>(keys, in, xor_with, out, blocks);
}

/// A BlocksFunction: CBC encryption, which has to wait for each block.
template <class Path>
void process_chain(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* vector,
                   std::uint8_t* out, std::size_t blocks) {
  if (blocks == 0) return;
  const Path path;
  typename Path::Block key[kRounds + 1];
  for (int round = 0; round <= kRounds; ++round) key[round] = Path::key(keys, round);
  auto input = Path::exclusive_or(Path::load(in), key[0]);
  auto state = Path::exclusive_or(Path::load(vector), input);
  for (;;) {
#pragma GCC unroll 16
    for (int round = 1; round < kRounds; ++round) state = path.round(state, key[round]);
    if (--blocks == 0) break;
    // The next input goes into the last key: the chain does not wait for an XOR of its own.
    in += 32;
    input = Path::exclusive_or(Path::load(in), key[0]);
    state = path.last_round(state, Path::exclusive_or(key[kRounds], input));
    Path::store(out, Path::exclusive_or(state, input));
    out += 32;
  }
  Path::store(out, path.last_round(state, key[kRounds]));
}

}  // namespace rscp::detail
