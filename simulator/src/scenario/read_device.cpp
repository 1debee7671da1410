// SPDX-License-Identifier: MIT
// The physical configuration of a device.
#include "read_parts.hpp"

namespace rscp::simulator {
namespace {

constexpr double kMostPower = 1e6;   // W
constexpr double kMostEnergy = 1e9;  // Wh
constexpr std::size_t kMostDevices = 64;

using Node = YAML::Node;

// A list of devices replaces the one of the profile.
template <class Config>
void read_list(YamlReader& yaml, const Node& node, const std::string& what,
               std::vector<Config>& list, void (*read)(YamlReader&, const Node&, Config&)) {
  if (!node.IsSequence() && !node.IsNull()) return yaml.fail(node, what + " must be a list");
  list.clear();
  yaml.each(node, [&](const Node& element) {
    if (list.size() == kMostDevices) return;
    Config config;
    // An index that is not given is the position.
    if constexpr (requires { config.index; }) config.index = static_cast<unsigned>(list.size());
    read(yaml, element, config);
    list.push_back(config);
  });
  if (node.size() > kMostDevices) {
    yaml.fail(node, "at most " + std::to_string(kMostDevices) + " " + what);
  }
}

void read_string(YamlReader& yaml, const Node& node, StringConfig& c) {
  yaml.members(node, "a string",
               {{"peak", [&](const Node& n) { yaml.into(n, "peak", c.peak, 0, kMostPower); }},
                {"azimuth", [&](const Node& n) { yaml.into(n, "azimuth", c.azimuth, 0, 360); }},
                {"tilt", [&](const Node& n) { yaml.into(n, "tilt", c.tilt, 0, 90); }},
                {"voltage", [&](const Node& n) { yaml.into(n, "voltage", c.voltage, 0, 1500); }}});
}

void read_inverter(YamlReader& yaml, const Node& node, InverterConfig& c) {
  if (c.serial.empty()) c.serial = "123456789012";
  yaml.members(
      node, "an inverter",
      {{"strings", [&](const Node& n) { read_list(yaml, n, "strings", c.strings, read_string); }},
       {"max_power", [&](const Node& n) { yaml.into(n, "max_power", c.max_power, 1, kMostPower); }},
       {"serial", [&](const Node& n) { yaml.into(n, "serial", c.serial); }}});
  if (c.strings.empty()) c.strings.emplace_back();
}

void read_battery(YamlReader& yaml, const Node& node, BatteryConfig& c) {
  yaml.members(
      node, "a battery",
      {{"modules", [&](const Node& n) { yaml.into(n, "modules", c.modules, 1, 32); }},
       {"capacity", [&](const Node& n) { yaml.into(n, "capacity", c.capacity, 1, kMostEnergy); }},
       {"max_charge",
        [&](const Node& n) { yaml.into(n, "max_charge", c.max_charge, 0, kMostPower); }},
       {"max_discharge",
        [&](const Node& n) { yaml.into(n, "max_discharge", c.max_discharge, 0, kMostPower); }},
       {"module_voltage",
        [&](const Node& n) { yaml.into(n, "module_voltage", c.module_voltage, 1, 1000); }},
       {"cells", [&](const Node& n) { yaml.into(n, "cells", c.cells, 1, 256); }},
       {"sensors", [&](const Node& n) { yaml.into(n, "sensors", c.sensors, 2, 64); }},
       {"name", [&](const Node& n) { yaml.into(n, "name", c.name); }}});
}

void read_meter(YamlReader& yaml, const Node& node, MeterConfig& c) {
  yaml.members(node, "a meter",
               {{"index", [&](const Node& n) { yaml.into(n, "index", c.index, 0, 255); }},
                {"role", [&](const Node& n) {
                   const auto word =
                       yaml.word(n, "role", {"root", "production", "consumption", "wallbox"});
                   if (word) c.role = static_cast<MeterRole>(*word);
                 }}});
}

void read_wallbox(YamlReader& yaml, const Node& node, WallboxConfig& c) {
  yaml.members(
      node, "a wallbox",
      {{"index", [&](const Node& n) { yaml.into(n, "index", c.index, 0, 7); }},
       {"max_current", [&](const Node& n) { yaml.into(n, "max_current", c.max_current, 6, 32); }},
       {"phases",
        [&](const Node& n) {
          if (const auto word = yaml.word(n, "phases", {"1", "3"})) c.phases = *word == 0 ? 1 : 3;
        }},
       {"sun_mode", [&](const Node& n) { yaml.into(n, "sun_mode", c.sun_mode); }},
       {"arrives", [&](const Node& n) { yaml.into(n, "arrives", c.arrives, 0, 24); }},
       {"leaves", [&](const Node& n) { yaml.into(n, "leaves", c.leaves, 0, 24); }},
       {"daily_energy",
        [&](const Node& n) { yaml.into(n, "daily_energy", c.daily_energy, 0, 1e6); }},
       {"name", [&](const Node& n) { yaml.into(n, "name", c.name); }}});
}

void read_identity(YamlReader& yaml, const Node& node, IdentityConfig& c) {
  const auto text = [&](std::string IdentityConfig::* member) {
    return [&yaml, &c, member](const Node& n) { yaml.into(n, "an identity", c.*member); };
  };
  yaml.members(node, "identity",
               {{"serial", text(&IdentityConfig::serial)},
                {"assembly_serial", text(&IdentityConfig::assembly_serial)},
                {"a35_serial", text(&IdentityConfig::a35_serial)},
                {"mac_address", text(&IdentityConfig::mac_address)},
                {"ip_address", text(&IdentityConfig::ip_address)},
                {"subnet_mask", text(&IdentityConfig::subnet_mask)},
                {"gateway", text(&IdentityConfig::gateway)},
                {"dns", text(&IdentityConfig::dns)},
                {"release", text(&IdentityConfig::release)},
                {"production_date", text(&IdentityConfig::production_date)}});
}

void read_place(YamlReader& yaml, const Node& node, PlaceConfig& c) {
  yaml.members(
      node, "place",
      {{"latitude", [&](const Node& n) { yaml.into(n, "latitude", c.latitude, -90, 90); }},
       {"longitude", [&](const Node& n) { yaml.into(n, "longitude", c.longitude, -180, 180); }}});
}

void read_house(YamlReader& yaml, const Node& node, HouseConfig& c) {
  yaml.members(node, "house",
               {{"base", [&](const Node& n) { yaml.into(n, "base", c.base, 0, kMostPower); }},
                {"annual_energy", [&](const Node& n) {
                   yaml.into(n, "annual_energy", c.annual_energy, 0, kMostEnergy);
                 }}});
}

}  // namespace

void read_device_config(YamlReader& yaml, const Node& node, DeviceConfig& c) {
  const auto number = [&](const char* what, double DeviceConfig::* member, double least,
                          double most) {
    return [=, &yaml, &c](const Node& n) { yaml.into(n, what, c.*member, least, most); };
  };
  yaml.members(
      node, "device",
      {{"identity", [&](const Node& n) { read_identity(yaml, n, c.identity); }},
       {"place", [&](const Node& n) { read_place(yaml, n, c.place); }},
       {"house", [&](const Node& n) { read_house(yaml, n, c.house); }},
       {"inverters",
        [&](const Node& n) { read_list(yaml, n, "inverters", c.inverters, read_inverter); }},
       {"batteries",
        [&](const Node& n) { read_list(yaml, n, "batteries", c.batteries, read_battery); }},
       {"meters", [&](const Node& n) { read_list(yaml, n, "meters", c.meters, read_meter); }},
       {"wallboxes",
        [&](const Node& n) { read_list(yaml, n, "wallboxes", c.wallboxes, read_wallbox); }},
       {"external_peak", number("external_peak", &DeviceConfig::external_peak, 0, kMostPower)},
       {"derate_fraction", number("derate_fraction", &DeviceConfig::derate_fraction, 0, 1)},
       {"reserve", number("reserve", &DeviceConfig::reserve, 0, 100)},
       {"efficiency", number("efficiency", &DeviceConfig::efficiency, 0.5, 1)},
       {"watchdog", number("watchdog", &DeviceConfig::watchdog, 0.1, 3600)},
       {"initial_charge", number("initial_charge", &DeviceConfig::initial_charge, 0, 100)},
       {"emergency_power",
        [&](const Node& n) { yaml.into(n, "emergency_power", c.emergency_power); }}});
}

}  // namespace rscp::simulator
