// SPDX-License-Identifier: MIT
// Rijndael-256 with constant tables, for machines without AES instructions, and the key schedule
// that all paths share.
#include <bit>
#include <cstring>

#include <cryptopp/misc.h>

#include "rijndael_paths.hpp"
#include "rijndael_tables.hpp"
#include <rscp/bytes.hpp>

namespace rscp::detail {
namespace {

using Table = std::array<std::uint32_t, 256>;

// One column of the mixed state for a byte in row 0; rotated for the other rows.
constexpr Table mixing_table(const std::array<std::uint8_t, 256>& box,
                             const std::array<std::uint8_t, 4>& column) {
  Table table{};
  for (unsigned i = 0; i < 256; ++i) {
    for (unsigned row = 0; row < 4; ++row) {
      table[i] |= std::uint32_t{multiply(box[i], column[row])} << (8 * row);
    }
  }
  return table;
}

constexpr Table kMix = mixing_table(kSbox, {2, 1, 1, 3});
constexpr Table kInverseMix = mixing_table(kInverseSbox, {14, 9, 13, 11});

constexpr std::size_t kColumns = 8;
using State = std::array<std::uint32_t, kColumns>;

std::uint8_t row_of(std::uint32_t column, unsigned row) {
  return static_cast<std::uint8_t>(column >> (8 * row));
}

template <bool kForward>
std::size_t source_column(std::size_t column, unsigned row) {
  const std::size_t shift = kRowShift[row];
  return (kForward ? column + shift : column + kColumns - shift) % kColumns;
}

// One block; everything is read before `out` is written.
template <bool kForward>
void process_block(const RoundKeys& keys, State state, const std::uint8_t* xor_with,
                   std::uint8_t* out) {
  constexpr const Table& table = kForward ? kMix : kInverseMix;
  constexpr const auto& box = kForward ? kSbox : kInverseSbox;
  const auto key = [&](int round, std::size_t column) {
    return load_le<std::uint32_t>(keys.bytes.data() + 32 * static_cast<std::size_t>(round) +
                                  4 * column);
  };
  for (std::size_t c = 0; c < kColumns; ++c) state[c] ^= key(0, c);
  for (int round = 1; round < kRounds; ++round) {
    State next;
    for (std::size_t c = 0; c < kColumns; ++c) {
      std::uint32_t column = key(round, c);
      for (unsigned row = 0; row < 4; ++row) {
        const auto byte = row_of(state[source_column<kForward>(c, row)], row);
        column ^= std::rotl(table[byte], static_cast<int>(8 * row));
      }
      next[c] = column;
    }
    state = next;
  }
  for (std::size_t c = 0; c < kColumns; ++c) {
    std::uint32_t column = key(kRounds, c);
    for (unsigned row = 0; row < 4; ++row) {
      const auto byte = row_of(state[source_column<kForward>(c, row)], row);
      column ^= std::uint32_t{box[byte]} << (8 * row);
    }
    if (xor_with != nullptr) column ^= load_le<std::uint32_t>(xor_with + 4 * c);
    store_le(out + 4 * c, column);
  }
}

State load(const std::uint8_t* in) {
  State state;
  for (std::size_t c = 0; c < kColumns; ++c) state[c] = load_le<std::uint32_t>(in + 4 * c);
  return state;
}

template <bool kForward>
void process(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* xor_with,
             std::uint8_t* out, std::size_t blocks) {
  while (blocks-- > 0) {
    const std::size_t at = 32 * blocks;
    process_block<kForward>(keys, load(in + at), xor_with == nullptr ? nullptr : xor_with + at,
                            out + at);
  }
}

void chain(const RoundKeys& keys, const std::uint8_t* in, const std::uint8_t* vector,
           std::uint8_t* out, std::size_t blocks) {
  for (; blocks > 0; --blocks, in += 32, vector = out, out += 32) {
    State state = load(in);
    for (std::size_t c = 0; c < kColumns; ++c) state[c] ^= load_le<std::uint32_t>(vector + 4 * c);
    process_block<true>(keys, state, nullptr, out);
  }
}

std::uint32_t substitute(std::uint32_t word) {
  std::uint32_t result = 0;
  for (unsigned row = 0; row < 4; ++row)
    result |= std::uint32_t{kSbox[row_of(word, row)]} << (8 * row);
  return result;
}

std::uint32_t mix_inverse(std::uint32_t column) {
  std::uint32_t result = 0;
  for (unsigned row = 0; row < 4; ++row) {
    result ^= std::rotl(kInverseMix[kSbox[row_of(column, row)]], static_cast<int>(8 * row));
  }
  return result;
}

}  // namespace

RoundKeys expand_key(const std::uint8_t* key, bool for_decryption) {
  constexpr std::size_t kWords = kColumns * (kRounds + 1);
  std::array<std::uint32_t, kWords> words{};
  for (std::size_t i = 0; i < kColumns; ++i) words[i] = load_le<std::uint32_t>(key + 4 * i);
  std::uint8_t round_constant = 1;
  for (std::size_t i = kColumns; i < kWords; ++i) {
    std::uint32_t word = words[i - 1];
    if (i % kColumns == 0) {
      word = substitute(std::rotr(word, 8)) ^ round_constant;
      round_constant = times2(round_constant);
    } else if (i % kColumns == 4) {
      word = substitute(word);
    }
    words[i] = words[i - kColumns] ^ word;
  }
  RoundKeys keys;
  for (std::size_t round = 0; round <= kRounds; ++round) {
    const std::size_t from = for_decryption ? kRounds - round : round;
    const bool mixed = for_decryption && round != 0 && round != kRounds;
    for (std::size_t c = 0; c < kColumns; ++c) {
      const std::uint32_t word = words[from * kColumns + c];
      store_le(keys.bytes.data() + 32 * round + 4 * c, mixed ? mix_inverse(word) : word);
    }
  }
  CryptoPP::SecureWipeArray(words.data(), words.size());
  return keys;
}

BlockFunctions portable_functions() { return {process<true>, process<false>, chain}; }

}  // namespace rscp::detail
