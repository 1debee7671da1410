// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "answers/answer_table.hpp"
#include "script/lua_engine.hpp"
#include <rscp/dictionary.hpp>
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

Checked<std::unique_ptr<ScriptedStation>> ScriptedStation::create(const DeviceScenario& scenario,
                                                                  const TimeZone& zone,
                                                                  Instant start,
                                                                  const ScriptLimits& limits,
                                                                  Report report) {
  std::unique_ptr<ScriptedStation> self(new ScriptedStation(scenario, std::move(report)));
  self->model_ = std::make_unique<Station>(scenario.config, zone, mix(scenario.seed), start);
  self->model_->advance(start);
  self->lua_ = std::make_unique<LuaEngine>(*self->model_, scenario.seed,
                                           LuaLimits{limits.instructions, limits.memory},
                                           [&report_to = self->report_](const std::string& text) {
                                             if (report_to) report_to("log", text);
                                           });
  Errors errors;
  for (const Override& one : self->scenario_.values) self->compile(one.value, errors);
  for (const Handler& one : self->scenario_.handlers) {
    if (const auto* script = std::get_if<Script>(&one.answer)) self->compile(*script, errors);
    if (const auto* value = std::get_if<ValueTemplate>(&one.answer)) self->compile(*value, errors);
  }
  for (const Timed& one : self->scenario_.timed) {
    self->compile(one.script, errors);
    self->due_.push_back(start + seconds(one.seconds));
  }
  for (const Script& one : self->scenario_.scripts) self->compile(one, errors);
  if (errors.empty()) {
    for (const Script& one : self->scenario_.scripts) {
      const auto ran = self->lua_->run(one, {});
      if (!ran) errors.push_back(ran.error());
    }
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  self->index_overrides();
  return self;
}

void ScriptedStation::compile(const Script& script, Errors& errors) {
  if (auto compiled = lua_->compile(script); !compiled) errors.push_back(compiled.error());
}

void ScriptedStation::compile(const ValueTemplate& value, Errors& errors) {
  if (const auto* expression = std::get_if<Expression>(&value.what)) {
    compile(expression->script, errors);
  }
  if (const auto* sequence = std::get_if<Sequence>(&value.what)) {
    for (const ValueTemplate& one : sequence->values) compile(one, errors);
  }
  if (const auto* container = std::get_if<Container>(&value.what)) {
    for (const ContainerItem& item : container->items) compile(item.value, errors);
  }
}

void ScriptedStation::index_overrides() {
  plain_.clear();
  by_path_.clear();
  const auto index = [this](const std::vector<Override>& values) {
    for (const Override& one : values) {
      if (const Tag* tag = std::get_if<Tag>(&one.target)) {
        plain_.insert_or_assign(code_of(*tag), &one);
      } else {
        by_path_.push_back(&one);
      }
    }
  };
  index(scenario_.values);
  for (const auto& values : added_) index(values);
}

Checked<void> ScriptedStation::add_values(std::vector<Override> values) {
  Errors errors;
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
      const auto ran = lua_->run(timed.script, {});
      if (!ran) {
        report_error(ran.error());
        break;
      }
    }
  }
}

void ScriptedStation::report_error(const Error& error) {
  ++script_errors_;
  if (report_) report_("error", error.to_string());
}

std::optional<Value> ScriptedStation::run(const Script& script, Tag tag,
                                          std::optional<DataType> type, const Context& context) {
  const auto result = lua_->run(script, {context.request, context.connection});
  if (!result) {
    report_error(result.error());
    return error_value(tag, ErrorCode::kNotAvailable);
  }
  if (std::holds_alternative<LuaNothing>(result->what)) return std::nullopt;
  auto value = value_of(*result, tag, type);
  if (!value) {
    report_error(located(script, value.error().message));
    return error_value(tag, ErrorCode::kNotAvailable);
  }
  return *std::move(value);
}

// Makes the value of a template. Nothing: the model's answer stands.
struct ScriptedStation::Filler {
  ScriptedStation& station;
  const SourcePlace& place;
  Tag tag;
  std::optional<DataType> type;
  const Context& context;

  std::optional<Value> operator()(const NoPayload&) const {
    return Value::raw(tag, DataType::None, {});
  }

  std::optional<Value> operator()(const ErrorItem& error) const {
    return error_value(tag, error.code);
  }

  std::optional<Value> operator()(const Expression& expression) const {
    return station.run(expression.script, tag, expression.type ? expression.type : type, context);
  }

  std::optional<Value> operator()(const Literal& literal) const {
    auto used = literal.type ? literal.type : type;
    if (!used) {
      const TagInfo* info = Dictionary::builtin().find(tag);
      used = info != nullptr && info->type ? *info->type : DataType::Int32;
    }
    auto made = Value::make(tag, *used, literal.value);
    if (made) return *std::move(made);
    station.report_error({ErrorKind::Invalid, place.to_string(), made.error().message});
    return error_value(tag, ErrorCode::kNotAvailable);
  }

  std::optional<Value> operator()(const Container& container) const {
    std::vector<Value> children;
    for (const ContainerItem& item : container.items) {
      if (auto one = station.instantiate(item.value, item.tag, std::nullopt, context)) {
        children.push_back(*std::move(one));
      }
    }
    return Value::container(tag, std::move(children));
  }

  std::optional<Value> operator()(const Sequence& sequence) const {
    std::size_t& position = station.positions_[&sequence];
    if (position >= sequence.values.size()) {
      switch (sequence.then) {
        case SequenceEnd::Last:
          position = sequence.values.size() - 1;
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
    return station.instantiate(sequence.values[position++], tag, type, context);
  }
};

std::optional<Value> ScriptedStation::instantiate(const ValueTemplate& value, Tag tag,
                                                  std::optional<DataType> type,
                                                  const Context& context) {
  return std::visit(Filler{*this, value.place, tag, type, context}, value.what);
}

const Override* ScriptedStation::plain_override(Tag tag) const {
  const auto found = plain_.find(code_of(tag));
  return found == plain_.end() ? nullptr : found->second;
}

// Those of the program first, then the scenario's; of each the last that fits wins.
std::optional<Value> ScriptedStation::ask_handlers(const Value& request, Tag answer,
                                                   const Context& context, bool& silent) {
  const std::span<const Value> asked(&request, 1);
  for (auto handler = code_handlers_.rbegin(); handler != code_handlers_.rend(); ++handler) {
    if (handler->match.first(asked) == nullptr) continue;
    if (auto value = handler->answer(request, answer)) return value;
  }
  for (auto handler = scenario_.handlers.rbegin(); handler != scenario_.handlers.rend();
       ++handler) {
    if (handler->match.first(asked) == nullptr) continue;
    std::optional<Value> value;
    if (const auto* script = std::get_if<Script>(&handler->answer)) {
      value = run(*script, answer, std::nullopt, context);
    } else if (const auto* given = std::get_if<ValueTemplate>(&handler->answer)) {
      value = instantiate(*given, answer, std::nullopt, context);
    } else {
      silent = true;
      value = error_value(answer, ErrorCode::kNotHandled);
    }
    if (value) return value;
  }
  return std::nullopt;
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
    if (auto value = ask_handlers(request, answer_tag, context, silent)) return *std::move(value);
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
    std::get<PathQuery>(one->target).edit(answer, [&](Value& selected) {
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
