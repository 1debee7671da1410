// SPDX-License-Identifier: MIT
// Numbers of the wire format. Source: the public clients and captures of real devices, which
// agree on every one of them; docs/protocol.md tells what each is for.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rscp::inline v0_1 {

inline constexpr std::uint16_t kDefaultPort = 5033;
inline constexpr std::uint16_t kFarmPort = 5034;  ///< virtual master of a farm

inline constexpr std::size_t kCipherBlockSize = 32;  ///< bytes; Rijndael with 256-bit blocks
inline constexpr std::size_t kKeySize = 32;          ///< bytes

inline constexpr std::uint16_t kMagic = 0xDCE3;  ///< E3 DC on the wire, little endian
inline constexpr std::uint16_t kControlWithCrc = 0x1100;
inline constexpr std::uint16_t kControlWithoutCrc = 0x0100;
inline constexpr std::uint16_t kControlCrcBit = 0x1000;
inline constexpr std::uint16_t kControlVersionMask = 0x0F00;
inline constexpr std::uint16_t kControlReservedMask = 0xE0FF;

inline constexpr std::size_t kFrameHeaderSize = 18;
inline constexpr std::size_t kCrcSize = 4;
inline constexpr std::size_t kMaxFrameData = 65535;
inline constexpr std::size_t kMaxFrameSize = kFrameHeaderSize + kMaxFrameData + kCrcSize;

inline constexpr std::size_t kItemHeaderSize = 7;  ///< tag 4, type 1, length 2

/// The size that `size` bytes have once zero padded to whole cipher blocks.
constexpr std::uint64_t padded_size(std::uint64_t size) {
  return (size + kCipherBlockSize - 1) / kCipherBlockSize * kCipherBlockSize;
}

}  // namespace rscp::inline v0_1
