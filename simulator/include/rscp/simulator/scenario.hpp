// SPDX-License-Identifier: MIT
// A scenario: which devices there are, what differs from the living default, which faults happen,
// what is expected of the client. Read from YAML; see docs/scenarios.md for the language and
// simulator/scenario.schema.json for its schema.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rscp/login.hpp>
#include <rscp/path.hpp>
#include <rscp/protocol.hpp>
#include <rscp/simulator/clock.hpp>
#include <rscp/simulator/device_config.hpp>
#include <rscp/value.hpp>

namespace rscp::simulator {

/// Where in a file something stands; line and column count from 1, 0 if not known.
struct SourcePlace {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  /// "bad.yaml:17:5"
  [[nodiscard]] std::string to_string() const;
};

struct ScenarioError {
  SourcePlace place;
  std::string message;
  /// "bad.yaml:17:5: message"
  [[nodiscard]] std::string to_string() const { return place.to_string() + ": " + message; }
};

/// A piece of Lua with the place it comes from, so that its errors name file and line.
struct Script {
  std::string source;
  SourcePlace place;
  bool block = false;  ///< the text begins on the line behind `place`
};

/// What comes when a sequence is used up.
enum class SequenceEnd : std::uint8_t { Last, Loop, Error, Model };

/// What an item shall be. Exactly one of the alternatives is set.
struct ValueTemplate {
  SourcePlace place;
  std::optional<DataType> type;  ///< overrides the dictionary's
  std::optional<Argument> literal;
  std::optional<std::uint32_t> error;  ///< an Error item with this code
  std::optional<Script> expression;    ///< evaluated at each answer
  struct Child;
  std::optional<std::vector<Child>> children;  ///< of a container
  std::vector<ValueTemplate> sequence;         ///< one a time
  SequenceEnd then = SequenceEnd::Last;
};

struct ValueTemplate::Child {
  Tag tag{};
  ValueTemplate value;
};

/// Replaces what the model answers.
struct Override {
  std::string key;                ///< as written
  std::optional<Tag> tag;         ///< a plain tag: every item of that name
  std::optional<PathQuery> path;  ///< otherwise: the items of the answer that this selects
  ValueTemplate value;
};

/// Answers requests itself.
struct Handler {
  PathQuery match;  ///< over the request value
  std::optional<Script> script;
  std::optional<ValueTemplate> answer;  ///< under the usual answer tag
  bool silent = false;                  ///< the whole frame stays unanswered
  SourcePlace place;
};

/// Runs again and again on the device's clock.
struct Timed {
  double seconds = 1;
  Script script;
};

enum class FaultKind : std::uint8_t {
  Split,
  Drip,
  Coalesce,
  Delay,
  Stall,
  Close,
  Refuse,
  Silent,
  Reboot,
  WrongLength,
  Truncate,
  BadMagic,
  BadCrc,
  NoCrc,
  FlipVector,
  WrongKey,
  UnknownTag,
  UnknownType,
  ChangeType,
  InvalidUtf8,
  Duplicate,
  Swap,
  Unsolicited,
  EmptyContainer,
  DeepContainer,
  LargestFrame,
  ZeroLength,
};
/// "bad_crc", as in scenarios.
std::string_view name_of(FaultKind kind);

/// When a fault strikes. All conditions must hold.
struct FaultScope {
  std::optional<PathQuery> match;           ///< over the values of the request frame
  std::optional<std::uint64_t> connection;  ///< number of the connection, from 1
  std::optional<std::uint64_t> nth;         ///< only the nth frame that fits, from 1
  std::optional<std::uint64_t> times;       ///< at most so often
  double probability = 1;
  double from = 0;  ///< seconds of the device's clock since the start
  std::optional<double> to;
};

struct FaultSpec {
  FaultKind kind{};
  FaultScope scope;
  SourcePlace place;
  std::size_t at = 0;                 ///< byte (split, close, truncate)
  std::size_t every = 0;              ///< bytes a piece (split, drip)
  std::chrono::milliseconds gap{0};   ///< between pieces
  std::chrono::milliseconds time{0};  ///< delay, stall, reboot, refuse, coalesce
  std::chrono::milliseconds jitter{0};
  std::int64_t number = 0;          ///< wrong_length: by how much; deep_container: depth
  bool reset = false;               ///< close with RST instead of FIN
  std::optional<PathQuery> target;  ///< which item of the answer; the first if not given
  std::optional<DataType> type;
  std::optional<Tag> tag;
  std::vector<Value> values;  ///< unsolicited
};

/// What the client under test must do.
struct Expectation {
  std::string name;
  SourcePlace place;
  std::optional<PathQuery> request;  ///< one of the two
  std::optional<PathQuery> answer;
  std::optional<Argument> value;                       ///< of the selected item
  std::vector<std::pair<PathQuery, Argument>> fields;  ///< of its children
  std::uint64_t least = 1;
  std::optional<std::uint64_t> most;
  std::optional<std::string> after;  ///< name of one that must have been met before
  std::optional<double> within;      ///< seconds, real time, since the start
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
};

struct Scenario {
  std::string name = "default";
  std::string zone = "Europe/Berlin";
  std::string start = "now";  ///< as parse_instant() takes it
  double speed = 1;
  std::vector<DeviceScenario> devices;  ///< at least one
};

/// The scenario of `file`: a path, or the name of a shipped one ("s10"). Every mistake found is
/// reported, not just the first.
std::expected<Scenario, std::vector<ScenarioError>> load_scenario(const std::string& file);
/// The same from text; `name` stands in messages, files it includes are relative to `folder`.
std::expected<Scenario, std::vector<ScenarioError>> parse_scenario(const std::string& text,
                                                                   const std::string& name,
                                                                   const std::string& folder = ".");

/// An override that has no value yet, of a key as in `values`: a tag, or a path to items of
/// answers.
Result<Override> override_of(const std::string& key);

/// Single parts, for the HTTP control; YAML or JSON.
std::expected<std::vector<Override>, std::vector<ScenarioError>> parse_values(
    const std::string& text, const std::string& name);
std::expected<std::vector<FaultSpec>, std::vector<ScenarioError>> parse_faults(
    const std::string& text, const std::string& name);

/// A scenario that is part of the program.
struct ShippedScenario {
  std::string_view name;
  std::string_view text;
};
const std::vector<ShippedScenario>& shipped_scenarios();

}  // namespace rscp::simulator
