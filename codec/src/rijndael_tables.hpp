// SPDX-License-Identifier: MIT
// The constants of Rijndael, computed by the compiler from their definition in "The Design of
// Rijndael" (Daemen, Rijmen), so that there is no table to mistype.
#pragma once

#include <array>
#include <cstdint>

namespace rscp::detail {

constexpr std::uint8_t times2(std::uint8_t a) {
  const unsigned doubled = unsigned{a} << 1U;
  return static_cast<std::uint8_t>(doubled ^ ((a & 0x80U) != 0 ? 0x1BU : 0U));
}

constexpr std::uint8_t multiply(std::uint8_t a, std::uint8_t b) {
  std::uint8_t product = 0;
  for (; b != 0; b >>= 1U, a = times2(a)) {
    if ((b & 1U) != 0) product ^= a;
  }
  return product;
}

constexpr std::uint8_t rotate_left(std::uint8_t a, unsigned by) {
  return static_cast<std::uint8_t>((unsigned{a} << by) | (unsigned{a} >> (8U - by)));
}

constexpr std::array<std::uint8_t, 256> make_sbox() {
  std::array<std::uint8_t, 256> box{};
  std::uint8_t p = 1;
  std::uint8_t q = 1;  // always the inverse of p: p runs through the powers of 3, q of 1/3
  do {
    p = multiply(p, 3);
    q = multiply(q, 0xF6);
    box[p] = static_cast<std::uint8_t>(q ^ rotate_left(q, 1) ^ rotate_left(q, 2) ^
                                       rotate_left(q, 3) ^ rotate_left(q, 4) ^ 0x63U);
  } while (p != 1);
  box[0] = 0x63;
  return box;
}

constexpr std::array<std::uint8_t, 256> invert(const std::array<std::uint8_t, 256>& box) {
  std::array<std::uint8_t, 256> inverse{};
  for (unsigned i = 0; i < 256; ++i) inverse[box[i]] = static_cast<std::uint8_t>(i);
  return inverse;
}

inline constexpr auto kSbox = make_sbox();
inline constexpr auto kInverseSbox = invert(kSbox);

/// How far row r of a block of eight columns is rotated.
inline constexpr std::array<unsigned, 4> kRowShift = {0, 1, 3, 4};

}  // namespace rscp::detail
