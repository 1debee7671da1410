// SPDX-License-Identifier: MIT
// What a simulated station consists of. The defaults are an S10-like one; profiles change them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rscp::scenario {

struct StringConfig {
  double peak = 5'000;   ///< W
  double azimuth = 180;  ///< degrees, 180 is south
  double tilt = 35;      ///< degrees
  double voltage = 420;  ///< V at the maximum power point
  friend bool operator==(const StringConfig&, const StringConfig&) = default;
};

struct InverterConfig {
  std::vector<StringConfig> strings;
  double max_power = 12'000;  ///< W, AC
  std::string serial;
  friend bool operator==(const InverterConfig&, const InverterConfig&) = default;
};

struct BatteryConfig {
  unsigned modules = 3;
  double capacity = 6'500;       ///< Wh
  double max_charge = 3'000;     ///< W
  double max_discharge = 3'000;  ///< W
  double module_voltage = 50;    ///< V
  unsigned cells = 14;           ///< in series, a module
  unsigned sensors = 8;          ///< temperature sensors, a module
  std::string name = "BATTERY S5 6.5";
  friend bool operator==(const BatteryConfig&, const BatteryConfig&) = default;
};

enum class MeterRole : std::uint8_t { Root, Production, Consumption, Wallbox };

struct MeterConfig {
  unsigned index = 0;
  MeterRole role = MeterRole::Root;
  friend bool operator==(const MeterConfig&, const MeterConfig&) = default;
};

struct WallboxConfig {
  unsigned index = 0;
  double max_current = 16;      ///< A
  unsigned phases = 3;          ///< 1 or 3
  bool sun_mode = true;         ///< charges with surplus only
  double arrives = 17.5;        ///< hour of the day, wall clock
  double leaves = 7.25;         ///< hour of the day, wall clock
  double daily_energy = 9'000;  ///< Wh a day, on average
  std::string name = "Wallbox easy connect";
  friend bool operator==(const WallboxConfig&, const WallboxConfig&) = default;
};

struct PlaceConfig {
  double latitude = 52.28;  ///< degrees north
  double longitude = 8.05;  ///< degrees east
  std::string zone = "Europe/Berlin";
  friend bool operator==(const PlaceConfig&, const PlaceConfig&) = default;
};

struct HouseConfig {
  double base = 180;                 ///< W, always on
  double annual_energy = 4'200'000;  ///< Wh
  friend bool operator==(const HouseConfig&, const HouseConfig&) = default;
};

struct IdentityConfig {
  std::string serial = "S10-721234567890";
  std::string assembly_serial = "ASY-72000815";
  std::string a35_serial = "A35-40080815";
  std::string mac_address = "00:03:2d:5e:3d:c0";
  std::string ip_address = "192.168.178.10";
  std::string subnet_mask = "255.255.255.0";
  std::string gateway = "192.168.178.1";
  std::string dns = "192.168.178.1";
  std::string release = "S10_2025_032";
  std::string production_date = "KW32 2019";
  friend bool operator==(const IdentityConfig&, const IdentityConfig&) = default;
};

struct DeviceConfig {
  IdentityConfig identity;
  PlaceConfig place;
  HouseConfig house;
  std::vector<InverterConfig> inverters = {{{{}, {4'500, 250, 35, 380}}, 12'000, "123456789012"}};
  std::vector<BatteryConfig> batteries = {{}, {}};
  std::vector<MeterConfig> meters = {{0, MeterRole::Root}, {1, MeterRole::Wallbox}};
  std::vector<WallboxConfig> wallboxes = {{}};
  double external_peak = 0;      ///< W of a generator that the station does not control
  double derate_fraction = 0.7;  ///< feed-in limit, of the installed peak power
  double reserve = 10;           ///< % kept for emergency power
  double efficiency = 0.96;      ///< of the battery, one way
  double watchdog = 10;          ///< s until EMS_REQ_SET_POWER lapses
  double initial_charge = 50;    ///< % at the beginning of the recorded past
  bool emergency_power = true;

  [[nodiscard]] double installed_peak() const {
    double sum = 0;
    for (const auto& inverter : inverters) {
      for (const auto& string : inverter.strings) sum += string.peak;
    }
    return sum;
  }
  [[nodiscard]] double capacity() const {
    double sum = 0;
    for (const auto& battery : batteries) sum += battery.capacity;
    return sum;
  }
  [[nodiscard]] double max_charge() const {
    double sum = 0;
    for (const auto& battery : batteries) sum += battery.max_charge;
    return sum;
  }
  [[nodiscard]] double max_discharge() const {
    double sum = 0;
    for (const auto& battery : batteries) sum += battery.max_discharge;
    return sum;
  }
  friend bool operator==(const DeviceConfig&, const DeviceConfig&) = default;
};

}  // namespace rscp::scenario
