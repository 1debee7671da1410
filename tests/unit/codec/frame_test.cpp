// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "vectors.hpp"
#include <rscp/frame.hpp>

using namespace rscp;

namespace {

// Frames of real devices, quoted in public issue threads.
const char* const kDeviceFrames[] = {
    "e3dc001121000b650000000070da58201c00010000000e1500020000000d040054455354030000000d030031323378"
    "babe16",
    "e3dc001106010b6500000000309eee2e0800010080000301000ad4e6f5cf",
    "e3dc00111a771a6600000000306c9f050800010080000301000a8c59771b",
    "e3dc0011e8092a6600000000e889d53a0800010080000301000a853185d5",
    "e3dc00115e010b65000000001830de1f0b00010080000604000000000003120cf6",
    "e3dc001178b00a6500000000c8c7d0300e0001000001000000020000010000004c769f09",
    "e3dc00117bb00a6500000000885e2c011600010080010604004f120000020080010604005b08000058156e18",
};

ByteBuffer bytes_of(std::string_view hex) { return from_hex(hex).value(); }

}  // namespace

TEST_CASE("frames of real devices have sound checksums and encode to the same bytes") {
  for (const char* hex : kDeviceFrames) {
    CAPTURE(hex);
    const ByteBuffer bytes = bytes_of(hex);
    const auto parsed = Frame::parse(bytes).value();
    CHECK(parsed.errors.empty());
    CHECK(parsed.frame.crc == CrcStatus::Ok);
    CHECK(parsed.frame.encode().value() == bytes);
  }
}

TEST_CASE("the worked vectors parse and encode to the same bytes") {
  for (const auto& vector : test::load_vectors()) {
    CAPTURE(vector.session, vector.label);
    const auto parsed = Frame::parse(vector.plain).value();
    CHECK(parsed.errors.empty());
    CHECK(parsed.frame.encode().value() == vector.plain);
    CHECK(parsed.frame.padding.empty());
    CHECK(parsed.frame.time.seconds >= 1700000000);
  }
}

TEST_CASE("a device's power answer reads as 4687 W and 2139 W") {
  const auto frame = Frame::parse(bytes_of(kDeviceFrames[6])).value().frame;
  REQUIRE(frame.values.size() == 2);
  CHECK(frame.values[0].integer() == 4687);
  CHECK(frame.values[1].integer() == 2139);
  CHECK(frame.time == Timestamp{0x650ab07b, 0x012c5e88});
}

TEST_CASE("a wrong checksum is told and kept") {
  ByteBuffer bytes = bytes_of(kDeviceFrames[1]);
  bytes.back() ^= 0xFF;
  const auto parsed = Frame::parse(bytes).value();
  CHECK(parsed.frame.crc == CrcStatus::Bad);
  REQUIRE(parsed.errors.size() == 1);
  CHECK(parsed.errors[0].message() == "CRC is 0x30F5E6D4, computed 0xCFF5E6D4 at byte 26");
  CHECK(parsed.frame.encode(Frame::Checksum::AsRead).value() == bytes);
  CHECK(parsed.frame.encode().value() == bytes_of(kDeviceFrames[1]));
}

TEST_CASE("faults in the header are named with what was expected") {
  const auto message = [](std::string_view hex) {
    return Frame::parse(bytes_of(hex)).error().message();
  };
  CHECK(message("e3dc") == "header needs 18 bytes, 2 left at byte 0");
  CHECK(message("e3dd001106010b6500000000309eee2e0800") ==
        "frame begins with 0xDDE3 instead of 0xDCE3 at byte 0");
  CHECK(message("e3dc001206010b6500000000309eee2e0800") ==
        "protocol version 2, expected 1 at byte 2");
  CHECK(message("e3dc001106010b6500000000309eee2effff") ==
        "frame needs 65557 bytes, 18 there at byte 0");
}

TEST_CASE("reserved control bits are told and kept") {
  ByteBuffer bytes = bytes_of("e3dc012106010b6500000000309eee2e0000");
  const auto parsed = Frame::parse(bytes).value();
  REQUIRE(parsed.errors.size() == 1);
  CHECK(parsed.errors[0].message() == "reserved bits set in control field 0x2101 at byte 2");
  CHECK(parsed.frame.encode().value() == bytes);
}

TEST_CASE("padding is kept whatever its bytes") {
  ByteBuffer bytes = bytes_of(kDeviceFrames[1]);
  bytes.push_back(0xAA);
  bytes.push_back(0x55);
  CHECK(to_hex(Frame::parse(bytes).value().frame.padding) == "aa55");
}

TEST_CASE("the largest frame goes both ways, one byte more does not") {
  Frame frame;
  frame.values.push_back(Value::raw(Tag{1}, DataType::ByteArray, ByteBuffer(65528, 0x5A)));
  const auto bytes = frame.encode().value();
  CHECK(bytes.size() == kMaxFrameSize);
  const auto parsed = Frame::parse(bytes).value();
  CHECK(parsed.errors.empty());
  CHECK(parsed.frame.values == frame.values);
  frame.trailing.push_back(0);
  CHECK(frame.encode().error().message == "frame data of 65536 bytes; a frame holds 65535 at most");
}

TEST_CASE("an empty frame is a frame") {
  Frame frame;
  const auto bytes = frame.encode().value();
  CHECK(bytes.size() == 22);
  CHECK(Frame::parse(bytes).value().frame.values.empty());
}

TEST_CASE("a careful sender's frame is the one that encode() writes, save a last byte of zero") {
  const std::vector<Value> values{{"EMS_POWER_PV", 4711}, {"BAT_DATA", {{"BAT_INDEX", 0}}}};
  bool nudged = false;
  for (std::int64_t seconds = 0; seconds < 600; ++seconds) {
    Frame frame;
    frame.time = {seconds, 999'999'000};
    frame.values = values;
    const ByteBuffer plain = frame.encode().value();
    const ByteBuffer sealed = seal_frame(values, frame.time).value();
    REQUIRE(sealed.back() != 0);
    if (plain.back() != 0) {
      REQUIRE(sealed == plain);
    } else {
      nudged = true;
      const Frame again = Frame::parse(sealed).value().frame;
      CHECK(again.crc == CrcStatus::Ok);
      CHECK(again.time != frame.time);
      CHECK(again.values == values);
    }
  }
  CHECK(nudged);
  const Value big(Tag{1}, DataType::ByteArray, ByteBuffer(65535));
  CHECK(seal_frame({&big, 1}, {}).error().message ==
        "frame data of 65542 bytes; a frame holds 65535 at most");
}
