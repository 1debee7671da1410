// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <utility>

#include <rscp/dictionary.hpp>
#include <rscp/protocol.hpp>
#include <rscp/replay/masking.hpp>
#include <rscp/replay/scenario_export.hpp>
#include <rscp/scenario/write.hpp>

namespace rscp::replay {
namespace {

using namespace scenario;

const Dictionary& dictionary() { return Dictionary::builtin(); }

std::string label(Tag tag) { return dictionary().label(tag); }

// A frame of so many bytes of values: with header and checksum, in whole blocks.
std::size_t encrypted_size(std::size_t values) {
  constexpr std::size_t kHeaderAndChecksum = 22;
  const std::size_t blocks =
      (values + kHeaderAndChecksum + kCipherBlockSize - 1) / kCipherBlockSize;
  return blocks * kCipherBlockSize;
}

// Which part of a request tells it from others. Times do not: they move with the calendar.
bool is_telling(const Value& value) {
  return value.type() != DataType::Timestamp && label(value.tag()) != "DB_REQ_HISTORY_TIME_START" &&
         label(value.tag()) != "DB_REQ_HISTORY_UTC_TIME_START";
}

// As a path's literal: text in the text form's quotes.
std::string literal(const Value& value) {
  if (const auto number = value.integer()) return std::to_string(*number);
  const auto text = value.text();
  if (!text) return "";
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : *text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted.append("\\").push_back(c);
    } else if (byte < 0x20 || byte >= 0x7F) {
      quoted.append("\\x").append({kDigits[byte >> 4U], kDigits[byte & 0xFU]});
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + '"';
}

// "BAT_REQ_DATA(BAT_INDEX==0)(BAT_REQ_RSOC)" and how many conditions that are.
std::pair<std::string, std::size_t> path_of(const Value& request) {
  std::string path = label(request.tag());
  std::size_t conditions = 0;
  if (!request.is_container()) {
    const std::string text = literal(request);
    if (!text.empty() && is_telling(request)) return {path + "(.==" + text + ')', 1};
    return {path, 0};
  }
  for (const Value& child : request.children()) {
    const std::string text = child.is_container() || !is_telling(child) ? "" : literal(child);
    path += '(' + label(child.tag()) + (text.empty() ? "" : "==" + text) + ')';
    ++conditions;
  }
  return {path, conditions};
}

class Exporter {
 public:
  ExportedScenario run(const recording::Transcript& transcript, const std::string& name,
                       const std::string& key) {
    for (const recording::Exchange& exchange : transcript.exchanges) add(exchange);
    device_.name = name;
    device_.key = key;
    const auto users = recording::recorded_users(transcript);
    if (!users.empty()) device_.users = {{users.front().user, users.front().password}};
    add_values();
    add_handlers();
    Scenario made;
    made.name = name;
    made.devices.push_back(std::move(device_));
    return {write_scenario(made), std::move(notes_)};
  }

 private:
  // All that was answered to one kind of request.
  struct Answers {
    std::string key;  // the tag, or the path
    std::size_t conditions = 0;
    std::vector<ValueTemplate> given;
  };

  void note(const recording::Exchange& exchange, const std::string& text) {
    notes_.push_back("exchange " + std::to_string(exchange.number) + ": " + text);
  }

  void add(const recording::Exchange& exchange) {
    if (exchange.is_login() || !exchange.request || exchange.request->empty()) return;
    const auto& requests = *exchange.request;
    const std::string path = path_of(requests.front()).first;
    if (!exchange.answer) return add_fault(exchange, path, ++asked_[path], 0);
    const auto& answers = *exchange.answer;
    if (answers.size() != requests.size()) {
      return note(exchange, "its answer has " + std::to_string(answers.size()) + " values for " +
                                std::to_string(requests.size()));
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      ++asked_[path_of(requests[i]).first];
      add_answer(exchange, requests[i], answers[i]);
    }
    if (exchange.ended == recording::Exchange::Ended::No) return;
    const auto encoded = encode_values(answers);
    add_fault(exchange, path, asked_[path], encoded ? encrypted_size(encoded->size()) : 0);
  }

  // The device hung up after so many bytes of the answer, or said nothing any more.
  void add_fault(const recording::Exchange& exchange, const std::string& path, std::uint64_t nth,
                 std::size_t sent) {
    using Ended = recording::Exchange::Ended;
    DeliveryFault fault = fault::Stall{};
    if (exchange.ended != Ended::No) fault = fault::Close{sent, exchange.ended == Ended::Reset};
    auto match = PathQuery::parse(path);
    if (!match) return note(exchange, path + ": " + match.error().message);
    FaultScope scope;
    scope.match = *std::move(match);
    scope.nth = nth;
    device_.faults.push_back({fault, std::move(scope), {}});
  }

  void add_answer(const recording::Exchange& exchange, const Value& request, const Value& answer) {
    const Tag usual = dictionary().answer_to(request.tag());
    if (answer.tag() != usual) {
      // An unknown tag is echoed by the simulator itself.
      if (answer.tag() != request.tag() || !answer.is_error()) {
        note(exchange, label(request.tag()) + " is answered under " + label(answer.tag()));
      }
      return;
    }
    auto value = template_of(answer);
    if (!value) {
      return note(exchange, label(answer.tag()) + " holds bytes that a scenario cannot say");
    }
    const bool getter = request.type() == DataType::None && !answer.is_container();
    if (getter) {
      append(values_, label(usual), 0, *std::move(value));
    } else {
      const auto [path, conditions] = path_of(request);
      append(handlers_, path, conditions, *std::move(value));
    }
  }

  static void append(std::vector<Answers>& list, const std::string& key, std::size_t conditions,
                     ValueTemplate value) {
    auto found = std::ranges::find(list, key, &Answers::key);
    if (found == list.end()) {
      list.push_back({key, conditions, {}});
      found = list.end() - 1;
    }
    found->given.push_back(std::move(value));
  }

  // What was always the same stands once.
  static ValueTemplate in_turn(std::vector<ValueTemplate> given) {
    const bool same =
        std::ranges::all_of(given, [&](const ValueTemplate& one) { return one == given.front(); });
    if (same) return std::move(given.front());
    return {Sequence{std::move(given), SequenceEnd::Last}, {}};
  }

  void add_values() {
    for (Answers& one : values_) {
      auto entry = override_of(one.key);
      if (!entry) continue;  // a tag's own label
      entry->value = in_turn(std::move(one.given));
      add_override(device_.values, *std::move(entry));
    }
  }

  void add_handlers() {
    // The last that fits wins, so the pickiest come last.
    std::ranges::stable_sort(handlers_, {}, &Answers::conditions);
    for (Answers& one : handlers_) {
      auto match = PathQuery::parse(one.key);
      if (!match) {
        notes_.push_back(one.key + ": " + match.error().message);
        continue;
      }
      device_.handlers.push_back({*std::move(match), in_turn(std::move(one.given)), {}});
    }
  }

  DeviceScenario device_;
  std::vector<std::string> notes_;
  std::vector<Answers> values_;
  std::vector<Answers> handlers_;
  std::map<std::string, std::uint64_t> asked_;
};

}  // namespace

ExportedScenario export_scenario(const recording::Transcript& transcript, const std::string& name,
                                 const std::string& key) {
  return Exporter().run(transcript, name, key);
}

}  // namespace rscp::replay
