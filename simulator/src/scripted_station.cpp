// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "answers/answer_table.hpp"
#include "script/lua_engine.hpp"
#include <rscp/simulator/scripted_station.hpp>
#include <rscp/tags.hpp>

namespace rscp::simulator {
namespace {

// A clock that runs fast, or jumps, must not make a short period run for ever.
constexpr int kMostRunsAtOnce = 1'000;

Duration seconds(double number) {
  return Duration(static_cast<std::int64_t>(std::llround(number * 1e6)));
}

}  // namespace

struct ScriptedStation::Context {
  std::span<const Value> request;
  std::uint64_t connection = 0;
};

ScriptedStation::ScriptedStation(const DeviceScenario& scenario, Report report)
    : scenario_(scenario), report_(std::move(report)) {}

ScriptedStation::~ScriptedStation() = default;

std::expected<std::unique_ptr<ScriptedStation>, std::vector<ScenarioError>> ScriptedStation::create(
    const DeviceScenario& scenario, const TimeZone& zone, Instant start, const ScriptLimits& limits,
    Report report) {
  std::unique_ptr<ScriptedStation> self(new ScriptedStation(scenario, std::move(report)));
  self->model_ = std::make_unique<Station>(scenario.config, zone, mix(scenario.seed), start);
  self->model_->advance(start);
  self->lua_ = std::make_unique<LuaEngine>(*self->model_, scenario.seed,
                                           LuaLimits{limits.instructions, limits.memory},
                                           [&report_to = self->report_](const std::string& text) {
                                             if (report_to) report_to("log", text);
                                           });
  std::vector<ScenarioError> errors;
  for (const Override& one : self->scenario_.values) self->compile(one.value, errors);
  for (const Handler& one : self->scenario_.handlers) {
    if (one.script) self->compile(*one.script, errors);
    if (one.answer) self->compile(*one.answer, errors);
  }
  for (const Timed& one : self->scenario_.timed) {
    self->compile(one.script, errors);
    self->due_.push_back(start + seconds(one.seconds));
  }
  for (const Script& one : self->scenario_.scripts) self->compile(one, errors);
  if (errors.empty()) {
    for (const Script& one : self->scenario_.scripts) {
      const auto ran = self->lua_->run(self->chunks_.at(&one), {});
      if (!ran) errors.push_back(located(one, ran.error()));
    }
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  self->index_overrides();
  return self;
}

void ScriptedStation::compile(const Script& script, std::vector<ScenarioError>& errors) {
  const auto chunk = lua_->compile(script);
  if (!chunk) {
    ScenarioError error = located(script, chunk.error());
    error.message = "no valid Lua: " + error.message;
    errors.push_back(std::move(error));
    return;
  }
  chunks_.insert_or_assign(&script, *chunk);
}

void ScriptedStation::compile(const ValueTemplate& value, std::vector<ScenarioError>& errors) {
  if (value.expression) compile(*value.expression, errors);
  for (const ValueTemplate& one : value.sequence) compile(one, errors);
  if (value.children) {
    for (const auto& [tag, child] : *value.children) compile(child, errors);
  }
}

void ScriptedStation::index_overrides() {
  plain_.clear();
  by_path_.clear();
  const auto index = [this](const std::vector<Override>& values) {
    for (const Override& one : values) {
      if (one.tag) {
        plain_.insert_or_assign(code_of(*one.tag), &one);
      } else {
        by_path_.push_back(&one);
      }
    }
  };
  index(scenario_.values);
  for (const auto& values : added_) index(values);
}

std::expected<void, std::vector<ScenarioError>> ScriptedStation::add_values(
    std::vector<Override> values) {
  std::vector<ScenarioError> errors;
  for (const Override& one : values) compile(one.value, errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  added_.push_back(std::move(values));
  index_overrides();
  return {};
}

void ScriptedStation::add_handler(CodeHandler handler) {
  code_handlers_.push_back(std::move(handler));
}

void ScriptedStation::clear_added_values() {
  added_.clear();
  positions_.clear();
  index_overrides();
}

void ScriptedStation::advance(Instant now) {
  model_->advance(now);
  for (std::size_t i = 0; i < due_.size(); ++i) {
    const Timed& timed = scenario_.timed[i];
    for (int runs = 0; due_[i] <= now; ++runs) {
      if (runs == kMostRunsAtOnce) {
        due_[i] = now + seconds(timed.seconds);
        break;
      }
      due_[i] += seconds(timed.seconds);
      const std::uint64_t count = ++runs_[&timed.script];
      const auto ran = lua_->run(chunks_.at(&timed.script), {{}, 0, count});
      if (!ran) {
        report_error(timed.script, ran.error());
        break;
      }
    }
  }
}

void ScriptedStation::report_error(const Script& script, const std::string& message) {
  ++script_errors_;
  if (report_) report_("error", located(script, message).to_string());
}

std::optional<Value> ScriptedStation::run(const Script& script, Tag tag,
                                          std::optional<DataType> type, const Context& context,
                                          bool nothing_is_none) {
  const auto chunk = chunks_.find(&script);
  if (chunk == chunks_.end()) return std::nullopt;
  const std::uint64_t count = ++runs_[&script];
  const auto result = lua_->run(chunk->second, {context.request, context.connection, count});
  if (!result) {
    report_error(script, result.error());
    return error_value(tag, ErrorCode::kNotAvailable);
  }
  if (result->kind == LuaItem::Kind::Nothing && nothing_is_none) return std::nullopt;
  auto value = value_of(*result, tag, type);
  if (!value) {
    report_error(script, value.error());
    return error_value(tag, ErrorCode::kNotAvailable);
  }
  return *std::move(value);
}

// Nothing: the model's answer stands.
std::optional<Value> ScriptedStation::instantiate(const ValueTemplate& value, Tag tag,
                                                  std::optional<DataType> type,
                                                  const Context& context) {
  if (value.type) type = value.type;
  if (value.error) return error_value(tag, *value.error);
  if (value.expression) return run(*value.expression, tag, type, context, true);
  if (!value.sequence.empty()) {
    std::size_t& position = positions_[&value];
    if (position >= value.sequence.size()) {
      switch (value.then) {
        case SequenceEnd::Last:
          position = value.sequence.size() - 1;
          break;
        case SequenceEnd::Loop:
          position = 0;
          break;
        case SequenceEnd::Error:
          return error_value(tag, ErrorCode::kNotAvailable);
        case SequenceEnd::Model:
          return std::nullopt;
      }
    }
    return instantiate(value.sequence[position++], tag, type, context);
  }
  if (value.children) {
    std::vector<Value> children;
    for (const auto& [child_tag, child] : *value.children) {
      if (auto one = instantiate(child, child_tag, std::nullopt, context)) {
        children.push_back(*std::move(one));
      }
    }
    return Value::container(tag, std::move(children));
  }
  if (type == DataType::None) return Value::raw(tag, DataType::None, {});
  if (!type) {
    const TagInfo* info = Dictionary::builtin().find(tag);
    type = info != nullptr && info->type ? *info->type : DataType::Int32;
  }
  auto made = Value::make(tag, *type, *value.literal);
  if (made) return *std::move(made);
  if (report_) report_("error", value.place.to_string() + ": " + made.error().message);
  ++script_errors_;
  return error_value(tag, ErrorCode::kNotAvailable);
}

const Override* ScriptedStation::plain_override(Tag tag) const {
  const auto found = plain_.find(code_of(tag));
  return found == plain_.end() ? nullptr : found->second;
}

Value ScriptedStation::answer_one(const Value& request, const Question& question, bool& silent) {
  if (request.tag() == tag::RSCP_REQ_AUTHENTICATION) return question.log_in(request);
  const UserLevel level = question.level();
  const RequestFacts& facts = facts_of(request.tag());
  // A scenario may know tags that the dictionary does not.
  const Tag answer_tag =
      facts.known ? facts.answer : Dictionary::builtin().answer_to(request.tag());
  const Context context{{&request, 1}, question.connection};
  const bool allowed = level >= facts.level && (facts.known || level > UserLevel::None);
  if (allowed) {
    for (auto handler = code_handlers_.rbegin(); handler != code_handlers_.rend(); ++handler) {
      if (handler->match.first({&request, 1}) == nullptr) continue;
      if (auto value = handler->answer(request, answer_tag)) return *std::move(value);
    }
    for (auto handler = scenario_.handlers.rbegin(); handler != scenario_.handlers.rend();
         ++handler) {
      if (handler->match.first({&request, 1}) == nullptr) continue;
      if (handler->silent) {
        silent = true;
        return error_value(answer_tag, ErrorCode::kNotHandled);
      }
      std::optional<Value> value;
      if (handler->script) {
        value = run(*handler->script, answer_tag, std::nullopt, context, true);
      } else {
        value = instantiate(*handler->answer, answer_tag, std::nullopt, context);
      }
      if (value) return *std::move(value);
    }
    if (const Override* one = plain_override(answer_tag)) {
      if (auto value = instantiate(one->value, answer_tag, std::nullopt, context)) {
        return *std::move(value);
      }
    }
  }
  Value value = model_->answer(request, level);
  if (allowed && !plain_.empty()) {
    for (Value& child : value.children()) apply_plain(child, context);
  }
  return value;
}

// Items inside a container that carry an overridden tag.
void ScriptedStation::apply_plain(Value& value, const Context& context) {
  if (const Override* one = plain_override(value.tag())) {
    const auto type = value.is_error() ? std::nullopt : std::optional(value.type());
    const TagInfo* info = Dictionary::builtin().find(value.tag());
    if (auto changed = instantiate(one->value, value.tag(),
                                   info != nullptr && info->type ? std::nullopt : type, context)) {
      value = *std::move(changed);
    }
    return;
  }
  for (Value& child : value.children()) apply_plain(child, context);
}

void ScriptedStation::apply_overrides(std::vector<Value>& answer, const Question& question) {
  const Context context{question.values, question.connection};
  for (const Override* one : by_path_) {
    one->path->edit(answer, [&](Value& selected) {
      if (selected.tag() == tag::RSCP_AUTHENTICATION) return PathQuery::Edit::Kept;
      const TagInfo* info = Dictionary::builtin().find(selected.tag());
      const bool declared = info != nullptr && info->type;
      const auto type =
          declared || selected.is_error() ? std::nullopt : std::optional(selected.type());
      auto changed = instantiate(one->value, selected.tag(), type, context);
      if (!changed) return PathQuery::Edit::Kept;
      selected = *std::move(changed);
      return PathQuery::Edit::Changed;
    });
  }
}

ScriptedStation::Response ScriptedStation::answer(const Question& question) {
  Response response;
  response.values.reserve(question.values.size());
  for (const Value& request : question.values) {
    response.values.push_back(answer_one(request, question, response.silent));
  }
  if (!by_path_.empty() && question.level() > UserLevel::None) {
    apply_overrides(response.values, question);
  }
  return response;
}

}  // namespace rscp::simulator
