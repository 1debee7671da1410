// SPDX-License-Identifier: MIT
#include <array>

#include "write_parts.hpp"
#include <rscp/scenario/write.hpp>

namespace rscp::scenario {
namespace {

// A member that is a list, with a function for its elements; left out if there are none.
template <class T, class Write>
void list_member(YAML::Emitter& out, std::string_view key, const std::vector<T>& list,
                 Write write) {
  if (list.empty()) return;
  out << YAML::Key << std::string(key) << YAML::Value << YAML::BeginSeq;
  for (const T& one : list) write(out, one);
  out << YAML::EndSeq;
}

void write_login(YAML::Emitter& out, const DeviceScenario& device) {
  constexpr std::array kRefusals = {"int32", "uchar8", "error"};
  const DeviceScenario otherwise;
  out << YAML::Key << "login" << YAML::Value << YAML::BeginMap;
  member(out, "key", Quoted{device.key});
  if (device.users != otherwise.users) {
    out << YAML::Key << "users" << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const Credentials& one : device.users) {
      out << YAML::Flow << YAML::BeginMap;
      member(out, "user", Quoted{one.user});
      member(out, "password", Quoted{one.password});
      member_unless(out, "level", static_cast<unsigned>(one.level),
                    static_cast<unsigned>(Credentials().level));
      out << YAML::EndMap;
    }
    out << YAML::EndSeq;
  }
  if (device.refusal != otherwise.refusal) {
    member(out, "refusal", kRefusals.at(static_cast<std::size_t>(device.refusal)));
  }
  out << YAML::EndMap;
}

struct HandlerWriter {
  YAML::Emitter& out;
  const Handler& handler;
  void operator()(const ValueTemplate& answer) const {
    out << YAML::Key << "answer" << YAML::Value;
    write_value(out, answer, answer_tag_of(handler.match));
  }
  void operator()(const Script& script) const { member(out, "lua", script); }
  void operator()(const Unanswered&) const { member(out, "silent", true); }
};

void write_handler(YAML::Emitter& out, const Handler& handler) {
  out << YAML::BeginMap;
  member(out, "match", PathText{handler.match.text()});
  std::visit(HandlerWriter{out, handler}, handler.answer);
  out << YAML::EndMap;
}

void write_timed(YAML::Emitter& out, const Timed& timed) {
  out << YAML::BeginMap;
  member(out, "seconds", Number{timed.seconds});
  member(out, "lua", timed.script);
  out << YAML::EndMap;
}

// What a scenario builds on has set-up scripts too: then there is a list.
void write_scripts(YAML::Emitter& out, const std::vector<Script>& scripts) {
  if (scripts.size() == 1) return member(out, "script", scripts.front());
  list_member(out, "script", scripts, [](YAML::Emitter& to, const Script& one) { to << one; });
}

// All keys of a device but its name. `seed` is the one it would have anyway.
void write_device(YAML::Emitter& out, const DeviceScenario& device, std::uint64_t seed) {
  member_unless(out, "port", device.port, kDefaultPort);
  member_unless(out, "seed", device.seed, seed);
  list_member(out, "members", device.members,
              [](YAML::Emitter& to, const std::string& name) { to << Quoted{name}; });
  write_login(out, device);
  write_device_config(out, device.config);
  if (!device.values.empty()) {
    out << YAML::Key << "values" << YAML::Value << YAML::BeginMap;
    for (const Override& one : device.values) {
      out << YAML::Key << PathText{one.key} << YAML::Value;
      write_value(out, one.value, tag_of(one));
    }
    out << YAML::EndMap;
  }
  list_member(out, "handlers", device.handlers, write_handler);
  write_scripts(out, device.scripts);
  list_member(out, "every", device.timed, write_timed);
  list_member(out, "faults", device.faults, write_fault);
  list_member(out, "expect", device.expectations, write_expectation);
}

void write_clock(YAML::Emitter& out, const Scenario& scenario) {
  const Scenario otherwise;
  if (scenario.zone == otherwise.zone && scenario.start == otherwise.start &&
      scenario.speed == otherwise.speed) {
    return;
  }
  out << YAML::Key << "clock" << YAML::Value << YAML::Flow << YAML::BeginMap;
  if (scenario.zone != otherwise.zone) member(out, "zone", Quoted{scenario.zone});
  if (scenario.start != otherwise.start) member(out, "start", Quoted{scenario.start});
  if (scenario.speed != otherwise.speed) member(out, "speed", Number{scenario.speed});
  out << YAML::EndMap;
}

// A device that has the scenario's name needs no list.
bool stands_alone(const Scenario& scenario) {
  if (scenario.devices.size() != 1) return false;
  const std::string& name = scenario.devices.front().name;
  return name == scenario.name ||
         (name == DeviceScenario().name && scenario.name == Scenario().name);
}

}  // namespace

std::string write_scenario(const Scenario& scenario) {
  YAML::Emitter out;
  out.SetNullFormat(YAML::LowerNull);
  out << YAML::BeginMap;
  const bool alone = stands_alone(scenario);
  if (scenario.name != Scenario().name ||
      (alone && scenario.devices.front().name == scenario.name)) {
    member(out, "name", Quoted{scenario.name});
  }
  write_clock(out, scenario);
  if (alone) {
    write_device(out, scenario.devices.front(), DeviceScenario().seed);
  } else {
    out << YAML::Key << "devices" << YAML::Value << YAML::BeginSeq;
    std::uint64_t seed = DeviceScenario().seed;
    for (const DeviceScenario& device : scenario.devices) {
      out << YAML::BeginMap;
      member(out, "name", Quoted{device.name});
      write_device(out, device, seed++);
      out << YAML::EndMap;
    }
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
  return std::string(out.c_str(), out.size()) + '\n';
}

}  // namespace rscp::scenario
