// SPDX-License-Identifier: MIT
#include "answer_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rscp::simulator {
namespace {

const Dictionary& dictionary() { return Dictionary::builtin(); }

template <class T>
double bounded(double number) {
  const double rounded = std::round(std::isnan(number) ? 0 : number);
  return std::clamp(rounded, static_cast<double>(std::numeric_limits<T>::lowest()),
                    static_cast<double>(std::numeric_limits<T>::max()));
}

Argument argument_for(DataType type, double number) {
  switch (type) {
    case DataType::Bool:
      return number != 0;
    case DataType::Char8:
      return static_cast<std::int64_t>(bounded<std::int8_t>(number));
    case DataType::UChar8:
      return static_cast<std::int64_t>(bounded<std::uint8_t>(number));
    case DataType::Int16:
      return static_cast<std::int64_t>(bounded<std::int16_t>(number));
    case DataType::UInt16:
      return static_cast<std::int64_t>(bounded<std::uint16_t>(number));
    case DataType::Int32:
      return static_cast<std::int64_t>(bounded<std::int32_t>(number));
    case DataType::UInt32:
      return static_cast<std::int64_t>(bounded<std::uint32_t>(number));
    case DataType::Int64:
      return static_cast<std::int64_t>(std::clamp(number, -9.2e18, 9.2e18));
    case DataType::UInt64:
      return static_cast<std::uint64_t>(std::clamp(number, 0.0, 1.8e19));
    case DataType::Float32:
      return static_cast<double>(static_cast<float>(number));
    default:
      return number;
  }
}

bool is_numeric(DataType type) {
  return type == DataType::Bool || is_integer(type) || is_float(type);
}

struct ItemMaker {
  Tag tag;
  std::optional<DataType> type;
  Tag request;

  Value operator()(double number) const {
    const DataType used = type && is_numeric(*type) ? *type : DataType::UInt32;
    auto value = Value::make(tag, used, argument_for(used, number));
    return value ? *std::move(value) : error_value(tag, ErrorCode::kNotAvailable);
  }
  Value operator()(bool flag) const {
    const DataType used = type && is_numeric(*type) ? *type : DataType::Bool;
    return Value(tag, used, argument_for(used, flag ? 1 : 0));
  }
  Value operator()(const std::string& text) const {
    return Value::raw(tag, DataType::CString, as_bytes(text));
  }
  Value operator()(const std::vector<Value>& children) const {
    return Value::container(tag, children);
  }
  Value operator()(ErrorCode error) const { return error_value(tag, error.value); }
  Value operator()(Denied denied) const { return error_value(request, denied.code); }
  Value operator()(Timestamp time) const { return Value(tag, DataType::Timestamp, time); }
  Value operator()(const ByteBuffer& bytes) const {
    return Value::raw(tag, DataType::ByteArray, bytes);
  }
  Value operator()(const Value& value) const { return value; }
};

// Where no table knows the answer's tag the request's own is used: strict clients lose the whole
// frame over a tag they do not know.
Tag answer_tag_of(Tag request) {
  const Tag answer = dictionary().answer_to(request);
  return dictionary().find(answer) == nullptr ? request : answer;
}

std::optional<DataType> declared(Tag tag) {
  const TagInfo* info = dictionary().find(tag);
  return info == nullptr ? std::nullopt : info->type;
}

}  // namespace

std::optional<std::int64_t> Ask::integer(Tag child) const {
  const Value* value = request.child(child);
  return value == nullptr ? std::nullopt : value->integer();
}

std::optional<double> Ask::number(Tag child) const {
  const Value* value = request.child(child);
  return value == nullptr ? std::nullopt : value->number();
}

Value make_item(Tag tag, std::optional<DataType> type, const Reply& reply, Tag request) {
  return std::visit(ItemMaker{tag, type, request}, reply);
}

Value item(Tag tag, const Reply& reply) { return make_item(tag, declared(tag), reply, tag); }

Value item(Tag tag, DataType type, const Reply& reply) { return make_item(tag, type, reply, tag); }

std::vector<Value> device_state(Tag connected, Tag working, Tag in_service) {
  return {item(connected, true), item(working, true), item(in_service, false)};
}

AnswerTable::AnswerTable() {
  add_battery_answers(*this);
  add_converter_answers(*this);
  add_emergency_answers(*this);
  add_energy_answers(*this);
  add_energy_settings(*this);
  add_history_answers(*this);
  add_info_answers(*this);
  add_inverter_answers(*this);
  add_meter_answers(*this);
  add_system_answers(*this);
  add_wallbox_answers(*this);
}

const AnswerTable& AnswerTable::instance() {
  static const AnswerTable table;
  return table;
}

void AnswerTable::on(Tag request, Answerer answerer) {
  const Tag answer = answer_tag_of(request);
  entries_.insert_or_assign(code_of(request),
                            Group::Entry{answer, declared(answer), std::move(answerer)});
}

void AnswerTable::on(Tag request, Tag answer, DataType type, Answerer answerer) {
  entries_.insert_or_assign(code_of(request), Group::Entry{answer, type, std::move(answerer)});
}

void AnswerTable::Group::on(Tag request, Answerer answerer) {
  const Tag answer = answer_tag_of(request);
  entries_.insert_or_assign(code_of(request), Entry{answer, declared(answer), std::move(answerer)});
}

void AnswerTable::Group::on(Tag request, Tag answer, DataType type, Answerer answerer) {
  entries_.insert_or_assign(code_of(request), Entry{answer, type, std::move(answerer)});
}

AnswerTable::Group& AnswerTable::group(
    Tag request, Tag index_tag,
    std::function<std::optional<std::size_t>(Station&, std::int64_t)> find) {
  return groups_.insert_or_assign(code_of(request), Group(index_tag, std::move(find)))
      .first->second;
}

const RequestFacts& facts_of(Tag request) {
  // Bounded by the tags of the dictionary: what is unknown is not kept.
  static const RequestFacts kUnknown;
  static thread_local std::unordered_map<std::uint32_t, RequestFacts> facts;
  const auto found = facts.find(code_of(request));
  if (found != facts.end()) return found->second;
  if (dictionary().find(request) == nullptr) return kUnknown;
  return facts
      .emplace(code_of(request), RequestFacts{true, answer_tag_of(request), needed_level(request)})
      .first->second;
}

Value AnswerTable::answer(Station& station, const Value& request, UserLevel level) const {
  const Tag tag = request.tag();
  const RequestFacts& facts = facts_of(tag);
  // The request's own tag is all there is to answer under.
  if (!facts.known) return error_value(tag, ErrorCode::kUnknownTag);
  const Tag answer = facts.answer;
  if (level < facts.level) return error_value(answer, ErrorCode::kAccessDenied);
  if (const auto group = groups_.find(code_of(tag)); group != groups_.end()) {
    return answer_group(group->second, station, request, level);
  }
  if (const auto entry = entries_.find(code_of(tag)); entry != entries_.end()) {
    const auto& [answer_tag, type, answerer] = entry->second;
    return make_item(answer_tag, type, answerer({station, request, 0, level}), tag);
  }
  // Members of a group that stand alone: seen as FORMAT on real devices.
  for (const auto& [code, group] : groups_) {
    if (group.entries_.contains(code_of(tag)) || tag == group.index_tag_) {
      return error_value(answer, ErrorCode::kFormat);
    }
  }
  return error_value(answer, ErrorCode::kNotHandled);
}

Value AnswerTable::answer_group(const Group& group, Station& station, const Value& request,
                                UserLevel level) {
  const Tag answer_tag = answer_tag_of(request.tag());
  const Value* index_value = request.child(group.index_tag_);
  const auto index = index_value == nullptr ? std::nullopt : index_value->integer();
  if (!index) return error_value(answer_tag, ErrorCode::kFormat);
  const auto found = group.find_(station, *index);
  if (!found) return group.absent(request, answer_tag, group.index_tag_, *index);
  std::vector<Value> children;
  children.push_back(make_item(group.index_tag_, declared(group.index_tag_),
                               static_cast<double>(*index), group.index_tag_));
  for (const Value& child : request.children()) {
    const Tag tag = child.tag();
    if (tag == group.index_tag_) continue;
    const RequestFacts& facts = facts_of(tag);
    if (!facts.known) {
      children.push_back(error_value(tag, ErrorCode::kUnknownTag));
      continue;
    }
    const Tag answer = facts.answer;
    if (level < facts.level) {
      children.push_back(error_value(answer, ErrorCode::kAccessDenied));
      continue;
    }
    const auto entry = group.entries_.find(code_of(tag));
    if (entry == group.entries_.end()) {
      children.push_back(error_value(answer, ErrorCode::kNotHandled));
      continue;
    }
    const auto& [child_tag, type, answerer] = entry->second;
    children.push_back(make_item(child_tag, type, answerer({station, child, *found, level}), tag));
  }
  return Value::container(answer_tag, std::move(children));
}

std::vector<Tag> AnswerTable::requests() const {
  std::vector<Tag> tags;
  tags.reserve(entries_.size());
  for (const auto& [code, entry] : entries_) tags.push_back(Tag{code});
  for (const auto& [code, group] : groups_) {
    tags.push_back(Tag{code});
    for (const auto& [member, entry] : group.entries_) tags.push_back(Tag{member});
  }
  std::ranges::sort(tags);
  return tags;
}

}  // namespace rscp::simulator
