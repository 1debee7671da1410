// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/writes.hpp>

using namespace rscp;

TEST_CASE("requests that change the device are told from those that read") {
  for (const char* name :
       {"EMS_REQ_SET_POWER", "EMS_REQ_SET_POWER_SETTINGS", "EMS_REQ_START_MANUAL_CHARGE",
        "SYS_REQ_SYSTEM_REBOOT", "EMS_REQ_EMERGENCY_POWER_RETRY", "WB_REQ_SET_EXTERN",
        "EMS_REQ_CONFIRM_ERRORS"}) {
    CAPTURE(name);
    CHECK(is_write(TagName(name).tag()));
  }
  for (const char* name :
       {"EMS_REQ_POWER_PV", "BAT_REQ_DATA", "DB_REQ_HISTORY_DATA_DAY", "DB_REQ_HISTORY_TIME_START",
        "SYS_REQ_IS_SYSTEM_REBOOTING", "EMS_REQ_GET_IDLE_PERIODS", "RSCP_REQ_AUTHENTICATION",
        "EMS_MAX_CHARGE_POWER"}) {
    CAPTURE(name);
    CHECK_FALSE(is_write(TagName(name).tag()));
  }
}

TEST_CASE("a container writes if anything inside it does") {
  CHECK(writes({"WB_REQ_DATA", {{"WB_INDEX", 0}, {"WB_REQ_SET_SUN_MODE_ACTIVE", true}}}));
  CHECK_FALSE(writes({"WB_REQ_DATA", {{"WB_INDEX", 0}, {"WB_REQ_SUN_MODE_ACTIVE"}}}));
}

TEST_CASE("a request that no table knows counts as one that writes") {
  CHECK(is_write(Tag{0x01007FFF}));
  CHECK_FALSE(is_write(Tag{0x01807FFF}));
}
