// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "samples.hpp"
#include <rscp/json.hpp>
#include <rscp/tags.hpp>

using namespace rscp;

namespace {

JsonOptions open() {
  JsonOptions options;
  options.show_secrets = true;
  return options;
}

std::string dump(const Value& value) { return to_json(value, open()).dump(); }
std::string mistake(std::string_view text) {
  const auto value = value_from_json(Json::parse(text));
  return value ? "none" : value.error().to_string();
}

}  // namespace

TEST_CASE("values have the documented JSON form") {
  CHECK(dump(Value{"BAT_REQ_DATA", {{"BAT_INDEX", 0}}}) ==
        R"({"tag":"BAT_REQ_DATA","code":"0x03040000","type":"Container","value":[)"
        R"({"tag":"BAT_INDEX","code":"0x03040001","type":"UInt16","value":0}]})");
  CHECK(dump(Value{"BAT_RSOC", 0.1F}) ==
        R"({"tag":"BAT_RSOC","code":"0x03800001","type":"Float32","value":0.1})");
  CHECK(
      dump(Value{"BAT_DATA", DataType::Error, ErrorCode{6}}) ==
      R"({"tag":"BAT_DATA","code":"0x03840000","type":"Error","value":6,"error":"NOT_AVAILABLE"})");
  CHECK(dump(Value{"INFO_UTC_TIME", Timestamp{1, 2}}) ==
        R"({"tag":"INFO_UTC_TIME","code":"0x0A80000F","type":"Timestamp",)"
        R"("value":{"seconds":1,"nanoseconds":2}})");
  CHECK(dump(Value::raw(Tag{0x01ABCDEF}, static_cast<DataType>(0x42), ByteBuffer{0, 17})) ==
        R"({"tag":null,"code":"0x01ABCDEF","type":"Type0x42","value":"0011"})");
}

TEST_CASE("nothing of a login but its user is in JSON") {
  const auto secret = as_bytes("hunter2!");
  const Value login = Value::container(
      tag::RSCP_REQ_AUTHENTICATION,
      {{"RSCP_AUTHENTICATION_USER", "me"}, Value::raw(tag::EMS_POWER_PV, DataType::UInt64, secret)},
      secret.first(6));
  CHECK(to_json(login)["value"].dump() ==
        R"([{"tag":"RSCP_AUTHENTICATION_USER","code":"0x00000002","type":"CString","value":"me"},)"
        R"({"tag":"EMS_POWER_PV","code":"0x01800001","type":"UInt64","value":"********",)"
        R"("masked":true}])");
  CHECK(to_json(login)["trailing"] == "2a2a2a2a2a2a2a2a");
}

TEST_CASE("what JSON cannot hold exactly is a string") {
  const auto value = [](const Value& v) { return to_json(v)["value"].dump(); };
  CHECK(value(Value{"BAT_DCB_LAST_MESSAGE_TIMESTAMP", UINT64_MAX}) == "\"18446744073709551615\"");
  CHECK(value(Value{"EMS_MANUAL_CHARGE_START_COUNTER", -7}) == "\"-7\"");
  CHECK(value(Value{"BAT_RSOC", std::nan("")}) == "\"nan\"");
  CHECK(value(Value{"BAT_RSOC", -std::numeric_limits<float>::infinity()}) == "\"-inf\"");
}

TEST_CASE("every kind of value reads back to the same bytes") {
  for (const Value& value : test::sample_values()) {
    const std::string text = dump(value);
    CAPTURE(text);
    const auto again = value_from_json(Json::parse(text));
    if (!again) FAIL(again.error().to_string());
    CHECK(*again == value);
  }
}

TEST_CASE("random trees read back to the same bytes") {
  std::mt19937 random(6);
  for (int round = 0; round < 2000; ++round) {
    for (const Value& value : test::random_values(random).values) {
      const auto again = value_from_json(Json::parse(dump(value)));
      if (!again) FAIL(again.error().to_string());
      REQUIRE(*again == value);
    }
  }
}

TEST_CASE("hand-written JSON may leave out what the dictionary knows") {
  const auto read = [](const char* text) { return value_from_json(Json::parse(text)).value(); };
  CHECK(read(R"({"tag":"BAT_INDEX","value":3})") == Value{"BAT_INDEX", 3});
  CHECK(read(R"({"tag":"EMS_REQ_POWER_PV"})") == Value{"EMS_REQ_POWER_PV"});
  CHECK(read(R"({"tag":"EMS_POWER_PV","value":"-5"})") == Value{"EMS_POWER_PV", -5});
  CHECK(read(R"({"tag":"BAT_DATA","type":"Error","value":"NOT_AVAILABLE"})").error() ==
        ErrorCode{6});
  CHECK(read(R"({"tag":"INFO_UTC_TIME","value":"2023-11-14T22:13:20Z"})") ==
        Value{"INFO_UTC_TIME", Timestamp{1700000000, 0}});
  CHECK(read(R"({"tag":"BAT_REQ_DATA"})").is_container());
}

TEST_CASE("mistakes are named with their place") {
  CHECK(mistake("[]") == "/: expected an object with \"tag\" or \"code\"");
  CHECK(mistake("{}") == "/: \"tag\" or \"code\" is missing");
  CHECK(mistake(R"({"tag":5})") == "/tag: expected a string");
  CHECK(mistake(R"({"tag":"EMS_POWR_PV"})")
            .starts_with("/tag: unknown tag EMS_POWR_PV, did you mean"));
  CHECK(mistake(R"({"tag":"BAT_INDEX"})") == "/: \"value\" is missing");
  CHECK(mistake(R"({"tag":"BAT_INDEX","value":-1})") ==
        "/value: -1 does not fit UInt16 (0 to 65535)");
  CHECK(mistake(R"({"tag":"BAT_INDEX","type":"Word","value":1})") == "/type: unknown type");
  CHECK(mistake(R"({"tag":"BAT_REQ_DATA","value":[{"tag":"BAT_INDEX","value":"x"}]})") ==
        "/value/0/value: expected a value for UInt16");
  CHECK(mistake(R"({"tag":"EMS_REQ_POWER_PV","value":1})") ==
        "/value: an item of type None has no value");
  CHECK(mistake(R"({"code":"0x01ABCDEF","value":1})") ==
        "/: the dictionary declares no type for 0x01ABCDEF; \"type\" is needed");
  CHECK(mistake(R"({"tag":"INFO_UTC_TIME","value":{"seconds":1.5}})") ==
        "/value: expected a value for Timestamp");
  CHECK(mistake(R"({"tag":"BAT_INDEX","raw":"0"})") ==
        "/raw: expected pairs of hexadecimal digits");
}

TEST_CASE("JSON nested 10,000 deep is refused, not followed") {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += R"({"tag":"BAT_DATA","value":[)";
  for (int i = 0; i < 10000; ++i) text += "]}";
  CHECK(mistake(text).ends_with(": containers nested deeper than 64"));
}

TEST_CASE("secrets are masked unless asked for") {
  const Value password{"RSCP_AUTHENTICATION_PASSWORD", "hunter2"};
  CHECK(to_json(password).dump().find("hunter2") == std::string::npos);
  CHECK(to_json(password)["masked"] == true);
  CHECK(to_json(password, open())["value"] == "hunter2");
}

TEST_CASE("nlohmann-json finds the conversions by itself") {
  const Value value("BAT_REQ_DATA", {{"BAT_INDEX", 0}});
  const Json ordered = value;
  CHECK(ordered == to_json(value));
  CHECK(ordered.get<Value>() == value);
  const nlohmann::json sorted = {{"values", std::vector<Value>{value, value}}};
  CHECK(sorted["values"].get<std::vector<Value>>() == std::vector<Value>{value, value});
  CHECK_THROWS_AS(Json::parse("{}").get<Value>(), std::invalid_argument);
}
