// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/replay/recording_diff.hpp>

namespace rscp::replay {
namespace {

using State = ExchangeComparison::State;
using Exchanges = std::vector<const recording::Exchange*>;

constexpr std::size_t kWindow = 32;

std::span<const Value> values_of(const std::optional<std::vector<Value>>& values) {
  return values ? std::span<const Value>(*values) : std::span<const Value>();
}

Exchanges talk_of(const recording::Transcript& transcript) {
  Exchanges talk;
  for (const recording::Exchange& exchange : transcript.exchanges) {
    if (!exchange.is_login()) talk.push_back(&exchange);
  }
  return talk;
}

std::string name_of(const recording::Exchange& exchange) {
  const auto request = values_of(exchange.request);
  return request.empty() ? "an answer without its request"
                         : Dictionary::builtin().label(request.front().tag());
}

class Alignment {
 public:
  Alignment(const recording::Transcript& first, const recording::Transcript& second,
            std::span<const Rule> rules)
      : first_(talk_of(first)), second_(talk_of(second)), rules_(rules) {}

  std::vector<ExchangeComparison> run() {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < first_.size() && j < second_.size()) {
      const auto [missing, additional] = step(i, j);
      // What stands at the same place on both sides is taken for one that changed.
      const std::size_t changed = std::min(missing, additional);
      for (std::size_t k = 0; k < changed; ++k) pair(*first_[i++], *second_[j++]);
      for (std::size_t k = changed; k < missing; ++k) missing_in_second(*first_[i++]);
      for (std::size_t k = changed; k < additional; ++k) additional_in_second(*second_[j++]);
      if (missing == 0 && additional == 0) pair(*first_[i++], *second_[j++]);
    }
    while (i < first_.size()) missing_in_second(*first_[i++]);
    while (j < second_.size()) additional_in_second(*second_[j++]);
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool alike(const recording::Exchange& first,
                           const recording::Exchange& second) const {
    return !difference(values_of(first.request), values_of(second.request), rules_);
  }

  // How far to go in each until the requests are alike again; one in both if they never are.
  [[nodiscard]] std::pair<std::size_t, std::size_t> step(std::size_t i, std::size_t j) const {
    for (std::size_t distance = 0; distance <= kWindow; ++distance) {
      for (std::size_t a = 0; a <= distance; ++a) {
        const std::size_t b = distance - a;
        if (i + a < first_.size() && j + b < second_.size() &&
            alike(*first_[i + a], *second_[j + b])) {
          return {a, b};
        }
      }
    }
    return {1, 1};
  }

  void pair(const recording::Exchange& first, const recording::Exchange& second) {
    ExchangeComparison one{State::Same, first.number, second.number, name_of(first), {}};
    one.differences = differences(values_of(first.request), values_of(second.request), rules_);
    if (!one.differences.empty()) {
      one.state = State::RequestDiffers;
    } else {
      one.differences = differences(values_of(first.answer), values_of(second.answer), rules_);
      if (!one.differences.empty()) one.state = State::AnswerDiffers;
    }
    result_.push_back(std::move(one));
  }

  void missing_in_second(const recording::Exchange& first) {
    result_.push_back({State::Missing, first.number, 0, name_of(first), {}});
  }
  void additional_in_second(const recording::Exchange& second) {
    result_.push_back({State::Additional, 0, second.number, name_of(second), {}});
  }

  Exchanges first_;
  Exchanges second_;
  std::span<const Rule> rules_;
  std::vector<ExchangeComparison> result_;
};

std::string_view part_of(State state) {
  return state == State::RequestDiffers ? "request" : "answer";
}

std::string number(std::uint64_t exchange) {
  return exchange == 0 ? "none" : std::to_string(exchange);
}

}  // namespace

std::string ExchangeComparison::message() const {
  switch (state) {
    case State::Same:
      return "";
    case State::Missing:
      return "the second recording has no such exchange";
    case State::Additional:
      return "the first recording has no such exchange";
    default:
      break;
  }
  std::string text;
  for (const Difference& one : differences) {
    if (!text.empty()) text += '\n';
    text += std::string(part_of(state)) + ": " + one.message();
  }
  return text;
}

bool RecordingDiff::same() const {
  return std::ranges::all_of(exchanges, [](const auto& one) { return one.state == State::Same; });
}

RecordingDiff diff_recordings(const recording::Transcript& first,
                              const recording::Transcript& second, std::span<const Rule> rules) {
  return {"first", "second", Alignment(first, second, rules).run()};
}

std::string unified(const RecordingDiff& diff) {
  if (diff.same()) return "";
  std::string text = "--- " + diff.first + "\n+++ " + diff.second + '\n';
  for (const ExchangeComparison& one : diff.exchanges) {
    if (one.state == State::Same) continue;
    text += "@@ exchange " + number(one.first);
    if (one.first != one.second) text += " and " + number(one.second);
    text += ", " + one.name;
    if (one.state == State::Missing || one.state == State::Additional) {
      text +=
          std::string(" @@\n") + (one.state == State::Missing ? '-' : '+') + "the whole exchange\n";
      continue;
    }
    text += ", " + std::string(part_of(one.state)) + " @@\n";
    for (const Difference& field : one.differences) {
      if (!field.expected.empty()) text += '-' + field.path + ": " + field.expected + '\n';
      if (!field.actual.empty()) text += '+' + field.path + ": " + field.actual + '\n';
    }
  }
  return text;
}

Json to_json(const RecordingDiff& diff) {
  const auto or_null = [](std::uint64_t exchange) {
    return exchange == 0 ? Json(nullptr) : Json(exchange);
  };
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  Json list = Json::array();
  for (const ExchangeComparison& one : diff.exchanges) {
    if (one.state == State::Same) continue;
    Json entry = {
        {"first", or_null(one.first)}, {"second", or_null(one.second)}, {"name", one.name}};
    switch (one.state) {
      case State::Missing:
        entry["differs"] = "missing";
        break;
      case State::Additional:
        entry["differs"] = "additional";
        break;
      default:
        entry["differs"] = part_of(one.state);
        entry["fields"] = Json::array();
        for (const Difference& field : one.differences) {
          entry["fields"].push_back({{"path", field.path},
                                     {"expected", text_or_null(field.expected)},
                                     {"actual", text_or_null(field.actual)}});
        }
    }
    list.push_back(std::move(entry));
  }
  return {{"first", diff.first},
          {"second", diff.second},
          {"compared", diff.exchanges.size()},
          {"differences", std::move(list)}};
}

CheckSuite check_suite(const RecordingDiff& diff) {
  CheckSuite suite{diff.second, {}};
  for (const ExchangeComparison& one : diff.exchanges) {
    const std::uint64_t exchange = one.second != 0 ? one.second : one.first;
    suite.results.push_back({"exchange " + std::to_string(exchange) + ", " + one.name,
                             one.second != 0 ? diff.second : diff.first, one.message()});
  }
  return suite;
}

}  // namespace rscp::replay
