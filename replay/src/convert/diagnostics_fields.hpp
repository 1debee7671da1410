// SPDX-License-Identifier: MIT
// Which tag stands behind which name of python-e3dc's getters. Names of nested objects are joined
// by a slash, as in a JSON pointer.
#pragma once

#include <array>
#include <string_view>

namespace rscp::replay {

struct DiagnosticsField {
  std::string_view key;   ///< below the getter's result
  std::string_view path;  ///< below the answer, or the answer itself
  double scale = 1;       ///< from the file's number to the tag's
};

inline constexpr std::array kPollFields = {
    DiagnosticsField{"autarky", "EMS_AUTARKY"},
    DiagnosticsField{"consumption/battery", "EMS_POWER_BAT"},
    DiagnosticsField{"consumption/house", "EMS_POWER_HOME"},
    DiagnosticsField{"consumption/wallbox", "EMS_POWER_WB_ALL"},
    DiagnosticsField{"production/solar", "EMS_POWER_PV"},
    DiagnosticsField{"production/add", "EMS_POWER_ADD", -1},
    DiagnosticsField{"production/grid", "EMS_POWER_GRID"},
    DiagnosticsField{"selfConsumption", "EMS_SELF_CONSUMPTION"},
    DiagnosticsField{"stateOfCharge", "EMS_BAT_SOC"}};

inline constexpr std::array kSystemFields = {
    DiagnosticsField{"deratePercent", "EMS_DERATE_AT_PERCENT_VALUE", 0.01},
    DiagnosticsField{"deratePower", "EMS_DERATE_AT_POWER_VALUE"},
    DiagnosticsField{"externalSourceAvailable", "EMS_EXT_SRC_AVAILABLE"},
    DiagnosticsField{"installedPeakPower", "EMS_INSTALLED_PEAK_POWER"},
    DiagnosticsField{"macAddress", "INFO_MAC_ADDRESS"},
    DiagnosticsField{"release", "INFO_SW_RELEASE"},
    DiagnosticsField{"serial", "INFO_SERIAL_NUMBER"}};

/// Values of EMS_GET_SYS_SPECS: the second is the specification's name.
inline constexpr std::array kSpecificationFields = {
    DiagnosticsField{"installedBatteryCapacity", "installedBatteryCapacity"},
    DiagnosticsField{"maxAcPower", "maxAcPower"},
    DiagnosticsField{"maxBatChargePower", "maxBatChargePower"},
    DiagnosticsField{"maxBatDischargePower", "maxBatDischargPower"}};

inline constexpr std::array kPowerSettingFields = {
    DiagnosticsField{"dischargeStartPower", "EMS_DISCHARGE_START_POWER"},
    DiagnosticsField{"maxChargePower", "EMS_MAX_CHARGE_POWER"},
    DiagnosticsField{"maxDischargePower", "EMS_MAX_DISCHARGE_POWER"},
    DiagnosticsField{"powerLimitsUsed", "EMS_POWER_LIMITS_USED"},
    DiagnosticsField{"powerSaveEnabled", "EMS_POWERSAVE_ENABLED"},
    DiagnosticsField{"weatherForecastMode", "EMS_WEATHER_FORECAST_MODE"},
    DiagnosticsField{"weatherRegulatedChargeEnabled", "EMS_WEATHER_REGULATED_CHARGE_ENABLED"}};

/// The bits of EMS_SYS_STATUS; those of the coupling mode (8 and 9) are not in the file.
struct StatusBit {
  std::string_view key;
  unsigned bit;
};
inline constexpr std::array kStatusBits = {StatusBit{"dcdcAlive", 0},
                                           StatusBit{"powerMeterAlive", 1},
                                           StatusBit{"batteryModuleAlive", 2},
                                           StatusBit{"pvModuleAlive", 3},
                                           StatusBit{"pvInverterInited", 4},
                                           StatusBit{"serverConnectionAlive", 5},
                                           StatusBit{"pvDerated", 6},
                                           StatusBit{"emsAlive", 7},
                                           StatusBit{"acModeBlocked", 10},
                                           StatusBit{"sysConfChecked", 11},
                                           StatusBit{"emergencyPowerStarted", 12},
                                           StatusBit{"emergencyPowerOverride", 13},
                                           StatusBit{"wallBoxAlive", 14},
                                           StatusBit{"powerSaveEnabled", 15},
                                           StatusBit{"chargeIdlePeriodActive", 16},
                                           StatusBit{"dischargeIdlePeriodActive", 17},
                                           StatusBit{"waitForWeatherBreakthrough", 18},
                                           StatusBit{"rescueBatteryEnabled", 19},
                                           StatusBit{"emergencyReserveReached", 20},
                                           StatusBit{"socSyncRequested", 21}};

inline constexpr std::array kBatteryFields = {
    DiagnosticsField{"asoc", "BAT_ASOC"},
    DiagnosticsField{"chargeCycles", "BAT_CHARGE_CYCLES"},
    DiagnosticsField{"current", "BAT_CURRENT"},
    DiagnosticsField{"dcbCount", "BAT_DCB_COUNT"},
    DiagnosticsField{"designCapacity", "BAT_DESIGN_CAPACITY"},
    DiagnosticsField{"deviceConnected", "BAT_DEVICE_STATE/BAT_DEVICE_CONNECTED"},
    DiagnosticsField{"deviceInService", "BAT_DEVICE_STATE/BAT_DEVICE_IN_SERVICE"},
    DiagnosticsField{"deviceName", "BAT_DEVICE_NAME"},
    DiagnosticsField{"deviceWorking", "BAT_DEVICE_STATE/BAT_DEVICE_WORKING"},
    DiagnosticsField{"eodVoltage", "BAT_EOD_VOLTAGE"},
    DiagnosticsField{"errorCode", "BAT_ERROR_CODE"},
    DiagnosticsField{"fcc", "BAT_FCC"},
    DiagnosticsField{"maxBatVoltage", "BAT_MAX_BAT_VOLTAGE"},
    DiagnosticsField{"maxChargeCurrent", "BAT_MAX_CHARGE_CURRENT"},
    DiagnosticsField{"maxDischargeCurrent", "BAT_MAX_DISCHARGE_CURRENT"},
    DiagnosticsField{"maxDcbCellTemp", "BAT_MAX_DCB_CELL_TEMPERATURE"},
    DiagnosticsField{"minDcbCellTemp", "BAT_MIN_DCB_CELL_TEMPERATURE"},
    DiagnosticsField{"moduleVoltage", "BAT_MODULE_VOLTAGE"},
    DiagnosticsField{"rc", "BAT_RC"},
    DiagnosticsField{"readyForShutdown", "BAT_READY_FOR_SHUTDOWN"},
    DiagnosticsField{"rsoc", "BAT_RSOC"},
    DiagnosticsField{"rsocReal", "BAT_RSOC_REAL"},
    DiagnosticsField{"statusCode", "BAT_STATUS_CODE"},
    DiagnosticsField{"terminalVoltage", "BAT_TERMINAL_VOLTAGE"},
    DiagnosticsField{"totalUseTime", "BAT_TOTAL_USE_TIME"},
    DiagnosticsField{"totalDischargeTime", "BAT_TOTAL_DISCHARGE_TIME"},
    DiagnosticsField{"trainingMode", "BAT_TRAINING_MODE"},
    DiagnosticsField{"usuableCapacity", "BAT_USABLE_CAPACITY"},
    DiagnosticsField{"usuableRemainingCapacity", "BAT_USABLE_REMAINING_CAPACITY"}};

inline constexpr std::array kModuleFields = {
    DiagnosticsField{"current", "BAT_DCB_CURRENT"},
    DiagnosticsField{"currentAvg30s", "BAT_DCB_CURRENT_AVG_30S"},
    DiagnosticsField{"cycleCount", "BAT_DCB_CYCLE_COUNT"},
    DiagnosticsField{"designCapacity", "BAT_DCB_DESIGN_CAPACITY"},
    DiagnosticsField{"designVoltage", "BAT_DCB_DESIGN_VOLTAGE"},
    DiagnosticsField{"deviceName", "BAT_DCB_DEVICE_NAME"},
    DiagnosticsField{"endOfDischarge", "BAT_DCB_END_OF_DISCHARGE"},
    DiagnosticsField{"error", "BAT_DCB_ERROR"},
    DiagnosticsField{"fullChargeCapacity", "BAT_DCB_FULL_CHARGE_CAPACITY"},
    DiagnosticsField{"fwVersion", "BAT_DCB_FW_VERSION"},
    DiagnosticsField{"manufactureDate", "BAT_DCB_MANUFACTURE_DATE"},
    DiagnosticsField{"manufactureName", "BAT_DCB_MANUFACTURE_NAME"},
    DiagnosticsField{"maxChargeCurrent", "BAT_DCB_MAX_CHARGE_CURRENT"},
    DiagnosticsField{"maxChargeTemperature", "BAT_DCB_CHARGE_HIGH_TEMPERATURE"},
    DiagnosticsField{"maxChargeVoltage", "BAT_DCB_MAX_CHARGE_VOLTAGE"},
    DiagnosticsField{"maxDischargeCurrent", "BAT_DCB_MAX_DISCHARGE_CURRENT"},
    DiagnosticsField{"minChargeTemperature", "BAT_DCB_CHARGE_LOW_TEMPERATURE"},
    DiagnosticsField{"parallelCellCount", "BAT_DCB_NR_PARALLEL_CELL"},
    DiagnosticsField{"sensorCount", "BAT_DCB_NR_SENSOR"},
    DiagnosticsField{"pcbVersion", "BAT_DCB_PCB_VERSION"},
    DiagnosticsField{"protocolVersion", "BAT_DCB_PROTOCOL_VERSION"},
    DiagnosticsField{"remainingCapacity", "BAT_DCB_REMAINING_CAPACITY"},
    DiagnosticsField{"serialCode", "BAT_DCB_SERIALCODE"},
    DiagnosticsField{"serialNo", "BAT_DCB_SERIALNO"},
    DiagnosticsField{"soc", "BAT_DCB_SOC"},
    DiagnosticsField{"soh", "BAT_DCB_SOH"},
    DiagnosticsField{"status", "BAT_DCB_STATUS"},
    DiagnosticsField{"voltage", "BAT_DCB_VOLTAGE"},
    DiagnosticsField{"voltageAvg30s", "BAT_DCB_VOLTAGE_AVG_30S"},
    DiagnosticsField{"warning", "BAT_DCB_WARNING"}};

inline constexpr std::array kInverterFields = {
    DiagnosticsField{"acMaxApparentPower", "PVI_AC_MAX_APPARENTPOWER/PVI_VALUE"},
    DiagnosticsField{"cosPhi/active", "PVI_COS_PHI/PVI_COS_PHI_IS_AKTIV"},
    DiagnosticsField{"cosPhi/value", "PVI_COS_PHI/PVI_COS_PHI_VALUE"},
    DiagnosticsField{"cosPhi/excited", "PVI_COS_PHI/PVI_COS_PHI_EXCITED"},
    DiagnosticsField{"deviceState/connected", "PVI_DEVICE_STATE/PVI_DEVICE_CONNECTED"},
    DiagnosticsField{"deviceState/working", "PVI_DEVICE_STATE/PVI_DEVICE_WORKING"},
    DiagnosticsField{"deviceState/inService", "PVI_DEVICE_STATE/PVI_DEVICE_IN_SERVICE"},
    DiagnosticsField{"frequency/under", "PVI_FREQUENCY_UNDER_OVER/PVI_FREQUENCY_UNDER"},
    DiagnosticsField{"frequency/over", "PVI_FREQUENCY_UNDER_OVER/PVI_FREQUENCY_OVER"},
    DiagnosticsField{"lastError", "PVI_LAST_ERROR"},
    DiagnosticsField{"maxPhaseCount", "PVI_AC_MAX_PHASE_COUNT"},
    DiagnosticsField{"maxStringCount", "PVI_DC_MAX_STRING_COUNT"},
    DiagnosticsField{"onGrid", "PVI_ON_GRID"},
    DiagnosticsField{"powerMode", "PVI_POWER_MODE"},
    DiagnosticsField{"serialNumber", "PVI_SERIAL_NUMBER"},
    DiagnosticsField{"state", "PVI_STATE"},
    DiagnosticsField{"systemMode", "PVI_SYSTEM_MODE"},
    DiagnosticsField{"temperature/max", "PVI_MAX_TEMPERATURE/PVI_VALUE"},
    DiagnosticsField{"temperature/min", "PVI_MIN_TEMPERATURE/PVI_VALUE"},
    DiagnosticsField{"type", "PVI_TYPE"},
    DiagnosticsField{"version", "PVI_VERSION/PVI_VERSION_MAIN"},
    DiagnosticsField{"voltageMonitoring/thresholdTop",
                     "PVI_VOLTAGE_MONITORING/PVI_VOLTAGE_MONITORING_THRESHOLD_TOP"},
    DiagnosticsField{"voltageMonitoring/thresholdBottom",
                     "PVI_VOLTAGE_MONITORING/PVI_VOLTAGE_MONITORING_THRESHOLD_BOTTOM"},
    DiagnosticsField{"voltageMonitoring/slopeUp",
                     "PVI_VOLTAGE_MONITORING/PVI_VOLTAGE_MONITORING_SLOPE_UP"},
    DiagnosticsField{"voltageMonitoring/slopeDown",
                     "PVI_VOLTAGE_MONITORING/PVI_VOLTAGE_MONITORING_SLOPE_DOWN"}};

/// Containers with PVI_INDEX and PVI_VALUE, one a phase.
inline constexpr std::array kPhaseFields = {
    DiagnosticsField{"power", "PVI_AC_POWER"},
    DiagnosticsField{"voltage", "PVI_AC_VOLTAGE"},
    DiagnosticsField{"current", "PVI_AC_CURRENT"},
    DiagnosticsField{"apparentPower", "PVI_AC_APPARENTPOWER"},
    DiagnosticsField{"reactivePower", "PVI_AC_REACTIVEPOWER"},
    DiagnosticsField{"energyAll", "PVI_AC_ENERGY_ALL"},
    DiagnosticsField{"energyGridConsumption", "PVI_AC_ENERGY_GRID_CONSUMPTION"}};

/// The same, one a string.
inline constexpr std::array kStringFields = {
    DiagnosticsField{"power", "PVI_DC_POWER"}, DiagnosticsField{"voltage", "PVI_DC_VOLTAGE"},
    DiagnosticsField{"current", "PVI_DC_CURRENT"},
    DiagnosticsField{"energyAll", "PVI_DC_STRING_ENERGY_ALL"}};

inline constexpr std::array kMeterFields = {DiagnosticsField{"energy/L1", "PM_ENERGY_L1"},
                                            DiagnosticsField{"energy/L2", "PM_ENERGY_L2"},
                                            DiagnosticsField{"energy/L3", "PM_ENERGY_L3"},
                                            DiagnosticsField{"maxPhasePower", "PM_MAX_PHASE_POWER"},
                                            DiagnosticsField{"mode", "PM_MODE"},
                                            DiagnosticsField{"power/L1", "PM_POWER_L1"},
                                            DiagnosticsField{"power/L2", "PM_POWER_L2"},
                                            DiagnosticsField{"power/L3", "PM_POWER_L3"},
                                            DiagnosticsField{"type", "PM_TYPE"},
                                            DiagnosticsField{"voltage/L1", "PM_VOLTAGE_L1"},
                                            DiagnosticsField{"voltage/L2", "PM_VOLTAGE_L2"},
                                            DiagnosticsField{"voltage/L3", "PM_VOLTAGE_L3"}};

inline constexpr std::array kWallboxFields = {DiagnosticsField{"appSoftware", "WB_APP_SOFTWARE"},
                                              DiagnosticsField{"keyState", "WB_KEY_STATE"}};

}  // namespace rscp::replay
