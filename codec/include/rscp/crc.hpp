// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <rscp/bytes.hpp>

namespace rscp::inline v0_1 {

/// CRC-32 of zlib and IEEE 802.3 (reflected 0xEDB88320): over a frame's header and data.
std::uint32_t crc32(Bytes bytes);

}  // namespace rscp::inline v0_1
