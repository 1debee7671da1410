// SPDX-License-Identifier: MIT
#include <random>

#include "catch.hpp"
#include "samples.hpp"
#include <rscp/tags.hpp>
#include <rscp/text.hpp>

using namespace rscp;

namespace {

TextOptions line() {
  TextOptions options;
  options.multi_line = false;
  options.show_secrets = true;
  return options;
}

std::string one(const Value& value) { return to_text(value, line()); }
std::string mistake(std::string_view text) {
  const auto parsed = parse_text(text);
  return parsed ? "none" : parsed.error().to_string();
}

}  // namespace

TEST_CASE("a container request reads as a user would write it") {
  const auto value = value_from_text("BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC}").value();
  CHECK(value == Value{"BAT_REQ_DATA", {{"BAT_INDEX", 0}, {"BAT_REQ_RSOC"}}});
  CHECK(one(value) == "BAT_REQ_DATA{BAT_INDEX: 0, BAT_REQ_RSOC}");
  CHECK(to_text(value) == "BAT_REQ_DATA {\n  BAT_INDEX: 0\n  BAT_REQ_RSOC\n}\n");
}

TEST_CASE("units and names of numbers stand behind as comments") {
  CHECK(to_text(Value{"EMS_POWER_PV", 4687}) == "EMS_POWER_PV: 4687  # W\n");
  CHECK(to_text(Value{"EMS_MODE", 1}) == "EMS_MODE: 1  # DISCHARGE\n");
  CHECK(one(Value{"EMS_POWER_PV", 4687}) == "EMS_POWER_PV: 4687");
}

TEST_CASE("every kind of value prints and reads back to the same bytes") {
  for (const Value& value : test::sample_values()) {
    for (const bool multi_line : {false, true}) {
      TextOptions options = line();
      options.multi_line = multi_line;
      const std::string text = to_text(value, options);
      CAPTURE(text);
      const auto again = value_from_text(text);
      if (!again) FAIL(again.error().to_string());
      CHECK(*again == value);
    }
  }
}

TEST_CASE("random trees print and read back to the same bytes") {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    const auto decoded = test::random_values(random);
    const std::string text = to_text(decoded.values, decoded.trailing, line());
    CAPTURE(text);
    const auto again = parse_text(text);
    if (!again) FAIL(again.error().to_string());
    REQUIRE(again->values == decoded.values);
    REQUIRE(again->trailing == decoded.trailing);
  }
}

TEST_CASE("literals of all forms are read") {
  const auto read = [](std::string_view text) { return value_from_text(text).value(); };
  CHECK(read("BAT_INDEX: 0x10").integer() == 16);
  CHECK(read("BAT_INDEX: UChar8 3") == Value{"BAT_INDEX", DataType::UChar8, 3});
  CHECK(read("EMS_POWER_BAT: -0x10").integer() == -16);
  CHECK(read("EMS_POWER_BAT: +16").integer() == 16);
  CHECK(read("EMS_MODE: DISCHARGE").integer() == 1);
  CHECK(read("BAT_DATA: Error NOT_AVAILABLE").error() == ErrorCode{6});
  CHECK(read("BAT_DATA: Error 77").error() == ErrorCode{77});
  CHECK(read("PVI_ON_GRID: true").integer() == 1);
  CHECK(read("INFO_SERIAL_NUMBER: \"a\\\"b\\\\\\n\\x41\"").text() == "a\"b\\\nA");
  CHECK(read("INFO_UTC_TIME: 2023-11-14T22:13:20Z") ==
        Value{"INFO_UTC_TIME", Timestamp{1700000000, 0}});
  CHECK(read("INFO_UTC_TIME: 1700000000") == Value{"INFO_UTC_TIME", Timestamp{1700000000, 0}});
  CHECK(read("0x01ABCDEF: Type0x42 x'0011'").payload().size() == 2);
  CHECK(read("EMS_REQ_GET_POWER_SETTINGS: Container x'00'").trailing().size() == 1);
  CHECK(read("BAT_RSOC: 78.5 # %").number() == 78.5);
  CHECK(std::isnan(read("BAT_RSOC: nan").number().value()));
  CHECK(read("EMS_POWER_PV: None").type() == DataType::None);
}

TEST_CASE("mistakes are named with line and column") {
  CHECK(mistake("EMS_POWR_PV: 1").starts_with("1:1: unknown tag EMS_POWR_PV, did you mean EMS_"));
  CHECK(mistake("BAT_INDEX: 0\n  BAT_INDEX: 70000") ==
        "2:14: 70000 does not fit UInt16 (0 to 65535)");
  CHECK(mistake("BAT_REQ_DATA {") == "1:15: expected an item or }, found the end");
  CHECK(mistake("}") == "1:1: expected a tag, found \"}\"");
  CHECK(mistake("EMS_REQ_POWER_PV: 1") ==
        "1:19: EMS_REQ_POWER_PV is a None by the dictionary; write the type before the value, for "
        "example UInt16 1");
  CHECK(
      mistake("0x01ABCDEF: 1") ==
      "1:13: the dictionary declares no type for 0x01ABCDEF; write the type before the value, for "
      "example UInt16 1");
  CHECK(mistake("EMS_MODE: SLEEPING") == "1:11: SLEEPING is no EmsMode");
  CHECK(mistake("BAT_DATA: Error NOPE") == "1:17: unknown error name NOPE");
  CHECK(mistake("INFO_SERIAL_NUMBER: \"abc") == "1:21: the closing quote is missing");
  CHECK(mistake("INFO_SERIAL_NUMBER: \"a\\q\"") ==
        "1:23: unknown escape; known are \\\" \\\\ \\n \\r \\t \\xNN");
  CHECK(mistake("INFO_SERIAL_NUMBER: \"\\x4\"") == "1:22: \\x needs two hexadecimal digits");
  CHECK(mistake("INFO_SERIAL_NUMBER: x'0'") == "1:21: x'...' takes pairs of hexadecimal digits");
  CHECK(mistake("EMS_POWER_PV: 1e5").starts_with("1:15: 1"));
  CHECK(value_from_text("BAT_INDEX: 0 BAT_INDEX: 1").error().to_string() ==
        "1:14: expected one item, found \"BAT_INDEX\" behind it");
  CHECK(value_from_text("# nothing").error().to_string() == "1:1: expected an item, found nothing");
}

TEST_CASE("text nested 10,000 deep is refused, not followed") {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += "BAT_DATA{";
  CHECK(mistake(text) == "1:577: containers nested deeper than 64");
}

TEST_CASE("passwords are masked unless asked for") {
  const Value login{
      "RSCP_REQ_AUTHENTICATION",
      {{"RSCP_AUTHENTICATION_USER", "u"}, {"RSCP_AUTHENTICATION_PASSWORD", "hunter2"}}};
  CHECK(to_text(login).find("hunter2") == std::string::npos);
  CHECK(to_text(login).find("RSCP_AUTHENTICATION_PASSWORD: \"********\"") != std::string::npos);
  CHECK(one(login).find("hunter2") != std::string::npos);
}

TEST_CASE("a password in a login is masked in any type and shape") {
  const auto secret = as_bytes("hunter2!");
  for (const DataType type : {DataType::UInt64, DataType::Bitfield, DataType::Error,
                              DataType::CompressedContainer, static_cast<DataType>(0x42)}) {
    const Value login = Value::container(
        tag::RSCP_REQ_AUTHENTICATION,
        {Value::raw(tag::EMS_POWER_PV, type, secret), Value::raw(Tag{0x12345678}, type, secret)});
    CHECK(to_text(login) ==
          "RSCP_REQ_AUTHENTICATION {\n  EMS_POWER_PV: CString \"********\"\n"
          "  0x12345678: CString \"********\"\n}\n");
  }
  const Value cut = Value::container(tag::RSCP_REQ_AUTHENTICATION, {}, secret.first(6));
  CHECK(to_text(cut) == "RSCP_REQ_AUTHENTICATION {\n  ~x'2a2a2a2a2a2a2a2a'\n}\n");
  const Value whole = Value::raw(tag::RSCP_REQ_AUTHENTICATION, DataType::ByteArray, secret);
  CHECK(to_text(whole) == "RSCP_REQ_AUTHENTICATION: CString \"********\"\n");
}
