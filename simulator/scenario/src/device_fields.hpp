// SPDX-License-Identifier: MIT
// The fields of a device's configuration: their names and bounds, once, for reader and writer.
//
// each_field(visitor, Config tag) calls the visitor for every member with its name, its place in
// the struct, and what it may be.
#pragma once

#include <array>
#include <string_view>
#include <type_traits>

#include <rscp/scenario/device_config.hpp>

namespace rscp::scenario {

/// What a number may be.
struct Bounds {
  double least = 0;
  double most = 0;
};
/// How messages call a field that has no better name.
struct Called {
  std::string_view what;
};
/// A number that is one of these.
struct OneOf {
  std::array<std::string_view, 2> words;
  std::array<unsigned, 2> numbers;
};
/// An enumeration by the words for its values.
inline constexpr std::array<std::string_view, 4> kMeterRoles = {"root", "production", "consumption",
                                                                "wallbox"};

inline constexpr double kMostPower = 1e6;   // W
inline constexpr double kMostEnergy = 1e9;  // Wh

template <class Config>
inline constexpr std::string_view kCalled{};
template <>
inline constexpr std::string_view kCalled<StringConfig> = "a string";
template <>
inline constexpr std::string_view kCalled<InverterConfig> = "an inverter";
template <>
inline constexpr std::string_view kCalled<BatteryConfig> = "a battery";
template <>
inline constexpr std::string_view kCalled<MeterConfig> = "a meter";
template <>
inline constexpr std::string_view kCalled<WallboxConfig> = "a wallbox";
template <>
inline constexpr std::string_view kCalled<IdentityConfig> = "identity";
template <>
inline constexpr std::string_view kCalled<PlaceConfig> = "place";
template <>
inline constexpr std::string_view kCalled<HouseConfig> = "house";
template <>
inline constexpr std::string_view kCalled<DeviceConfig> = "device";

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<StringConfig>) {
  field("peak", &StringConfig::peak, Bounds{0, kMostPower});
  field("azimuth", &StringConfig::azimuth, Bounds{0, 360});
  field("tilt", &StringConfig::tilt, Bounds{0, 90});
  field("voltage", &StringConfig::voltage, Bounds{0, 1500});
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<InverterConfig>) {
  field("strings", &InverterConfig::strings);
  field("max_power", &InverterConfig::max_power, Bounds{1, kMostPower});
  field("serial", &InverterConfig::serial, Called{"serial"});
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<BatteryConfig>) {
  field("modules", &BatteryConfig::modules, Bounds{1, 32});
  field("capacity", &BatteryConfig::capacity, Bounds{1, kMostEnergy});
  field("max_charge", &BatteryConfig::max_charge, Bounds{0, kMostPower});
  field("max_discharge", &BatteryConfig::max_discharge, Bounds{0, kMostPower});
  field("module_voltage", &BatteryConfig::module_voltage, Bounds{1, 1000});
  field("cells", &BatteryConfig::cells, Bounds{1, 256});
  field("sensors", &BatteryConfig::sensors, Bounds{2, 64});
  field("name", &BatteryConfig::name, Called{"name"});
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<MeterConfig>) {
  field("index", &MeterConfig::index, Bounds{0, 255});
  field("role", &MeterConfig::role);
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<WallboxConfig>) {
  field("index", &WallboxConfig::index, Bounds{0, 7});
  field("max_current", &WallboxConfig::max_current, Bounds{6, 32});
  field("phases", &WallboxConfig::phases, OneOf{{"1", "3"}, {1, 3}});
  field("sun_mode", &WallboxConfig::sun_mode);
  field("arrives", &WallboxConfig::arrives, Bounds{0, 24});
  field("leaves", &WallboxConfig::leaves, Bounds{0, 24});
  field("daily_energy", &WallboxConfig::daily_energy, Bounds{0, 1e6});
  field("name", &WallboxConfig::name, Called{"name"});
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<IdentityConfig>) {
  constexpr Called kOne{"an identity"};
  field("serial", &IdentityConfig::serial, kOne);
  field("assembly_serial", &IdentityConfig::assembly_serial, kOne);
  field("a35_serial", &IdentityConfig::a35_serial, kOne);
  field("mac_address", &IdentityConfig::mac_address, kOne);
  field("ip_address", &IdentityConfig::ip_address, kOne);
  field("subnet_mask", &IdentityConfig::subnet_mask, kOne);
  field("gateway", &IdentityConfig::gateway, kOne);
  field("dns", &IdentityConfig::dns, kOne);
  field("release", &IdentityConfig::release, kOne);
  field("production_date", &IdentityConfig::production_date, kOne);
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<PlaceConfig>) {
  field("latitude", &PlaceConfig::latitude, Bounds{-90, 90});
  field("longitude", &PlaceConfig::longitude, Bounds{-180, 180});
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<HouseConfig>) {
  field("base", &HouseConfig::base, Bounds{0, kMostPower});
  field("annual_energy", &HouseConfig::annual_energy, Bounds{0, kMostEnergy});
}

template <class Visitor>
void each_field(Visitor&& field, std::type_identity<DeviceConfig>) {
  field("identity", &DeviceConfig::identity);
  field("place", &DeviceConfig::place);
  field("house", &DeviceConfig::house);
  field("inverters", &DeviceConfig::inverters);
  field("batteries", &DeviceConfig::batteries);
  field("meters", &DeviceConfig::meters);
  field("wallboxes", &DeviceConfig::wallboxes);
  field("external_peak", &DeviceConfig::external_peak, Bounds{0, kMostPower});
  field("derate_fraction", &DeviceConfig::derate_fraction, Bounds{0, 1});
  field("reserve", &DeviceConfig::reserve, Bounds{0, 100});
  field("efficiency", &DeviceConfig::efficiency, Bounds{0.5, 1});
  field("watchdog", &DeviceConfig::watchdog, Bounds{0.1, 3600});
  field("initial_charge", &DeviceConfig::initial_charge, Bounds{0, 100});
  field("emergency_power", &DeviceConfig::emergency_power);
}

/// What stands in a list at this place before a scenario says more.
template <class Config>
Config listed(std::size_t position) {
  Config config;
  // An index that is not given is the position.
  if constexpr (requires { config.index; }) config.index = static_cast<unsigned>(position);
  if constexpr (std::is_same_v<Config, InverterConfig>) config.serial = "123456789012";
  return config;
}

}  // namespace rscp::scenario
