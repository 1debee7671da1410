// SPDX-License-Identifier: MIT
// Clock, login and timed scripts.
#include "read_parts.hpp"
#include <rscp/scenario/time.hpp>

namespace rscp::scenario {

using Node = YAML::Node;

void read_clock(YamlReader& yaml, const Node& node, Scenario& scenario) {
  yaml.members(node, "clock",
               {{"zone",
                 [&](const Node& n) {
                   yaml.into(n, "zone", scenario.zone);
                   if (const auto zone = TimeZone::find(scenario.zone); !zone)
                     yaml.fail(n, zone.error().message);
                 }},
                {"start",
                 [&](const Node& n) {
                   yaml.into(n, "start", scenario.start);
                   const auto utc = TimeZone::find("UTC");
                   if (!utc) return;
                   if (const auto at = parse_instant(scenario.start, *utc); !at)
                     yaml.fail(n, at.error().message);
                 }},
                {"speed", [&](const Node& n) {
                   yaml.into(n, "speed", scenario.speed, 0, kMaxClockSpeed);
                 }}});
}

void read_login(YamlReader& yaml, const Node& node, DeviceScenario& device) {
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

void read_timed(YamlReader& yaml, const Node& node, std::vector<Timed>& all) {
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
    all.push_back(std::move(timed));
  });
}

}  // namespace rscp::scenario
