// SPDX-License-Identifier: MIT
// Files, extends and include.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "read_parts.hpp"
#include <rscp/scenario/read.hpp>
#include <rscp/scenario/time.hpp>

namespace rscp::scenario {
namespace {

namespace fs = std::filesystem;
using Node = YAML::Node;
using Mistakes = std::vector<Mistake>;

constexpr std::size_t kDeepestInclusion = 16;
constexpr std::uintmax_t kLargestFile = 16 << 20;
constexpr std::size_t kMostDevices = 64;

struct Source {
  std::string text;
  std::string name;    // as it stands in messages
  std::string folder;  // what relative names in it mean
};

const ShippedScenario* shipped(std::string_view name) {
  for (const auto& one : shipped_scenarios()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

Result<Source> open_source(const std::string& wanted, const std::string& folder) {
  std::error_code error;
  const fs::path path =
      fs::path(wanted).is_absolute() ? fs::path(wanted) : fs::path(folder) / wanted;
  if (!fs::exists(path, error)) {
    if (const ShippedScenario* found = shipped(wanted)) {
      return Source{std::string(found->text), wanted, folder};
    }
    std::vector<std::string_view> names;
    for (const auto& one : shipped_scenarios()) names.push_back(one.name);
    return failure(ErrorKind::Invalid,
                   "\"" + wanted + "\" is neither a file nor a scenario that comes with rscp" +
                       nearest(wanted, names));
  }
  if (!fs::is_regular_file(path, error)) {
    return failure(ErrorKind::Invalid, "\"" + wanted + "\" is no file");
  }
  if (fs::file_size(path, error) > kLargestFile) {
    return failure(ErrorKind::Invalid, "\"" + wanted + "\" is larger than 16 MiB");
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) return failure(ErrorKind::Invalid, "\"" + wanted + "\" cannot be read");
  return Source{std::move(text), folder == "." ? wanted : path.string(),
                path.parent_path().string()};
}

// Reads one file and what it builds on into a scenario.
class Loader {
 public:
  explicit Loader(Mistakes& mistakes) : mistakes_(mistakes) {}

  void load(const Source& source, Scenario& scenario, DeviceScenario& device,
            std::size_t inclusion = 0) {
    YamlReader yaml(source.name, mistakes_);
    const auto root = yaml.parse(source.text);
    if (!root) return;
    if (root->IsNull()) return;
    if (!root->IsMap()) return yaml.fail(*root, "a scenario must be a mapping of keys");
    // What it builds on comes first, wherever it is written.
    for (const char* key : {"extends", "include"}) {
      const Node node = (*root)[key];
      if (!node.IsDefined() || node.IsNull()) continue;
      yaml.each(node, [&](const Node& name) {
        build_on(yaml, name, source.folder, scenario, device, inclusion);
      });
    }
    const bool farm_below = !scenario.devices.empty() && !(*root)["devices"].IsDefined();
    read_keys(yaml, *root, "the scenario", &scenario, device, source.folder, inclusion);
    if (!farm_below) return;
    // What is said on top of a farm is meant for each of its devices.
    Mistakes told_already;
    YamlReader quiet(source.name, told_already);
    for (DeviceScenario& member : scenario.devices) {
      const std::string name = member.name;
      const std::uint16_t port = member.port;
      read_keys(quiet, *root, "the scenario", &scenario, member, source.folder, inclusion);
      member.name = name;
      member.port = port;
    }
  }

 private:
  void build_on(YamlReader& yaml, const Node& name, const std::string& folder, Scenario& scenario,
                DeviceScenario& device, std::size_t inclusion) {
    const auto wanted = yaml.text(name, "a scenario to build on");
    if (!wanted) return;
    if (inclusion >= kDeepestInclusion) {
      return yaml.fail(name, "scenarios include one another more than " +
                                 std::to_string(kDeepestInclusion) + " deep: a circle?");
    }
    const auto source = open_source(*wanted, folder);
    if (!source) return yaml.fail(name, source.error().message);
    load(*source, scenario, device, inclusion + 1);
  }

  // `scenario` is null inside a member of `devices`.
  void read_keys(YamlReader& yaml, const Node& root, const char* what, Scenario* scenario,
                 DeviceScenario& device, const std::string& folder, std::size_t inclusion) {
    const auto only_above = [&](const Node& node, const char* key) {
      if (scenario == nullptr) {
        yaml.fail(node, std::string(key) + " is for the whole scenario, not for one device");
      }
      return scenario != nullptr;
    };
    yaml.members(
        root, what,
        {{"extends", [](const Node&) {}},
         {"include", [](const Node&) {}},
         {"name",
          [&](const Node& n) {
            yaml.into(n, "name", device.name);
            if (scenario != nullptr) scenario->name = device.name;
          }},
         {"description", [&](const Node& n) { (void)yaml.text(n, "description"); }},
         {"issue", [&](const Node& n) { (void)yaml.text(n, "issue"); }},
         {"clock",
          [&](const Node& n) {
            if (only_above(n, "clock")) read_clock(yaml, n, *scenario);
          }},
         {"port", [&](const Node& n) { yaml.into(n, "port", device.port, 0, 65'535); }},
         {"seed",
          [&](const Node& n) {
            yaml.into(n, "seed", device.seed, 0, std::numeric_limits<std::int64_t>::max());
          }},
         {"members",
          [&](const Node& n) {
            device.members.clear();
            yaml.each(n, [&](const Node& name) {
              if (auto text = yaml.text(name, "a member")) device.members.push_back(*text);
            });
          }},
         {"login", [&](const Node& n) { read_login(yaml, n, device); }},
         {"device", [&](const Node& n) { read_device_config(yaml, n, device.config); }},
         {"values", [&](const Node& n) { read_values(yaml, n, device.values); }},
         {"handlers", [&](const Node& n) { read_handlers(yaml, n, device.handlers); }},
         {"script", [&](const Node& n) { read_scripts(yaml, n, device.scripts); }},
         {"every", [&](const Node& n) { read_timed(yaml, n, device.timed); }},
         {"faults", [&](const Node& n) { read_faults(yaml, n, device.faults); }},
         {"expect", [&](const Node& n) { read_expectations(yaml, n, device.expectations); }},
         {"devices", [&](const Node& n) {
            if (only_above(n, "devices")) devices_.reset(n);
          }}});
    if (scenario != nullptr && devices_.IsDefined() && !devices_.IsNull()) {
      const Node devices = devices_;
      devices_.reset(Node());
      read_devices(yaml, devices, *scenario, device, folder, inclusion);
    }
  }

  // Each device starts from all that the scenario says, and changes it.
  void read_devices(YamlReader& yaml, const Node& node, Scenario& scenario,
                    const DeviceScenario& common, const std::string& folder,
                    std::size_t inclusion) {
    if (!node.IsSequence() || node.size() == 0) {
      return yaml.fail(node, "devices must be a list with at least one device");
    }
    if (node.size() > kMostDevices) {
      return yaml.fail(node, "at most " + std::to_string(kMostDevices) + " devices");
    }
    scenario.devices.clear();
    yaml.each(node, [&](const Node& element) {
      DeviceScenario device = common;
      device.name = "device-" + std::to_string(scenario.devices.size() + 1);
      device.seed = common.seed + scenario.devices.size();
      if (!element.IsMap()) return yaml.fail(element, "a device must be a mapping of keys");
      if (const Node base = element["extends"]; base.IsDefined()) {
        Scenario ignored;
        build_on(yaml, base, folder, ignored, device, inclusion);
      }
      read_keys(yaml, element, "a device", nullptr, device, folder, inclusion);
      for (const DeviceScenario& other : scenario.devices) {
        if (other.port == device.port && device.port != 0) {
          yaml.fail(element,
                    "port " + std::to_string(device.port) + " is taken by \"" + other.name + "\"");
        }
        if (other.name == device.name) {
          yaml.fail(element, "there is another device called \"" + device.name + "\"");
        }
      }
      scenario.devices.push_back(std::move(device));
    });
  }

  Mistakes& mistakes_;
  Node devices_;
};

void check_references(const DeviceScenario& device, Mistakes& mistakes) {
  for (const Expectation& one : device.expectations) {
    if (!one.after) continue;
    const auto other = std::ranges::find(device.expectations, *one.after, &Expectation::name);
    if (other == device.expectations.end()) {
      mistakes.push_back(
          {one.place, "after: there is no expectation called \"" + *one.after + "\""});
    }
  }
}

void check_members(const Scenario& scenario, const std::string& file, Mistakes& mistakes) {
  for (const DeviceScenario& master : scenario.devices) {
    for (const std::string& name : master.members) {
      const auto member = std::ranges::find(scenario.devices, name, &DeviceScenario::name);
      if (member == scenario.devices.end() || !member->members.empty()) {
        mistakes.push_back(
            {{file, 0, 0},
             "members of " + master.name + ": \"" + name +
                 (member == scenario.devices.end() ? "\" is no device of this scenario"
                                                   : "\" is a master itself")});
      }
    }
  }
}

// In the order of each file.
Errors told(Mistakes mistakes) {
  std::ranges::stable_sort(mistakes, [](const Mistake& a, const Mistake& b) {
    return a.place.file == b.place.file && a.place.line < b.place.line;
  });
  Errors errors;
  errors.reserve(mistakes.size());
  for (Mistake& one : mistakes) {
    errors.push_back({ErrorKind::Invalid, one.place.to_string(), std::move(one.message)});
  }
  return errors;
}

Checked<Scenario> finish(const Source& source) {
  Mistakes mistakes;
  Scenario scenario;
  DeviceScenario device;
  Loader(mistakes).load(source, scenario, device);
  if (scenario.devices.empty()) scenario.devices.push_back(std::move(device));
  for (const DeviceScenario& one : scenario.devices) check_references(one, mistakes);
  check_members(scenario, source.name, mistakes);
  if (!mistakes.empty()) return std::unexpected(told(std::move(mistakes)));
  return scenario;
}

template <class Part>
Checked<std::vector<Part>> parse_part(const std::string& text, const std::string& name,
                                      void (*read)(YamlReader&, const Node&, std::vector<Part>&)) {
  Mistakes mistakes;
  YamlReader yaml(name, mistakes);
  std::vector<Part> parts;
  if (const auto root = yaml.parse(text)) read(yaml, *root, parts);
  if (!mistakes.empty()) return std::unexpected(told(std::move(mistakes)));
  return parts;
}

}  // namespace

Checked<Scenario> load_scenario(const std::string& file) {
  const auto source = open_source(file, ".");
  if (!source) return std::unexpected(Errors{source.error().within(file)});
  return finish(*source);
}

Checked<Scenario> parse_scenario(const std::string& text, const std::string& name,
                                 const std::string& folder) {
  return finish({text, name, folder});
}

Checked<std::vector<Override>> parse_values(const std::string& text, const std::string& name) {
  return parse_part(text, name, read_values);
}

Checked<std::vector<FaultSpec>> parse_faults(const std::string& text, const std::string& name) {
  return parse_part(text, name, read_faults);
}

}  // namespace rscp::scenario
