// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "catch.hpp"
#include <rscp/tags.hpp>
#include <rscp/text.hpp>
#include <rscp/writes.hpp>

using namespace rscp;

namespace {

std::string write_in(const std::string& text) {
  const auto parsed = parse_text(text);
  REQUIRE(parsed);
  const auto write = first_write(parsed->values);
  return write ? write->message() : "";
}

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    if (c == '_') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

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

TEST_CASE("what acts on a house without a verb of setting in its name writes") {
  for (const Tag tag : {tag::EP_REQ_SWITCH_TO_ISLAND,
                        tag::EP_REQ_SWITCH_TO_GRID,
                        tag::EP_REQ_LEAVE_INVALID_STATE_TO_GRID,
                        tag::BAT_REQ_OPEN_BREAKER,
                        tag::BAT_REQ_CLOSE_BREAKER,
                        tag::BAT_REQ_OPEN_FET,
                        tag::HA_REQ_COMMAND_ACTUATOR,
                        tag::SYS_CMD_REQ_SYSTEM_KILL,
                        tag::WB_REQ_ABORT_CHARGING,
                        tag::DCDC_REQ_SEND_COMMAND,
                        tag::DCDC_REQ_SELF_TEST,
                        tag::PVI_REQ_SELF_TEST,
                        tag::SGR_REQ_GLOBAL_OFF,
                        tag::MBS_REQ_CHANGE_SETTING,
                        tag::ADMIN_REQ_EXEC_CMD_REQUEST,
                        tag::EMS_REQ_DEACTIVATE_REMOTE_CONTROL,
                        tag::DBRC_REQ_LOCK_DEVICE,
                        tag::DB_REQ_SYNC_HIST,
                        tag::DB_REQ_SYNC_BPU,
                        tag::DB_REQ_SYNC_DCB,
                        tag::DB_REQ_SYNC_BPU_CONF,
                        tag::DB_REQ_SYNC_DCB_CONF,
                        tag::DB_REQ_SYNC_WALLBOX,
                        tag::DB_REQ_SYNC_PV_DEBUG,
                        tag::DB_REQ_SYNC_CONFIG,
                        tag::DB_REQ_SYNC_BAT_DIAGNOSE,
                        tag::DB_REQ_SYNC_EXT_LG,
                        tag::DB_REQ_SYNC_ALL,
                        tag::DB_REQ_VACUUM_HIST,
                        tag::MYPV_REQ_INSTANT_BOOST,
                        tag::EEBUS_REQ_ASSOCIATE_DEVICE}) {
    CAPTURE(hex_code(tag));
    CHECK(is_write(tag));
    CHECK(first_write(Value(tag)));
  }
}

TEST_CASE("plain reads with a word of writing in their names read") {
  for (const Tag tag : {tag::EMS_REQ_POWER_ADD, tag::BAT_REQ_READY_FOR_SHUTDOWN,
                        tag::WB_REQ_FLASH_VERSION, tag::EMS_REQ_EMERGENCYPOWER_TEST_STATUS,
                        tag::PVI_REQ_ON_GRID, tag::EMS_REQ_IDLE_PERIOD_CHANGE_MARKER}) {
    CAPTURE(hex_code(tag));
    CHECK_FALSE(first_write(Value(tag)));
  }
}

TEST_CASE("no read has a verb of writing, save those that were looked at") {
  const std::set<std::string> verbs = {
      "SET",      "CANCEL", "RESET",   "DELETE",     "ADD",        "REMOVE",  "CREATE",   "UPDATE",
      "REBOOT",   "FLASH",  "RETRY",   "WRITE",      "CLEAR",      "STORE",   "TRIGGER",  "EXECUTE",
      "SAVE",     "RENAME", "START",   "STOP",       "ENABLE",     "CONFIRM", "SWITCH",   "OPEN",
      "CLOSE",    "KILL",   "ABORT",   "SEND",       "TEST",       "ON",      "OFF",      "CHANGE",
      "EXEC",     "LOCK",   "UNLOCK",  "SYNC",       "VACUUM",     "CLEAN",   "APPLY",    "CONNECT",
      "REGISTER", "LOGIN",  "COMMAND", "DEACTIVATE", "DISCONNECT", "SHIFT",   "SELF",     "DISABLE",
      "SHUTDOWN", "FREE",   "INJECT",  "RESTART",    "IDENTIFY",   "VERIFY",  "BROADCAST"};
  const std::set<std::string_view> reviewed = {
      "EMS_REQ_POWER_ADD",
      "EMS_REQ_SELF_CONSUMPTION",
      "EMS_REQ_POWER_ADD_SINKS",
      "EMS_REQ_IDLE_PERIOD_CHANGE_MARKER",
      "EMS_REQ_SETTINGS_CHANGE_MARKER",
      "EMS_REQ_EMERGENCYPOWER_TEST_STATUS",
      "PVI_REQ_ON_GRID",
      "PVI_REQ_FLASH_FILE_LIST",
      "BAT_REQ_READY_FOR_SHUTDOWN",
      "DCDC_REQ_FLASH_FILE_LIST",
      "DCDC_REQ_FLASH_FPGA_FILE_LIST",
      "DCDC_REQ_SELF_TEST_RESULT",
      "DCDC_REQ_FLASH_STATUS",
      "DCDC_REQ_ON_GRID",
      "SRV_REQ_CREATE_USER_STATUS",
      "HA_REQ_CONFIGURATION_CHANGE_COUNTER",
      "UM_REQ_UPDATE_STATUS",
      "WB_REQ_FLASH_VERSION",
      "WB_REQ_AUTO_PHASE_SWITCH_ENABLED",
      "WB_REQ_BIDI_SHIFT_MODE_SOC_RANGE",
      "WB_REQ_CHARGE_STOP_HYSTERESIS",
      "LED_REQ_BAR_SWITCHED_ON_STATE",
      "QPI_REQ_UPDATE_STATUS",
  };
  std::set<std::string_view> found;
  for (const TagInfo* info : Dictionary::builtin().all()) {
    if (info->access != Access::Read && info->access != Access::Lookup) continue;
    const auto words = words_of(info->name.substr(info->name.find("REQ_") + 4));
    if (words.front() == "GET" || words.front() == "IS") continue;
    if (std::ranges::any_of(words, [&](const std::string& word) { return verbs.contains(word); })) {
      found.insert(info->name);
    }
  }
  CHECK(found == reviewed);
}

TEST_CASE("everything that public clients send to read is known to read") {
  // What these clients send to write, by the first tag that does.
  const std::set<std::string> setters = {"EMS_REQ_SET_POWER",
                                         "EMS_REQ_SET_POWER_SETTINGS",
                                         "EMS_REQ_START_MANUAL_CHARGE",
                                         "SE_REQ_SET_EP_RESERVE",
                                         "WB_REQ_DATA/WB_REQ_SET_EXTERN",
                                         "WB_REQ_DATA/WB_REQ_SET_MAX_CHARGE_CURRENT",
                                         "WB_REQ_DATA/WB_REQ_SET_SUN_MODE_ACTIVE"};
  std::size_t frames = 0;
  std::set<std::string> written;
  for (const auto& file : std::filesystem::directory_iterator(RSCP_TEST_DATA "/data/requests")) {
    std::ifstream lines(file.path());
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line[0] == '#') continue;
      const auto parsed = parse_text(line);
      REQUIRE(parsed);
      ++frames;
      for (const Value& value : parsed->values) {
        if (const auto write = first_write(value)) written.insert(write->path);
      }
    }
  }
  CHECK(frames > 100);
  CHECK(written == setters);
}

TEST_CASE("the item that writes is named with its path") {
  CHECK(write_in("WB_REQ_DATA {WB_INDEX: 0, WB_REQ_STATUS, WB_REQ_SET_SUN_MODE_ACTIVE: true}") ==
        "WB_REQ_DATA/WB_REQ_SET_SUN_MODE_ACTIVE changes the device");
  CHECK(write_in("EMS_REQ_POWER_PV, EP_REQ_SWITCH_TO_ISLAND") ==
        "EP_REQ_SWITCH_TO_ISLAND changes the device");
  CHECK(write_in("WB_REQ_DATA {WB_INDEX: 0, WB_REQ_SUN_MODE_ACTIVE}").empty());
  // Behind a parameter as well.
  CHECK(write_in("WB_REQ_DATA {WB_DATA {WB_REQ_ABORT_CHARGING}}") ==
        "WB_REQ_DATA/WB_DATA/WB_REQ_ABORT_CHARGING changes the device");
}

TEST_CASE("a value on a getter that takes none makes it suspect") {
  CHECK(write_in("EMS_REQ_POWER_PV: UChar8 1") ==
        "EMS_REQ_POWER_PV takes no value, with one it may change the device");
  CHECK(write_in("BAT_REQ_DATA {BAT_INDEX: 0, BAT_REQ_RSOC: UInt16 1}") ==
        "BAT_REQ_DATA/BAT_REQ_RSOC takes no value, with one it may change the device");
  CHECK(write_in("EMS_REQ_POWER_PV {EMS_POWER_PV: 1}") != "");
  // rscp2mqtt puts an empty container there; nothing is in it.
  CHECK(write_in("EMS_REQ_GET_POWER_SETTINGS {}").empty());
  for (const char* text :
       {"PVI_REQ_DATA {PVI_INDEX: 0, PVI_REQ_DC_POWER: UInt16 1, PVI_REQ_TEMPERATURE: UChar8 1}",
        "BAT_REQ_DATA {BAT_INDEX: 0, BAT_REQ_DCB_ALL_CELL_TEMPERATURES: UInt64 0}",
        "WB_REQ_DATA {WB_INDEX: 0, WB_REQ_PARAMETER_LIST: 1}",
        "WB_REQ_AVAILABLE_SOLAR_POWER {WB_INDEX: 0}", "EMS_REQ_ALIVE: false",
        "DB_REQ_HISTORY_DATA_DAY {DB_REQ_HISTORY_TIME_START: @0.0}",
        "RSCP_REQ_AUTHENTICATION {RSCP_AUTHENTICATION_USER: \"me\"}"}) {
    CAPTURE(text);
    CHECK(write_in(text).empty());
  }
}

TEST_CASE("what no table knows, and what is no request, counts as writing") {
  CHECK(is_write(Tag{0x01007FFF}));
  CHECK(write_in("0x01007FFF") == "0x01007FFF is in no table and may change the device");
  CHECK(write_in("BAT_REQ_DATA {0x03807FFF: UInt16 1}") ==
        "BAT_REQ_DATA/0x03807FFF is in no table and may change the device");
  CHECK(write_in("EMS_MAX_CHARGE_POWER: 3000") ==
        "EMS_MAX_CHARGE_POWER is no request and may change the device");
}

TEST_CASE("a tag of the user's own file writes unless the file says that it reads") {
  Dictionary mine;
  REQUIRE(
      mine.load("0x01ABCDEF,EMS_REQ_NEW_THING\n"
                "0x01ABCDF0,EMS_REQ_NEW_GETTER,,,,,,read\n"
                "0x01ABCDF1,EMS_REQ_NEW_LOOKUP,UInt16,,,,,lookup\n"
                "0x01000001,EMS_REQ_PV_BY_ANOTHER_NAME\n"));
  const auto writes = [&](std::uint32_t code, bool value) {
    return first_write(value ? Value(Tag{code}, DataType::UInt16, 1) : Value(Tag{code}), mine)
        .has_value();
  };
  CHECK(writes(0x01ABCDEF, false));
  CHECK_FALSE(writes(0x01ABCDF0, false));
  CHECK(writes(0x01ABCDF0, true));
  CHECK_FALSE(writes(0x01ABCDF1, true));
  CHECK_FALSE(writes(0x01000001, false));  // what the table knows of a code stays known
}
