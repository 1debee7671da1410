// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/bytes.hpp>
#include <rscp/crc.hpp>

using namespace rscp;

TEST_CASE("hexadecimal text goes both ways and rejects what is none") {
  const ByteBuffer bytes = {0x00, 0x0f, 0xa5, 0xff};
  CHECK(to_hex(bytes) == "000fa5ff");
  CHECK(from_hex("000fA5ff") == bytes);
  CHECK(from_hex("") == ByteBuffer());
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("0g"));
  CHECK_FALSE(from_hex(" 00 "));
}

TEST_CASE("little-endian numbers keep their sign") {
  std::uint8_t data[8] = {};
  store_le(data, std::int32_t{-2});
  CHECK(to_hex({data, 4}) == "feffffff");
  CHECK(load_le<std::int32_t>(data) == -2);
  CHECK(load_le<std::uint16_t>(data) == 0xFFFE);
  CHECK(load_le<std::int8_t>(data) == -2);
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("Wärme €  \xF0\x9F\x94\x8B"));
  CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong
  CHECK_FALSE(is_utf8("\xE0\x80\x80"));      // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  CHECK_FALSE(is_utf8("\xE2\x82"));          // cut
  CHECK_FALSE(is_utf8("W\xE4rme"));          // Latin-1
  CHECK(repair_utf8("W\xE4rme\xE2\x82") == "W\xEF\xBF\xBDrme\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("CRC-32 has its published check value") {
  CHECK(crc32(as_bytes("123456789")) == 0xCBF43926);
  CHECK(crc32({}) == 0);
}
