// SPDX-License-Identifier: MIT
// Files, extends and include.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "read_parts.hpp"
#include <rscp/simulator/scenario.hpp>

namespace rscp::simulator {
namespace {

namespace fs = std::filesystem;
using Node = YAML::Node;
using Errors = std::vector<ScenarioError>;

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

std::expected<Source, std::string> open_source(const std::string& wanted,
                                               const std::string& folder) {
  std::error_code error;
  const fs::path path =
      fs::path(wanted).is_absolute() ? fs::path(wanted) : fs::path(folder) / wanted;
  if (!fs::exists(path, error)) {
    if (const ShippedScenario* found = shipped(wanted)) {
      return Source{std::string(found->text), wanted, folder};
    }
    std::vector<std::string_view> names;
    for (const auto& one : shipped_scenarios()) names.push_back(one.name);
    return std::unexpected("\"" + wanted +
                           "\" is neither a file nor a scenario that comes with rscp" +
                           nearest(wanted, names));
  }
  if (!fs::is_regular_file(path, error)) return std::unexpected("\"" + wanted + "\" is no file");
  if (fs::file_size(path, error) > kLargestFile) {
    return std::unexpected("\"" + wanted + "\" is larger than 16 MiB");
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) return std::unexpected("\"" + wanted + "\" cannot be read");
  return Source{std::move(text), folder == "." ? wanted : path.string(),
                path.parent_path().string()};
}

// Reads one file and what it builds on into a scenario.
class Loader {
 public:
  explicit Loader(Errors& errors) : errors_(errors) {}

  void load(const Source& source, Scenario& scenario, DeviceScenario& device,
            std::size_t inclusion = 0) {
    YamlReader yaml(source.name, errors_);
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
    Errors told_already;
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
    if (!source) return yaml.fail(name, source.error());
    load(*source, scenario, device, inclusion + 1);
  }

  void read_credentials(YamlReader& yaml, const Node& node, DeviceScenario& device) {
    const auto read_user = [&](const Node& n) {
      Credentials user;
      yaml.members(n, "a user",
                   {{"user", [&](const Node& m) { yaml.into(m, "user", user.user); }},
                    {"password", [&](const Node& m) { yaml.into(m, "password", user.password); }},
                    {"level", [&](const Node& m) {
                       const auto text = yaml.text(m, "level");
                       if (!text) return;
                       const auto level = user_level_from(*text);
                       if (level) user.level = *level;
                       if (!level) {
                         yaml.fail(m, "unknown level " + *text +
                                          ", expected a number up to 255 or NONE, USER, INSTALLER, "
                                          "PARTNER, E3DC");
                       }
                     }}});
      device.users.push_back(std::move(user));
    };
    yaml.members(node, "login",
                 {{"key",
                   [&](const Node& n) {
                     yaml.into(n, "key", device.key);
                     if (device.key.empty()) yaml.fail(n, "the passphrase must not be empty");
                   }},
                  {"users",
                   [&](const Node& n) {
                     device.users.clear();
                     yaml.each(n, read_user);
                   }},
                  {"refusal", [&](const Node& n) {
                     if (const auto word = yaml.word(n, "refusal", {"int32", "uchar8", "error"})) {
                       device.refusal = static_cast<Refusal>(*word);
                     }
                   }}});
  }

  void read_timed(YamlReader& yaml, const Node& node, DeviceScenario& device) {
    yaml.each(node, [&](const Node& element) {
      Timed timed;
      bool has_script = false;
      yaml.members(
          element, "every",
          {{"seconds", [&](const Node& n) { yaml.into(n, "seconds", timed.seconds, 0.001, 1e9); }},
           {"lua", [&](const Node& n) {
              timed.script = read_script(yaml, n);
              has_script = true;
            }}});
      if (!has_script) return yaml.fail(element, "every needs lua, the script to run");
      device.timed.push_back(std::move(timed));
    });
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
         {"login", [&](const Node& n) { read_credentials(yaml, n, device); }},
         {"device", [&](const Node& n) { read_device_config(yaml, n, device.config); }},
         {"values", [&](const Node& n) { read_values(yaml, n, device.values); }},
         {"handlers", [&](const Node& n) { read_handlers(yaml, n, device.handlers); }},
         {"script", [&](const Node& n) { device.scripts.push_back(read_script(yaml, n)); }},
         {"every", [&](const Node& n) { read_timed(yaml, n, device); }},
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

  void read_clock(YamlReader& yaml, const Node& node, Scenario& scenario) {
    yaml.members(node, "clock",
                 {{"zone",
                   [&](const Node& n) {
                     yaml.into(n, "zone", scenario.zone);
                     if (const auto zone = TimeZone::find(scenario.zone); !zone)
                       yaml.fail(n, zone.error());
                   }},
                  {"start",
                   [&](const Node& n) {
                     yaml.into(n, "start", scenario.start);
                     const auto utc = TimeZone::find("UTC");
                     if (!utc) return;
                     if (const auto at = parse_instant(scenario.start, *utc); !at)
                       yaml.fail(n, at.error());
                   }},
                  {"speed", [&](const Node& n) {
                     yaml.into(n, "speed", scenario.speed, 0, VirtualClock::kMaxSpeed);
                   }}});
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

  Errors& errors_;
  Node devices_;
};

void check_references(const DeviceScenario& device, Errors& errors) {
  for (const Expectation& one : device.expectations) {
    if (!one.after) continue;
    const auto other = std::ranges::find(device.expectations, *one.after, &Expectation::name);
    if (other == device.expectations.end()) {
      errors.push_back({one.place, "after: there is no expectation called \"" + *one.after + "\""});
    }
  }
}

void check_members(const Scenario& scenario, const std::string& file, Errors& errors) {
  for (const DeviceScenario& master : scenario.devices) {
    for (const std::string& name : master.members) {
      const auto member = std::ranges::find(scenario.devices, name, &DeviceScenario::name);
      if (member == scenario.devices.end() || !member->members.empty()) {
        errors.push_back({{file, 0, 0},
                          "members of " + master.name + ": \"" + name +
                              (member == scenario.devices.end() ? "\" is no device of this scenario"
                                                                : "\" is a master itself")});
      }
    }
  }
}

std::expected<Scenario, Errors> finish(const Source& source) {
  Errors errors;
  Scenario scenario;
  DeviceScenario device;
  Loader(errors).load(source, scenario, device);
  if (scenario.devices.empty()) scenario.devices.push_back(std::move(device));
  for (const DeviceScenario& one : scenario.devices) check_references(one, errors);
  check_members(scenario, source.name, errors);
  std::ranges::stable_sort(errors, [](const ScenarioError& a, const ScenarioError& b) {
    return a.place.file == b.place.file && a.place.line < b.place.line;
  });
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return scenario;
}

}  // namespace

std::expected<Scenario, Errors> load_scenario(const std::string& file) {
  const auto source = open_source(file, ".");
  if (!source) return std::unexpected(Errors{{{file, 0, 0}, source.error()}});
  return finish(*source);
}

std::expected<Scenario, Errors> parse_scenario(const std::string& text, const std::string& name,
                                               const std::string& folder) {
  return finish({text, name, folder});
}

std::expected<std::vector<Override>, Errors> parse_values(const std::string& text,
                                                          const std::string& name) {
  Errors errors;
  YamlReader yaml(name, errors);
  std::vector<Override> values;
  if (const auto root = yaml.parse(text)) read_values(yaml, *root, values);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return values;
}

std::expected<std::vector<FaultSpec>, Errors> parse_faults(const std::string& text,
                                                           const std::string& name) {
  Errors errors;
  YamlReader yaml(name, errors);
  std::vector<FaultSpec> faults;
  if (const auto root = yaml.parse(text)) read_faults(yaml, *root, faults);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return faults;
}

}  // namespace rscp::simulator
