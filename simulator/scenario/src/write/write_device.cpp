// SPDX-License-Identifier: MIT
// What a device's configuration says beyond the default.
#include "../device_fields.hpp"
#include "write_parts.hpp"

namespace rscp::scenario {
namespace {

template <class Config>
void write_fields(YAML::Emitter& out, const Config& config, const Config& otherwise);

// On one line, so that a station's devices can be seen at a glance.
template <class Config>
void write_flow(YAML::Emitter& out, const Config& config, const Config& otherwise) {
  out << YAML::Flow << YAML::BeginMap;
  write_fields(out, config, otherwise);
  out << YAML::EndMap;
}

template <class Config>
struct FieldWriter {
  YAML::Emitter& out;
  const Config& config;
  const Config& otherwise;

  template <class T, class Write>
  void changed(std::string_view name, T Config::* field, Write write) const {
    if (config.*field == otherwise.*field) return;
    out << YAML::Key << std::string(name) << YAML::Value;
    write(config.*field);
  }

  void operator()(std::string_view name, double Config::* field, Bounds) const {
    changed(name, field, [this](double number) { out << Number{number}; });
  }
  void operator()(std::string_view name, unsigned Config::* field, const auto&) const {
    changed(name, field, [this](unsigned number) { out << number; });
  }
  void operator()(std::string_view name, bool Config::* field) const {
    changed(name, field, [this](bool flag) { out << flag; });
  }
  void operator()(std::string_view name, std::string Config::* field, Called) const {
    changed(name, field, [this](const std::string& text) { out << Quoted{text}; });
  }
  void operator()(std::string_view name, MeterRole Config::* field) const {
    changed(name, field, [this](MeterRole role) {
      out << std::string(kMeterRoles.at(static_cast<std::size_t>(role)));
    });
  }
  template <class Part>
  void operator()(std::string_view name, std::vector<Part> Config::* field) const {
    changed(name, field, [this](const std::vector<Part>& list) {
      // The lists of the station itself stand a line an element.
      if constexpr (!std::is_same_v<Config, DeviceConfig>) out << YAML::Flow;
      out << YAML::BeginSeq;
      for (std::size_t i = 0; i < list.size(); ++i) write_flow(out, list[i], listed<Part>(i));
      out << YAML::EndSeq;
    });
  }
  template <class Part>
  void operator()(std::string_view name, Part Config::* field) const {
    changed(name, field,
            [this, field](const Part& part) { write_flow(out, part, otherwise.*field); });
  }
};

template <class Config>
void write_fields(YAML::Emitter& out, const Config& config, const Config& otherwise) {
  each_field(FieldWriter<Config>{out, config, otherwise}, std::type_identity<Config>());
}

}  // namespace

void write_device_config(YAML::Emitter& out, const DeviceConfig& config) {
  const DeviceConfig otherwise;
  if (config == otherwise) return;
  out << YAML::Key << "device" << YAML::Value << YAML::BeginMap;
  write_fields(out, config, otherwise);
  out << YAML::EndMap;
}

}  // namespace rscp::scenario
