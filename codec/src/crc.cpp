// SPDX-License-Identifier: MIT
#include <cryptopp/crc.h>

#include <rscp/crc.hpp>

namespace rscp {

std::uint32_t crc32(Bytes bytes) {
  CryptoPP::CRC32 crc;
  crc.Update(bytes.data(), bytes.size());
  std::uint8_t digest[4];
  crc.Final(digest);  // least significant byte first
  return load_le<std::uint32_t>(digest);
}

}  // namespace rscp
