// SPDX-License-Identifier: MIT
#include <random>
#include <sstream>

#include "catch.hpp"
#include <rscp/chrono.hpp>
#include <rscp/ostream.hpp>
#include <rscp/value.hpp>

using namespace rscp;

namespace {

std::string encoded(const Value& value) { return to_hex(encode_values({&value, 1}).value()); }

DecodedValues decoded(std::string_view hex) { return decode_values(from_hex(hex).value()); }

// An item of type Container around `inside`.
ByteBuffer wrap(const ByteBuffer& inside) {
  ByteBuffer item(7);
  store_le(item.data(), std::uint32_t{0x03840000});
  item[4] = 0x0E;
  store_le(item.data() + 5, static_cast<std::uint16_t>(inside.size()));
  item.insert(item.end(), inside.begin(), inside.end());
  return item;
}

}  // namespace

TEST_CASE("nested values are written as naturally as nested lists") {
  const Value request{"TAG_RSCP_REQ_AUTHENTICATION",
                      {{"TAG_RSCP_AUTHENTICATION_USER", "local.user"},
                       {"TAG_RSCP_AUTHENTICATION_PASSWORD", "secret"}}};
  // The data part of the worked vector A/C1.
  CHECK(encoded(request) ==
        "010000000e1e00020000000d0a006c6f63616c2e75736572030000000d0600736563726574");
  const Value battery{
      "BAT_REQ_DATA",
      {{"BAT_INDEX", 0}, {"BAT_REQ_RSOC"}, {"BAT_REQ_MODULE_VOLTAGE"}, {"BAT_REQ_CURRENT"}}};
  CHECK(encoded(battery) ==
        "000004030e1e00010004030502000000010000030000000200000300000003000003000000");
}

TEST_CASE("one child, no child and a given type build what they say") {
  const Value one{"BAT_REQ_DATA", {{"BAT_INDEX", 1}}};
  REQUIRE(one.children().size() == 1);
  CHECK(one.child("BAT_INDEX")->integer() == 1);
  const Value lone{"BAT_REQ_DATA", {{"BAT_REQ_RSOC"}}};
  REQUIRE(lone.children().size() == 1);
  CHECK(lone.children()[0].type() == DataType::None);
  const Value empty{"EMS_REQ_SET_POWER_SETTINGS"};
  CHECK(empty.is_container());
  CHECK(empty.children().empty());
  CHECK(Value{"BAT_INDEX", DataType::UChar8, 3}.type() == DataType::UChar8);
  CHECK(Value{"EMS_REQ_POWER_PV"}.type() == DataType::None);
}

TEST_CASE("a program's mistake is named") {
  CHECK_THROWS_WITH(Value("EMS_REQ_POWR_PV"),
                    Catch::Contains("unknown tag EMS_REQ_POWR_PV, did you mean EMS_REQ_POWER_PV"));
  CHECK_THROWS_WITH(Value("BAT_INDEX", 70000), "BAT_INDEX: 70000 does not fit UInt16 (0 to 65535)");
  CHECK_THROWS_WITH(Value("EMS_AUTARKY", 9e48), "EMS_AUTARKY: 9e+48 does not fit Float32");
  CHECK_THROWS_WITH(Value("BAT_INDEX", "zero"), "BAT_INDEX: text is no UInt16");
  CHECK_THROWS_WITH(Value("EMS_REQ_POWER_PV", 1),
                    "EMS_REQ_POWER_PV: takes no value unless a type is given with it");
}

TEST_CASE("numbers are converted to the declared type if they fit it") {
  CHECK(encoded(Value{"EMS_POWER_PV", -91}) == "01008001060400a5ffffff");
  CHECK(encoded(Value{"BAT_RSOC", 78}) == "010080030a040000009c42");
  CHECK(encoded(Value{"DB_REQ_HISTORY_TIME_START", 1700000000}) ==
        "010100060f0c0000f153650000000000000000");
  CHECK_FALSE(Value::make(Tag{1}, DataType::Bool, 2));
  CHECK_FALSE(Value::make(Tag{1}, DataType::UInt64, -1));
  CHECK(std::get<std::uint64_t>(
            Value::make(Tag{1}, DataType::UInt64, UINT64_MAX)->scalar().value()) == UINT64_MAX);
  CHECK(Value::make(Tag{1}, DataType::Error, ErrorCode{6})->error() == ErrorCode{6});
  CHECK_FALSE(Value::make(Tag{1}, DataType::CString, std::string(65536, 'x')));
}

TEST_CASE("failed authentication as Int32 reads as a number") {
  // Worked vector B/D1: the declared type is UChar8.
  const auto values = decoded("0100800006040000000000").values;
  REQUIRE(values.size() == 1);
  CHECK(values[0].type() == DataType::Int32);
  CHECK(values[0].integer() == 0);
}

TEST_CASE("errors of one byte and of four are errors") {
  const auto values = decoded("00008403ff04000600000000008403ff010006").values;
  REQUIRE(values.size() == 2);
  CHECK(values[0].error() == ErrorCode{6});
  CHECK(values[1].error() == ErrorCode{6});
}

TEST_CASE("a malformed item does not lose those before it") {
  // A whole item, then one whose length lies.
  const auto result = decoded(
      "0100800303010005"
      "02008003030900aa");
  REQUIRE(result.values.size() == 1);
  CHECK(result.values[0].integer() == 5);
  CHECK(to_hex(result.trailing) == "02008003030900aa");
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].message() == "length field says 9 bytes, 1 left at byte 8");
}

TEST_CASE("a malformed container does not lose what follows it") {
  // BAT_DATA of 3 stray bytes, then BAT_RSOC.
  const auto result = decoded(
      "000084030e0300aabbcc"
      "010080030a040000009d42");
  REQUIRE(result.values.size() == 2);
  CHECK(to_hex(result.values[0].trailing()) == "aabbcc");
  CHECK(result.values[1].number() == 78.5);
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].message() == "header needs 7 bytes, 3 left at byte 7 in BAT_DATA");
}

TEST_CASE("containers nested 9,000 deep are cut at the limit and lose no byte") {
  ByteBuffer nested;
  for (int i = 0; i < 9000; ++i) nested = wrap(nested);
  const auto result = decode_values(nested);
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].code == DecodeErrorCode::TooDeep);
  CHECK(result.errors[0].message() ==
        "containers nested deeper than 64, content kept as bytes at byte 448 in "
        "BAT_DATA/BAT_DATA/BAT_DATA/BAT_DATA/BAT_DATA/BAT_DATA/... (65 deep)");
  CHECK(encode_values(result.values, result.trailing).value() == nested);
}

TEST_CASE("any bytes decode and encode to the same bytes") {
  std::mt19937 random(42);
  for (int round = 0; round < 3000; ++round) {
    ByteBuffer bytes;
    // Biased towards item headers that make sense, so that containers occur.
    while (bytes.size() < 200) {
      const std::uint8_t types[] = {0, 1, 3, 5, 7, 10, 13, 14, 14, 14, 15, 16, 17, 0x42, 255};
      const std::uint8_t header[] = {
          static_cast<std::uint8_t>(random()),      0, 0x80, 3, types[random() % sizeof types],
          static_cast<std::uint8_t>(random() % 40), 0};
      bytes.insert(bytes.end(), header, header + 7);
      for (auto i = random() % 6; i > 0; --i) {
        bytes.push_back(static_cast<std::uint8_t>(random()));
      }
    }
    const auto result = decode_values(bytes);
    REQUIRE(encode_values(result.values, result.trailing).value() == bytes);
  }
}

TEST_CASE("a payload beyond what a length field can say is refused") {
  const Value big =
      Value::container(Tag{1}, {Value::raw(Tag{2}, DataType::ByteArray, ByteBuffer(40000)),
                                Value::raw(Tag{2}, DataType::ByteArray, ByteBuffer(40000))});
  CHECK(encode_values({&big, 1}).error().message ==
        "RSCP_REQ_AUTHENTICATION holds 80014 bytes; an item holds 65535 at most");
}

TEST_CASE("a payload is given as the type that was asked for, if it is one") {
  const Value power("EMS_POWER_PV", -300);
  CHECK(power.as<double>() == -300);
  CHECK(power.as<std::int16_t>() == -300);
  CHECK_FALSE(power.as<std::uint16_t>());
  CHECK_FALSE(power.as<std::int8_t>());
  CHECK_FALSE(power.as<bool>());
  CHECK_FALSE(power.as<std::string>());
  CHECK(Value(Tag{1}, DataType::UInt64, UINT64_MAX).as<std::uint64_t>() == UINT64_MAX);
  CHECK_FALSE(Value(Tag{1}, DataType::UInt64, UINT64_MAX).as<std::int64_t>());
  CHECK(Value("PVI_ON_GRID", true).as<bool>() == true);
  CHECK(Value("PVI_ON_GRID", true).as<int>() == 1);
  CHECK(Value("INFO_SERIAL_NUMBER", "S10").as<std::string>() == "S10");
  CHECK(Value("WB_EXTERN_DATA", ByteBuffer{1, 2}).as<ByteBuffer>() == ByteBuffer{1, 2});
  CHECK(Value("EMS_POWER_PV", DataType::Error, ErrorCode{6}).as<ErrorCode>() == ErrorCode{6});
  CHECK_FALSE(Value("EMS_POWER_PV", DataType::Error, ErrorCode{6}).as<double>());
  const Value time("INFO_UTC_TIME", Timestamp{1700000000, 5});
  CHECK(time.as<Timestamp>() == Timestamp{1700000000, 5});
  CHECK(time.as<std::chrono::sys_seconds>()->time_since_epoch().count() == 1700000000);
  CHECK_FALSE(Value("BAT_DATA").as<double>());
}

TEST_CASE("values, tags and errors print to streams and in failed checks of Catch2") {
  const auto printed = [](const auto& one) {
    std::ostringstream out;
    out << one;
    // Failed checks show the same.
    CHECK(Catch::Detail::stringify(one) == out.str());
    return out.str();
  };
  CHECK(printed(Value("BAT_REQ_DATA", {{"BAT_INDEX", 0}})) == "BAT_REQ_DATA{BAT_INDEX: 0}");
  CHECK(printed(Value("RSCP_AUTHENTICATION_PASSWORD", "hunter2")).find("hunter2") ==
        std::string::npos);
  CHECK(printed(Timestamp{0, 0}) == "1970-01-01T00:00:00.000000000Z");
  CHECK(printed(ErrorCode{6}) == "NOT_AVAILABLE");
  CHECK(printed(ErrorCode{77}) == "77");
  CHECK(printed(TagName("EMS_POWER_PV").tag()) == "EMS_POWER_PV");
  CHECK(printed(Tag{0x01ABCDEF}) == "0x01ABCDEF");
  CHECK(printed(DataType::UInt16) == "UInt16");
  CHECK(printed(Direction::Answer) == "answer");
  CHECK(printed(Error{ErrorKind::Invalid, "3:14", "unknown tag"}) == "3:14: unknown tag");
}
