// SPDX-License-Identifier: MIT
// A scenario: which devices there are, what differs from the living default, which faults happen,
// what is expected of the client. See docs/scenarios.md for the language and
// simulator/scenario.schema.json for its schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <rscp/login.hpp>
#include <rscp/path.hpp>
#include <rscp/protocol.hpp>
#include <rscp/scenario/device_config.hpp>
#include <rscp/scenario/faults.hpp>
#include <rscp/scenario/value_template.hpp>

namespace rscp::scenario {

/// The whole frame stays unanswered.
struct Unanswered {
  friend bool operator==(const Unanswered&, const Unanswered&) = default;
};

/// Answers requests itself.
struct Handler {
  PathQuery match;  ///< over the request value
  /// A value under the usual answer tag, what a script gives, or nothing at all.
  std::variant<ValueTemplate, Script, Unanswered> answer;
  SourcePlace place;
  friend bool operator==(const Handler&, const Handler&) = default;
};
/// The tag under which a handler with this path answers; kAnyTag if the path does not say.
Tag answer_tag_of(const PathQuery& match);

/// Runs again and again on the device's clock.
struct Timed {
  double seconds = 1;
  Script script;
  friend bool operator==(const Timed&, const Timed&) = default;
};

/// What the client under test must do.
struct Expectation {
  enum class About : std::uint8_t { Request, Answer };
  About about = About::Request;
  PathQuery path;
  std::string name{path.text()};
  SourcePlace place{};
  std::optional<Argument> value{};                       ///< of the selected item
  std::vector<std::pair<PathQuery, Argument>> fields{};  ///< of its children
  std::uint64_t least = 1;
  std::optional<std::uint64_t> most{};
  std::optional<std::string> after{};  ///< name of one that must have been met before
  std::optional<double> within{};      ///< seconds, real time, since the start
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// One device on one port.
struct DeviceScenario {
  std::string name = "device";
  std::uint16_t port = kDefaultPort;
  DeviceConfig config;
  std::string key = "rscp";  ///< passphrase
  std::vector<Credentials> users = {{"user@example.com", "password", UserLevel::User}};
  Refusal refusal = Refusal::Int32;
  std::uint64_t seed = 1;
  std::vector<std::string> members;  ///< names of the devices of a farm that this is the master of
  std::vector<Override> values;      ///< the last that fits wins
  std::vector<Handler> handlers;     ///< the last that fits wins
  std::vector<Script> scripts;       ///< run once, in order
  std::vector<Timed> timed;
  std::vector<FaultSpec> faults;
  std::vector<Expectation> expectations;
  friend bool operator==(const DeviceScenario&, const DeviceScenario&) = default;
};

struct Scenario {
  std::string name = "default";
  std::string zone = "Europe/Berlin";
  std::string start = "now";  ///< as parse_instant() takes it
  double speed = 1;
  std::vector<DeviceScenario> devices;  ///< at least one
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// A scenario that is part of the program.
struct ShippedScenario {
  std::string_view name;
  std::string_view text;
};
const std::vector<ShippedScenario>& shipped_scenarios();

}  // namespace rscp::scenario
