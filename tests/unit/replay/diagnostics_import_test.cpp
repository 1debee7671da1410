// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/json.hpp>
#include <rscp/replay/diagnostics_import.hpp>

using namespace rscp;
using namespace rscp::replay;
using Catch::Contains;

TEST_CASE("Home Assistant's diagnostics are told from other JSON") {
  CHECK(is_diagnostics(Json::parse(R"({"data":{"get_system_info":{}}})")));
  CHECK(is_diagnostics(Json::parse(R"({"get_batteries_data":[]})")));
  for (const char* other : {"[]", "{}", "1", R"({"data":[]})", R"({"exchange":1})"}) {
    CHECK_FALSE(is_diagnostics(Json::parse(other)));
  }
}

TEST_CASE("diagnostics become devices and values in the types of their tags") {
  const auto made = import_diagnostics(Json::parse(R"({"data":{
      "poll":{"production":{"solar":3613,"add":9698},"autarky":99.85},
      "get_system_info":{"deratePercent":70.0,"installedBatteryCapacity":13000,"maxAcPower":12000,
                         "serial":"721<redacted>","release":"S10_2024_02"},
      "get_system_status":{"emsAlive":true,"dcdcAlive":true,"pvDerated":false},
      "get_batteries_data":[{"index":0,"dcbCount":2,"rsoc":50.5,"trainingMode":0,
          "dcbs":{"0":{"soc":49.5},"1":{"soc":51.5,"serialNo":null}}},{"index":1,"dcbCount":1}],
      "get_pvis_data":[{"index":0,"strings":{"0":{"power":100.0},"1":{"power":200.0}},
          "onGrid":true,"cosPhi":{"active":null}}],
      "get_powermeters_data":[{"index":6,"type":4,"power":{"L1":1.5}}],
      "get_wallbox_data":{"index":0,"phases":3,"sunModeOn":true,"soc":1,"maxChargeCurrent":16,
          "schukoOn":false,"consumptionSun":-2,"energySun":258},
      "get_idle_periods":{"exception":["Traceback"]},
      "get_power_settings":{"exception":["Traceback"]},
      "EMS_REQ_GET_MANUAL_CHARGE":[["EMS_MANUAL_CHARGE_ACTIVE","Bool",true],["NO_TAG","Int32",1]]
    }})"),
                                       "somebody's", "rscp");
  for (const char* line :
       {"  batteries:\n    - {modules: 2}\n    - {modules: 1}\n",
        "  inverters:\n    - {strings: [{}, {}]}\n", "    - {index: 6, role: consumption}\n",
        "  EMS_POWER_PV: 3613\n", "  EMS_POWER_ADD: -9698\n", "  EMS_AUTARKY: 99.85\n",
        "  EMS_DERATE_AT_PERCENT_VALUE: 0.7\n", "  EMS_SYS_STATUS: 129\n",
        "  INFO_SW_RELEASE: \"S10_2024_02\"\n",
        "(EMS_SYS_SPEC_NAME==\\\"maxAcPower\\\")/EMS_SYS_SPEC_VALUE_INT\": 12000\n",
        "  \"BAT_DATA(BAT_INDEX==0)/BAT_DCB_INFO(BAT_DCB_INDEX==1)/BAT_DCB_SOC\": 51.5\n",
        "  \"PVI_DATA(PVI_INDEX==0)/PVI_DC_POWER(PVI_INDEX==1)/PVI_VALUE\": 200\n",
        "  \"PVI_DATA(PVI_INDEX==0)/PVI_ON_GRID\": true\n",
        "  \"PM_DATA(PM_INDEX==6)/PM_POWER_L1\": 1.5\n",
        "/WB_EXTERN_DATA_ALG/WB_EXTERN_DATA\": \"0103801000000000\"\n",
        "/WB_EXTERN_DATA_SUN/WB_EXTERN_DATA\": \"feff020100000000\"\n",
        "  EMS_GET_MANUAL_CHARGE/EMS_MANUAL_CHARGE_ACTIVE: true\n"}) {
    CHECK_THAT(made.yaml, Contains(line));
  }
  // What is redacted or null is the model's.
  CHECK_THAT(made.yaml, !Contains("INFO_SERIAL_NUMBER") && !Contains("SERIALNO") &&
                            !Contains("COS_PHI") && !Contains("NO_TAG"));
  CHECK(made.notes ==
        std::vector<std::string>{"get_power_settings: failed when the file was made"});
}

TEST_CASE("diagnostics of the wrong shape give a scenario without them, not a fault") {
  for (
      const char* odd :
      {R"({"get_system_info":7,"poll":[1],"get_batteries_data":{"0":1},"get_pvis_data":[1,null]})",
       R"({"get_system_info":{"installedBatteryCapacity":"x","release":7,"serial":null}})",
       R"({"get_batteries_data":[{"index":-1,"dcbs":[]},{"index":1e300},{"index":5,"dcbs":{"0":3}}]})",
       R"({"get_system_info":{},"EMS_REQ_GET_MANUAL_CHARGE":[["A"],[1,2,3],7,[[[]]]],
            "DB_REQ_HISTORY_DATA_DAY":["DB_HISTORY_DATA_DAY","Container",[["DB_SUM_CONTAINER","C",1]]]})",
       R"({"get_system_info":{},"get_wallbox_data":{"phases":1,"energySun":1e300,"soc":-5}})"}) {
    CAPTURE(odd);
    CHECK_THAT(import_diagnostics(Json::parse(odd), "x", "k").yaml, Contains("name: \"x\"\n"));
  }
}

TEST_CASE("numbers that their tag or a scenario cannot hold stay the model's") {
  const auto made = import_diagnostics(Json::parse(R"({"data":{
      "poll":{"autarky":9e48,"production":{"solar":3e9}},
      "get_system_info":{"installedBatteryCapacity":1e300},
      "get_batteries_data":[{"index":0,"rsoc":1e39}]}})"),
                                       "x", "rscp");
  for (const char* absent : {"EMS_AUTARKY", "EMS_POWER_PV", "BAT_RSOC", "capacity"}) {
    CHECK_THAT(made.yaml, !Contains(absent));
  }
}

TEST_CASE("what stands in diagnostics twice stands in the scenario once, the last") {
  const auto made = import_diagnostics(Json::parse(R"({"get_batteries_data":[
      {"index":0,"rsoc":10.5},{"index":0,"rsoc":20.5}]})"),
                                       "x", "rscp");
  CHECK_THAT(made.yaml, Contains("/BAT_RSOC\": 20.5\n") && !Contains("10.5"));
}

TEST_CASE("text that begins like an expression of a scenario stays the model's") {
  const auto made = import_diagnostics(Json::parse(R"({"get_system_info":{"release":"=device.pv"}
})"),
                                       "x", "rscp");
  CHECK_THAT(made.yaml, !Contains("INFO_SW_RELEASE"));
}
