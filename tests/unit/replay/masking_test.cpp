// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/replay/masking.hpp>
#include <rscp/tags.hpp>

using namespace rscp;
using namespace rscp::replay;

TEST_CASE("masks keep length, punctuation and model, and the same text has the same mask") {
  Masker masker;
  const std::string serial = masker.mask_text("S10-721234567890");
  CHECK(serial == "S10-000000000001");
  CHECK(masker.mask_text("S10-721234567890") == serial);
  CHECK(masker.mask_text("S10-721234567891") == "S10-000000000002");
  CHECK(masker.mask_text("max.mustermann@example.org") == "xxx.xxxxxxxxxx@xxxxxxx.003");
  CHECK(masker.mask_text("00:03:2d:5e:3d:c0") == "00:00:0x:0x:00:04");
  CHECK(masker.mask_text("192.168.178.10") == "000.000.000.05");
  CHECK(masker.mask_text("") == "");
  CHECK(masker.mask_text(serial) == serial);  // masking twice changes nothing
  CHECK(masker.masked() == 5);
}

TEST_CASE("a mask is told from the real thing") {
  Masker masker;
  for (const char* text :
       {"S10-721234567890", "a@b.de", "00:03:2d:5e:3d:c0", "Gr\xC3\xBC\xC3\x9F", "x1y"}) {
    CAPTURE(text);
    CHECK_FALSE(is_mask(text));
    CHECK(is_mask(masker.mask_text(text)));
    CHECK(masker.mask_text(text).size() == std::string(text).size());
  }
}

TEST_CASE("private tags are masked at any depth, the rest stays") {
  Masker masker;
  const Value value("INFO_INFO", {{"INFO_SERIAL_NUMBER", "S10-721234567890"},
                                  {"INFO_MAC_ADDRESS", "00:03:2d:5e:3d:c0"},
                                  {"INFO_SW_RELEASE", "S10_2025_032"},
                                  {"INFO_DHCP_STATUS", true}});
  const Value masked = masker.mask(value);
  CHECK(masked.encoded_size() == value.encoded_size());
  CHECK(masked.child("INFO_SERIAL_NUMBER")->text() == "S10-000000000001");
  CHECK(*masked.child("INFO_SW_RELEASE") == *value.child("INFO_SW_RELEASE"));
  CHECK(*masked.child("INFO_DHCP_STATUS") == *value.child("INFO_DHCP_STATUS"));
  const Value number = masker.mask(Value("BAT_SERIALNO", 4711));
  CHECK(number.integer() == 1);
  CHECK(masker.mask(Value("BAT_SERIALNO", 4712)).integer() == 2);
  CHECK(masker.mask(Value("BAT_SERIALNO", 4711)) == number);
  // Text that gives itself away, in a tag that does not.
  CHECK(masker.mask(Value("BAT_DEVICE_NAME", "box of a@b.de")).text() != "box of a@b.de");
  CHECK(masker.mask(Value("BAT_DEVICE_NAME", "easy connect")).text() == "easy connect");
  CHECK(masker.mask(Value("RSCP_AUTHENTICATION_PASSWORD", "geheim")).text() == "xxx004");
}

TEST_CASE("leaks are found in values and in bytes") {
  const std::vector<Value> values = {Value("INFO_SERIAL_NUMBER", "S10-721234567890"),
                                     Value("BAT_DEVICE_NAME", "mail a.b@c.de"),
                                     Value("EMS_POWER_PV", 1)};
  const auto leaks = leaks_in(values);
  REQUIRE(leaks.size() == 2);
  CHECK(leaks[0].where == "INFO_SERIAL_NUMBER");
  CHECK(leaks[1].what == "e-mail address");
  const std::string text = "abc S10-721234567890 def";
  CHECK(leaks_in(as_bytes(text), {}).size() == 1);
  const std::vector<std::string> secrets = {"def"};
  const std::vector<std::string> longer = {" def", "nothing"};
  CHECK(leaks_in(as_bytes("abc def"), secrets).empty());  // too short to be told from chance
  CHECK(leaks_in(as_bytes("abc def"), longer).size() == 1);
  Masker masker;
  std::vector<Value> masked;
  for (const Value& value : values) masked.push_back(masker.mask(value));
  CHECK(leaks_in(masked).empty());
}

TEST_CASE("text is masked unless the table calls it public") {
  for (const char* tag : {"INFO_NAME",
                          "INFO_CITY",
                          "INFO_E_MAIL",
                          "INFO_IP_ADDRESS",
                          "SRV_STREET",
                          "SRV_SURNAME",
                          "SRV_COUNTRY",
                          "UPNPC_PARAM_IP_ADR",
                          "UPNPC_PARAM_LOCATION",
                          "KNX_MAC",
                          "KNX_IP",
                          "MYPV_DEVICE_IP",
                          "MYPV_DEVICE_SERIAL",
                          "WB_IP_ADDR",
                          "REFU_PARAM_MAC",
                          "REFU_PARAM_IP",
                          "NETWORK_PARAM_HOSTNAME",
                          "FARM_PARAM_SERIALNO",
                          "FARM_PARAM_CNAME",
                          "QPI_PARAM_BOARD_SERIAL",
                          "EMS_DPP_CONSTRAINT_INSTALLATION_ID",
                          "WB_BADGE_MGT_LC_PARAM_BADGE_ID",
                          "WB_BADGE_MGT_LC_PARAM_BADGE_MAIL",
                          "DASHBOARD_LC_PARAM_CONTACT_PHONE",
                          "DBRC_PARAM_ADR_GPS_LONGITUE",
                          "LC_USR_MGT_LC_PARAM_ZIP",
                          "WB_PARAM_PW",
                          "LC_USR_MGT_LC_PARAM_PWD",
                          "LC_USR_MGT_LC_PARAM_LOGIN",
                          "OCPP_WB_LC_PARAM_LOGIN",
                          "SRV_REQ_ADD_USER",
                          "WB_DEVICE_NAME",
                          "PM_DEVICE_NAME",
                          "HA_DATAPOINT_NAME",
                          "HA_DATAPOINT_DESCRIPTION_NAME",
                          "EEBUS_PARAM_SKI",
                          "SMGW_SKI",
                          "SMGW_E3DC_SKI",
                          "PM_ID1",
                          "PM_ID2",
                          "PM_ID3",
                          "WB_SESSION_RECEIPT_DATA",
                          "WB_SESSION_AUTH_DATA",
                          "WB_BADGE_MGT_LC_PARAM_BADGE_ID",
                          "OCPP_WB_LC_PARAM_EVCS_BADGE_ID",
                          "DASHBOARD_LC_PARAM_WB_SESSION_BADGE_ID",
                          "EMS_ERROR_MESSAGE",
                          "RSCP_AUTHENTICATION_USER"}) {
    CAPTURE(tag);
    const Value value(TagName(tag).tag(), DataType::CString, "Planted");
    CHECK(Masker().mask(value).text() == "xxxx001");
    CHECK(leaks_in(std::vector{value}).size() == 1);
    CHECK(leaks_in(std::vector{Masker().mask(value)}).empty());
  }
  for (const char* tag : {"BAT_DEVICE_NAME", "INFO_SW_RELEASE", "INFO_TIME_ZONE", "PVI_STATE",
                          "EMS_SYS_SPEC_NAME", "INFO_PRODUCTION_DATE", "WB_CP_STATE"}) {
    CAPTURE(tag);
    const Value value(TagName(tag).tag(), DataType::CString, "Plain");
    CHECK(Masker().mask(value) == value);
    CHECK(leaks_in(std::vector{value}).empty());
  }
  for (const char* tag :
       {"EMS_POWER_PV", "GPIO_KEY", "QPI_PARAM_SW_COUNTRY", "SCM_LC_PARAM_MODBUS_RTU_ADDRESS"}) {
    CAPTURE(tag);
    const Value value(TagName(tag).tag(), DataType::UInt32, 4711);
    CHECK(Masker().mask(value) == value);
  }
}

TEST_CASE("bytes are masked whatever carries them") {
  const std::string planted = "Planted";
  for (const DataType type :
       {DataType::ByteArray, DataType::Bitfield, DataType::UInt16, DataType::CompressedContainer,
        DataType::Error, DataType::None, static_cast<DataType>(0x42)}) {
    CAPTURE(name_of(type));
    for (const Tag tag : {tag::RSCP_AUTH_CHALLENGE_DATA, tag::EMS_POWER_PV, Tag{0x12345678}}) {
      const Value value = Value::raw(tag, type, as_bytes(planted));
      const Value masked = Masker().mask(value);
      CHECK(masked == Value::raw(tag, type, ByteBuffer(planted.size(), 0)));
      CHECK(leaks_in(std::vector{value}).size() == 1);
      CHECK(leaks_in(std::vector{masked}).empty());
    }
  }
  const Value holds = Value::container(tag::BAT_DATA, {}, as_bytes(planted));
  const Value masked = Masker().mask(holds);
  CHECK(masked == Value::container(tag::BAT_DATA, {}, ByteBuffer(planted.size(), 0xFF)));
  CHECK(leaks_in(std::vector{holds}).size() == 1);
  CHECK(leaks_in(std::vector{masked}).empty());
  // Bytes of the wallbox's state are public.
  const Value state = Value::raw(tag::WB_EXTERN_DATA, DataType::ByteArray, ByteBuffer{1, 2, 3});
  CHECK(Masker().mask(state) == state);
}

TEST_CASE("nothing of a login survives, whatever its tag and type") {
  const std::string planted = "Planted!";
  const auto login = [&](Tag tag, DataType type) {
    return Value::container(tag::RSCP_REQ_AUTHENTICATION,
                            {Value::raw(tag, type, as_bytes(planted))});
  };
  for (const Tag tag : {tag::RSCP_AUTHENTICATION_USER, tag::RSCP_AUTHENTICATION_PASSWORD,
                        tag::EMS_POWER_PV, tag::BAT_DEVICE_NAME, Tag{0x12345678}}) {
    for (int type = 0; type < 256; ++type) {
      if (static_cast<DataType>(type) == DataType::Container) continue;
      CAPTURE(hex_code(tag), type);
      const Value value = login(tag, static_cast<DataType>(type));
      const Value masked = Masker().mask(value);
      CHECK(masked.encoded_size() == value.encoded_size());
      const auto bytes = encode_values(std::vector{masked});
      REQUIRE(bytes);
      for (std::size_t i = 0; i + 4 <= planted.size(); ++i) {
        CHECK(as_text(*bytes).find(planted.substr(i, 4)) == std::string::npos);
      }
    }
  }
  for (const DataType type : {DataType::CString, DataType::ByteArray, DataType::Error}) {
    const Value whole = Value::raw(tag::RSCP_REQ_AUTHENTICATION, type, as_bytes(planted));
    CHECK(Masker().mask(whole).payload().size() == planted.size());
    CHECK(as_text(Masker().mask(whole).payload()).find("Plan") == std::string::npos);
  }
}

TEST_CASE("a badge's number and a place are masked with the same size") {
  Masker masker;
  const Value badge("WB_BADGE_MGT_LC_PARAM_BADGE_ID", "04A2B3C4D5E680");
  const Value place("DBRC_PARAM_ADR_GPS_LATITUDE", DataType::Double64, 52.27);
  const Value masked = masker.mask(badge);
  CHECK(*masked.text() != *badge.text());
  CHECK(masked.text()->size() == badge.text()->size());
  CHECK(masker.mask(place).number() == 0);
  CHECK(masker.mask(place).encoded_size() == place.encoded_size());
  CHECK(leaks_in(std::vector{badge, place}).size() == 2);
  CHECK(leaks_in(std::vector{masked, masker.mask(place)}).empty());
}
