// SPDX-License-Identifier: MIT
// A station with its scenario: what the model says, changed by values, handlers and scripts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <rscp/scenario/read.hpp>
#include <rscp/simulator/station.hpp>

namespace rscp::simulator {

class LuaEngine;

/// Limits on the scripts of one station.
struct ScriptLimits {
  std::uint64_t instructions = 1'000'000;  ///< a call
  std::size_t memory = 16 << 20;           ///< bytes
};

class ScriptedStation {
 public:
  /// What scripts log and what goes wrong in them, with the place.
  using Report = std::function<void(const std::string& kind, const std::string& message)>;

  /// Compiles all scripts and runs the scenario's `script:` parts. Every mistake found is reported.
  static Checked<std::unique_ptr<ScriptedStation>> create(const DeviceScenario& scenario,
                                                          const TimeZone& zone, Instant start,
                                                          const ScriptLimits& limits,
                                                          Report report);
  ~ScriptedStation();
  ScriptedStation(const ScriptedStation&) = delete;
  ScriptedStation& operator=(const ScriptedStation&) = delete;

  /// The answer to a frame: one value a request value, in order. `log_in` answers logins.
  struct Question {
    std::span<const Value> values;
    std::uint64_t connection = 0;
    std::function<UserLevel()> level;
    std::function<Value(const Value&)> log_in;
  };
  struct Response {
    std::vector<Value> values;
    bool silent = false;  ///< a handler wants no answer
  };
  Response answer(const Question& question);

  /// Lets time pass and runs what is due every N seconds.
  void advance(Instant now);

  /// Answers requests from code: before the scenario's handlers, the last that fits first. What
  /// gives nothing leaves the request to the others.
  struct CodeHandler {
    PathQuery match;
    std::function<std::optional<Value>(const Value& request, Tag answer)> answer;
  };
  void add_handler(CodeHandler handler);

  /// Later values win over those of the scenario.
  Checked<void> add_values(std::vector<Override> values);
  void clear_added_values();

  [[nodiscard]] Station& model() { return *model_; }
  [[nodiscard]] const Station& model() const { return *model_; }
  [[nodiscard]] const DeviceScenario& scenario() const { return scenario_; }
  /// Scripts that failed while running.
  [[nodiscard]] std::uint64_t script_errors() const { return script_errors_; }

 private:
  struct Context;
  explicit ScriptedStation(const DeviceScenario& scenario, Report report);
  void compile(const Script& script, Errors& errors);
  void compile(const ValueTemplate& value, Errors& errors);
  Value answer_one(const Value& request, const Question& question, bool& silent);
  std::optional<Value> ask_handlers(const Value& request, Tag answer, const Context& context,
                                    bool& silent);
  struct Filler;
  std::optional<Value> instantiate(const ValueTemplate& value, Tag tag,
                                   std::optional<DataType> type, const Context& context);
  std::optional<Value> run(const Script& script, Tag tag, std::optional<DataType> type,
                           const Context& context);
  void apply_overrides(std::vector<Value>& answer, const Question& question);
  void apply_plain(Value& value, const Context& context);
  void report_error(const Error& error);
  [[nodiscard]] const Override* plain_override(Tag tag) const;
  void index_overrides();

  DeviceScenario scenario_;
  Report report_;
  std::unique_ptr<Station> model_;
  std::unique_ptr<LuaEngine> lua_;
  std::unordered_map<const Sequence*, std::size_t> positions_;
  std::vector<std::vector<Override>> added_;  // never moved once in use: templates are keys
  std::unordered_map<std::uint32_t, const Override*> plain_;
  std::vector<const Override*> by_path_;
  std::vector<CodeHandler> code_handlers_;
  std::vector<Instant> due_;  // of the timed scripts
  std::uint64_t script_errors_ = 0;
};

}  // namespace rscp::simulator
