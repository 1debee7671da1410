// SPDX-License-Identifier: MIT
// Values of every kind, the awkward ones included, and random ones.
#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <rscp/value.hpp>

namespace test {

inline std::vector<rscp::Value> sample_values() {
  using namespace rscp;
  const auto raw = [](const char* tag, DataType type, std::string_view hex) {
    return Value::raw(TagName(tag).tag(), type, from_hex(hex).value());
  };
  const Tag unknown{0x01ABCDEF};
  return {
      Value{"EMS_REQ_POWER_PV"},
      Value{"EMS_REQ_GET_POWER_SETTINGS"},
      Value{"EMS_REQ_GET_POWER_SETTINGS", std::vector<Value>()},
      raw("BAT_REQ_DATA", DataType::None, ""),
      raw("EMS_REQ_POWER_PV", DataType::None, "00"),
      Value{"PVI_ON_GRID", true},
      raw("PVI_ON_GRID", DataType::Bool, "02"),
      raw("PVI_ON_GRID", DataType::Bool, ""),
      Value{"EMS_EXT_SRC_AVAILABLE", -128},
      Value{"EMS_BAT_SOC", 255},
      Value{"BAT_INDEX", DataType::Int16, -32768},
      Value{"BAT_INDEX", 65535},
      raw("BAT_INDEX", DataType::UInt16, "010203"),
      Value{"EMS_POWER_PV", std::numeric_limits<std::int32_t>::min()},
      Value{"EMS_STATUS", std::numeric_limits<std::uint32_t>::max()},
      Value{"EMS_MANUAL_CHARGE_START_COUNTER", std::numeric_limits<std::int64_t>::min()},
      Value{"BAT_DCB_LAST_MESSAGE_TIMESTAMP", std::numeric_limits<std::uint64_t>::max()},
      Value{"BAT_RSOC", 78.5F},
      Value{"BAT_RSOC", 0.1F},
      Value{"BAT_RSOC", -0.0F},
      Value{"PM_POWER_L1", -0.0},
      Value{"BAT_RSOC", std::nan("")},
      Value{"BAT_RSOC", -std::numeric_limits<float>::infinity()},
      raw("BAT_RSOC", DataType::Float32, "0100c07f"),
      Value{"PM_POWER_L1", -1.5e-300},
      raw("PM_POWER_L1", DataType::Double64, "010000000000f07f"),
      Value{"INFO_SERIAL_NUMBER", ""},
      Value{"INFO_SERIAL_NUMBER", "W\xC3\xA4rme \"quoted\" \\ \n\t\x01\x7F # no comment"},
      raw("INFO_SERIAL_NUMBER", DataType::CString, "57e4726d65"),
      Value{"INFO_UTC_TIME", Timestamp{1700000000, 123456789}},
      Value{"INFO_UTC_TIME", Timestamp{-1, -1}},
      Value{"INFO_UTC_TIME", Timestamp{std::numeric_limits<std::int64_t>::max(), 0}},
      Value{"WB_EXTERN_DATA", ByteBuffer{0xDC, 0x05}},
      Value{"WB_EXTERN_DATA", ByteBuffer{}},
      raw("BAT_STATUS_CODE", DataType::Bitfield, "a1b2c3"),
      raw("BAT_DATA", DataType::Error, "06000000"),
      raw("BAT_DATA", DataType::Error, "06"),
      raw("BAT_DATA", DataType::Error, "ffffffff"),
      raw("BAT_DATA", DataType::Error, "0102"),
      raw("BAT_DATA", DataType::CompressedContainer, "0001"),
      Value::raw(unknown, static_cast<DataType>(0x42), from_hex("0011").value()),
      Value::raw(unknown, DataType::UInt32, from_hex("05000000").value()),
      Value::raw(unknown, DataType::None, {}),
      Value::container(unknown, {Value{"BAT_INDEX", 1}}, from_hex("aabb").value()),
      Value::container(TagName("BAT_DATA").tag(), {}, from_hex("aabb").value()),
      Value{"BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_SPECIFICATION", {{"BAT_ROLE", 257}}}}},
      Value::raw(Tag{0x2B000000}, DataType::UInt16, from_hex("0100").value()),
  };
}

/// What decodes from random bytes that look a little like items.
inline rscp::DecodedValues random_values(std::mt19937& random) {
  using namespace rscp;
  const auto all = Dictionary::builtin().all();
  const std::uint8_t types[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                11, 12, 13, 14, 14, 14, 15, 16, 17, 66, 255};
  ByteBuffer bytes;
  while (bytes.size() < 150) {
    const Tag tag = all[random() % all.size()]->tag;
    const std::uint8_t type = types[random() % sizeof types];
    const auto fitting = fixed_size(static_cast<DataType>(type));
    const std::size_t length = fitting && random() % 4 != 0 ? *fitting : random() % 24;
    std::uint8_t header[7];
    store_le(header, code_of(tag));
    header[4] = type;
    store_le(header + 5, static_cast<std::uint16_t>(length));
    bytes.insert(bytes.end(), header, header + 7);
    // A container's payload is what comes next anyway.
    for (std::size_t i = type == 14 ? length : 0; i < length; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(random()));
    }
  }
  return decode_values(bytes);
}

}  // namespace test
