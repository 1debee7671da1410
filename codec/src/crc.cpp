// SPDX-License-Identifier: MIT
#include <zlib.h>

#include <rscp/crc.hpp>

namespace rscp::inline v0_1 {

std::uint32_t crc32(Bytes bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

}  // namespace rscp::inline v0_1
