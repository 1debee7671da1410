// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/replay/masking.hpp>

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
  CHECK(masker.mask(Value("WB_DEVICE_NAME", "box of a@b.de")).text() != "box of a@b.de");
  CHECK(masker.mask(Value("WB_DEVICE_NAME", "easy connect")).text() == "easy connect");
  CHECK(masker.mask(Value("RSCP_AUTHENTICATION_PASSWORD", "geheim")).text() == "xxx004");
}

TEST_CASE("leaks are found in values and in bytes") {
  const std::vector<Value> values = {Value("INFO_SERIAL_NUMBER", "S10-721234567890"),
                                     Value("WB_DEVICE_NAME", "mail a.b@c.de"),
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

TEST_CASE("what tells a person, a place or a device apart is private") {
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
                          "LC_USR_MGT_LC_PARAM_ZIP"}) {
    CAPTURE(tag);
    CHECK(is_private(TagName(tag).tag()));
  }
  for (const char* tag : {"EMS_POWER_PV", "BAT_DEVICE_NAME", "INFO_SW_RELEASE", "GPIO_KEY",
                          "QPI_PARAM_SW_COUNTRY", "SCM_LC_PARAM_MODBUS_RTU_ADDRESS"}) {
    CAPTURE(tag);
    CHECK_FALSE(is_private(TagName(tag).tag()));
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
