// SPDX-License-Identifier: MIT
// The physical configuration of a device.
#include "../device_fields.hpp"
#include "read_parts.hpp"

namespace rscp::scenario {
namespace {

using Node = YAML::Node;

constexpr std::size_t kMostDevices = 64;

template <class Config>
void read_config(YamlReader& yaml, const Node& node, Config& config);

// A list of devices replaces the one of the profile.
template <class Config>
void read_list(YamlReader& yaml, const Node& node, std::string_view name,
               std::vector<Config>& list) {
  const std::string what(name);
  if (!node.IsSequence() && !node.IsNull()) return yaml.fail(node, what + " must be a list");
  list.clear();
  yaml.each(node, [&](const Node& element) {
    if (list.size() == kMostDevices) return;
    auto config = listed<Config>(list.size());
    read_config(yaml, element, config);
    list.push_back(std::move(config));
  });
  if (node.size() > kMostDevices) {
    yaml.fail(node, "at most " + std::to_string(kMostDevices) + " " + what);
  }
}

// Makes each field a key of the mapping.
template <class Config>
struct FieldReader {
  YamlReader& yaml;
  Config& config;
  std::vector<YamlReader::Key>& keys;

  template <class Read>
  void add(std::string_view name, Read read) {
    keys.push_back({name, std::move(read)});
  }

  void operator()(std::string_view name, double Config::* member, Bounds bounds) {
    add(name, [=, this](const Node& n) {
      yaml.into(n, name, config.*member, bounds.least, bounds.most);
    });
  }
  void operator()(std::string_view name, unsigned Config::* member, Bounds bounds) {
    add(name, [=, this](const Node& n) {
      yaml.into(n, name, config.*member, static_cast<std::int64_t>(bounds.least),
                static_cast<std::int64_t>(bounds.most));
    });
  }
  void operator()(std::string_view name, unsigned Config::* member, OneOf choice) {
    add(name, [=, this](const Node& n) {
      const auto word = yaml.word(n, name, {choice.words.begin(), choice.words.end()});
      if (word) config.*member = choice.numbers.at(*word);
    });
  }
  void operator()(std::string_view name, bool Config::* member) {
    add(name, [=, this](const Node& n) { yaml.into(n, name, config.*member); });
  }
  void operator()(std::string_view name, std::string Config::* member, Called called) {
    add(name, [=, this](const Node& n) { yaml.into(n, called.what, config.*member); });
  }
  void operator()(std::string_view name, MeterRole Config::* member) {
    add(name, [=, this](const Node& n) {
      const auto word = yaml.word(n, name, {kMeterRoles.begin(), kMeterRoles.end()});
      if (word) config.*member = static_cast<MeterRole>(*word);
    });
  }
  template <class Part>
  void operator()(std::string_view name, std::vector<Part> Config::* member) {
    add(name, [=, this](const Node& n) { read_list(yaml, n, name, config.*member); });
  }
  template <class Part>
  void operator()(std::string_view name, Part Config::* member) {
    add(name, [=, this](const Node& n) { read_config(yaml, n, config.*member); });
  }
};

template <class Config>
void read_config(YamlReader& yaml, const Node& node, Config& config) {
  std::vector<YamlReader::Key> keys;
  FieldReader<Config> reader{yaml, config, keys};
  each_field(reader, std::type_identity<Config>());
  yaml.members(node, kCalled<Config>, keys);
  if constexpr (std::is_same_v<Config, InverterConfig>) {
    if (config.strings.empty()) config.strings.emplace_back();
  }
}

}  // namespace

void read_device_config(YamlReader& yaml, const Node& node, DeviceConfig& config) {
  read_config(yaml, node, config);
}

}  // namespace rscp::scenario
