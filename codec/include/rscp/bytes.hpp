// SPDX-License-Identifier: MIT
// Bytes, little-endian integers and hexadecimal text.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rscp::inline v0_1 {

using Bytes = std::span<const std::uint8_t>;
using ByteBuffer = std::vector<std::uint8_t>;

/// Reads the little-endian number at `data`, which must hold sizeof(T) bytes.
template <std::integral T>
constexpr T load_le(const std::uint8_t* data) {
  std::make_unsigned_t<T> value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<std::make_unsigned_t<T>>(
        value | (static_cast<std::make_unsigned_t<T>>(data[i]) << (8 * i)));
  }
  return static_cast<T>(value);
}

/// Writes `value` as little endian to `data`, which must have room for sizeof(T) bytes.
template <std::integral T>
constexpr void store_le(std::uint8_t* data, T value) {
  const auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    data[i] = static_cast<std::uint8_t>((bits >> (8 * i)) & 0xFFU);
  }
}

/// The bytes of `text`, not copied.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The characters of `bytes`, not copied and not checked.
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal, two digits a byte.
std::string to_hex(Bytes bytes);

/// The bytes of hexadecimal text; nothing if it has an odd length or another character.
std::optional<ByteBuffer> from_hex(std::string_view text);

/// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

/// `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace rscp::inline v0_1
