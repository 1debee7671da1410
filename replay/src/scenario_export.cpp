// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <map>

#include "yaml_text.hpp"
#include <rscp/frame.hpp>
#include <rscp/json.hpp>
#include <rscp/protocol.hpp>
#include <rscp/replay/masking.hpp>
#include <rscp/replay/scenario_export.hpp>

namespace rscp::replay {
namespace {

const Dictionary& dictionary() { return Dictionary::builtin(); }

std::string label(Tag tag) { return dictionary().label(tag); }

std::optional<DataType> declared(Tag tag) {
  const TagInfo* info = dictionary().find(tag);
  return info == nullptr ? std::nullopt : info->type;
}

// A frame of so many bytes of values: with header and checksum, in whole blocks.
std::size_t encrypted_size(std::size_t values) {
  constexpr std::size_t kHeaderAndChecksum = 22;
  const std::size_t blocks =
      (values + kHeaderAndChecksum + kCipherBlockSize - 1) / kCipherBlockSize;
  return blocks * kCipherBlockSize;
}

std::string number_text(double number, const std::string& shortest) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number < 0 ? "-.inf" : ".inf";
  return shortest;
}

// Which part of a request tells it from others. Times do not: they move with the calendar.
bool is_telling(const Value& value) {
  return value.type() != DataType::Timestamp && label(value.tag()) != "DB_REQ_HISTORY_TIME_START" &&
         label(value.tag()) != "DB_REQ_HISTORY_UTC_TIME_START";
}

std::string literal(const Value& value) {
  if (const auto text = value.text()) return yaml_text(*text);
  if (const auto number = value.integer()) return std::to_string(*number);
  return "";
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
    std::string& yaml = result_.yaml;
    yaml += "name: " + yaml_text(name) + "\nlogin:\n  key: " + yaml_text(key) + '\n';
    const auto users = recording::recorded_users(transcript);
    if (!users.empty()) {
      yaml += "  users: [{user: " + yaml_text(users.front().user) +
              ", password: " + yaml_text(users.front().password) + "}]\n";
    }
    write_values();
    write_handlers();
    write_faults();
    return std::move(result_);
  }

 private:
  struct Answers {
    std::string key;  // the tag, or the path
    std::size_t conditions = 0;
    std::vector<std::string> texts;
  };

  void note(const recording::Exchange& exchange, const std::string& text) {
    result_.notes.push_back("exchange " + std::to_string(exchange.number) + ": " + text);
  }

  void add(const recording::Exchange& exchange) {
    if (exchange.is_login() || !exchange.request || exchange.request->empty()) return;
    const auto& requests = *exchange.request;
    if (!exchange.answer) {
      const auto [path, conditions] = path_of(requests.front());
      add_fault(exchange, path, ++asked_[path], 0);
      return;
    }
    const auto& answers = *exchange.answer;
    if (answers.size() != requests.size()) {
      return note(exchange, "its answer has " + std::to_string(answers.size()) + " values for " +
                                std::to_string(requests.size()));
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
      ++asked_[path_of(requests[i]).first];
      add_value(exchange, requests[i], answers[i]);
    }
    if (exchange.ended == recording::Exchange::Ended::No) return;
    const auto encoded = encode_values(answers);
    const auto [path, conditions] = path_of(requests.front());
    add_fault(exchange, path, asked_[path], encoded ? encrypted_size(encoded->size()) : 0);
  }

  // The device hung up after so many bytes of the answer, or said nothing any more.
  void add_fault(const recording::Exchange& exchange, const std::string& path, std::uint64_t nth,
                 std::size_t sent) {
    std::string fault = "stall";
    if (exchange.ended != recording::Exchange::Ended::No) {
      fault = "close, at: " + std::to_string(sent);
      fault += exchange.ended == recording::Exchange::Ended::Reset ? ", how: rst" : ", how: fin";
    }
    faults_.push_back("{fault: " + fault + ", when: {match: " + yaml_text(path) +
                      ", nth: " + std::to_string(nth) + "}}");
  }

  void add_value(const recording::Exchange& exchange, const Value& request, const Value& answer) {
    const Tag usual = dictionary().answer_to(request.tag());
    if (answer.tag() != usual) {
      // An unknown tag is echoed by the simulator itself.
      if (answer.tag() != request.tag() || !answer.is_error()) {
        note(exchange, label(request.tag()) + " is answered under " + label(answer.tag()));
      }
      return;
    }
    const auto text = template_of(answer);
    if (!text)
      return note(exchange, label(answer.tag()) + " holds bytes that a scenario cannot say");
    const bool getter = request.type() == DataType::None && !answer.is_container();
    if (getter) {
      append(values_, label(usual), 0, *text);
    } else {
      const auto [path, conditions] = path_of(request);
      append(handlers_, path, conditions, *text);
    }
  }

  static void append(std::vector<Answers>& list, const std::string& key, std::size_t conditions,
                     const std::string& text) {
    auto found = std::ranges::find(list, key, &Answers::key);
    if (found == list.end()) {
      list.push_back({key, conditions, {}});
      found = list.end() - 1;
    }
    found->texts.push_back(text);
  }

  // In flow style, so that it fits a line; nothing if the value has bytes that no form can say.
  static std::optional<std::string> template_of(const Value& value) {
    if (!value.trailing().empty()) return std::nullopt;
    if (value.is_container()) {
      std::string text = "[";
      for (const Value& child : value.children()) {
        const auto inner = template_of(child);
        if (!inner) return std::nullopt;
        text += (text.size() > 1 ? ", {" : "{") + label(child.tag()) + ": " + *inner + '}';
      }
      return text + ']';
    }
    if (const auto error = value.error()) {
      const std::string_view name = name_of(*error);
      return "{error: " + (name.empty() ? std::to_string(error->value) : std::string(name)) + '}';
    }
    if (value.type() == DataType::None) {
      return declared(value.tag()) == DataType::Container ? std::nullopt
                                                          : std::optional<std::string>("null");
    }
    auto text = scalar_text(value);
    if (!text || declared(value.tag()) == value.type()) return text;
    return "{type: " + name_of(value.type()) + ", value: " + *text + '}';
  }

  static std::optional<std::string> scalar_text(const Value& value) {
    if (!is_canonical(value.type(), value.payload())) return std::nullopt;
    const auto scalar = value.scalar();
    if (!scalar) return std::nullopt;
    if (const auto* flag = std::get_if<bool>(&*scalar)) return *flag ? "true" : "false";
    if (const auto* n = std::get_if<std::int64_t>(&*scalar)) return std::to_string(*n);
    if (const auto* n = std::get_if<std::uint64_t>(&*scalar)) return std::to_string(*n);
    if (const auto* n = std::get_if<float>(&*scalar)) return number_text(*n, to_string(*n));
    if (const auto* n = std::get_if<double>(&*scalar)) return number_text(*n, to_string(*n));
    if (const auto* time = std::get_if<Timestamp>(&*scalar)) return to_string(*time);
    if (const auto* bytes = std::get_if<Bytes>(&*scalar)) {
      if (!is_known(value.type())) return std::nullopt;
      return yaml_text(to_hex(*bytes));
    }
    const auto* text = std::get_if<std::string_view>(&*scalar);
    if (text == nullptr || !is_utf8(*text)) return std::nullopt;
    return yaml_text(*text);
  }

  static std::string sequence(const Answers& answers) {
    const bool same = std::ranges::all_of(
        answers.texts, [&](const std::string& text) { return text == answers.texts.front(); });
    if (same) return answers.texts.front();
    std::string text = "{sequence: [";
    for (const std::string& one : answers.texts) text += (text.back() == '[' ? "" : ", ") + one;
    return text + "], then: last}";
  }

  void write_values() {
    if (values_.empty()) return;
    result_.yaml += "values:\n";
    for (const Answers& one : values_) result_.yaml += "  " + one.key + ": " + sequence(one) + '\n';
  }

  void write_handlers() {
    if (handlers_.empty()) return;
    // The last that fits wins, so the pickiest come last.
    std::ranges::stable_sort(handlers_, {}, &Answers::conditions);
    result_.yaml += "handlers:\n";
    for (const Answers& one : handlers_) {
      result_.yaml += "  - match: " + yaml_text(one.key) + "\n    answer: " + sequence(one) + '\n';
    }
  }

  void write_faults() {
    if (faults_.empty()) return;
    result_.yaml += "faults:\n";
    for (const std::string& fault : faults_) result_.yaml += "  - " + fault + '\n';
  }

  ExportedScenario result_;
  std::vector<Answers> values_;
  std::vector<Answers> handlers_;
  std::vector<std::string> faults_;
  std::map<std::string, std::uint64_t> asked_;
};

}  // namespace

ExportedScenario export_scenario(const recording::Transcript& transcript, const std::string& name,
                                 const std::string& key) {
  return Exporter().run(transcript, name, key);
}

}  // namespace rscp::replay
