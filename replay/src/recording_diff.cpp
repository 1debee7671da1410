// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/json.hpp>
#include <rscp/replay/recording_diff.hpp>

namespace rscp::replay {
namespace {

using Part = ExchangeComparison::Part;
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
    const auto differs = [&](Part part, auto member) {
      auto fields = differences(values_of(first.*member), values_of(second.*member), rules_);
      if (fields.empty()) return false;
      add(first, ExchangeComparison::Differs{first.number, second.number, part, std::move(fields)});
      return true;
    };
    if (differs(Part::Request, &recording::Exchange::request)) return;
    if (differs(Part::Answer, &recording::Exchange::answer)) return;
    add(first, ExchangeComparison::Same{first.number, second.number});
  }

  void missing_in_second(const recording::Exchange& first) {
    add(first, ExchangeComparison::Missing{first.number});
  }
  void additional_in_second(const recording::Exchange& second) {
    add(second, ExchangeComparison::Additional{second.number});
  }

  template <class Outcome>
  void add(const recording::Exchange& named, Outcome outcome) {
    result_.push_back({name_of(named), std::move(outcome)});
  }

  Exchanges first_;
  Exchanges second_;
  std::span<const Rule> rules_;
  std::vector<ExchangeComparison> result_;
};

std::string part_of(const ExchangeComparison::Differs& it) {
  return it.part == Part::Request ? "request" : "answer";
}

std::string number(std::optional<std::uint64_t> exchange) {
  return exchange ? std::to_string(*exchange) : "none";
}

constexpr const char* kWhole = "the whole exchange\n";

// The lines of a unified diff below the place: what follows it there, and what differs.
struct Hunk {
  std::string operator()(const ExchangeComparison::Same&) const { return ""; }
  std::string operator()(const ExchangeComparison::Missing&) const {
    return std::string(" @@\n-") + kWhole;
  }
  std::string operator()(const ExchangeComparison::Additional&) const {
    return std::string(" @@\n+") + kWhole;
  }
  std::string operator()(const ExchangeComparison::Differs& it) const {
    std::string text = ", " + part_of(it) + " @@\n";
    for (const Difference& field : it.fields) {
      if (field.expected() != nullptr) text += '-' + field.path + ": " + *field.expected() + '\n';
      if (field.actual() != nullptr) text += '+' + field.path + ": " + *field.actual() + '\n';
    }
    return text;
  }
};

// Adds what differs to the JSON form of an exchange.
struct JsonDifference {
  Json& entry;
  void operator()(const ExchangeComparison::Same&) const {}
  void operator()(const ExchangeComparison::Missing&) const { entry["differs"] = "missing"; }
  void operator()(const ExchangeComparison::Additional&) const { entry["differs"] = "additional"; }
  void operator()(const ExchangeComparison::Differs& it) const {
    const auto text = [](const std::string* side) {
      return side == nullptr ? Json(nullptr) : Json(*side);
    };
    entry["differs"] = part_of(it);
    entry["fields"] = Json::array();
    for (const Difference& field : it.fields) {
      entry["fields"].push_back({{"path", field.path},
                                 {"expected", text(field.expected())},
                                 {"actual", text(field.actual())}});
    }
  }
};

struct Message {
  std::string operator()(const ExchangeComparison::Same&) const { return ""; }
  std::string operator()(const ExchangeComparison::Missing&) const {
    return "the second recording has no such exchange";
  }
  std::string operator()(const ExchangeComparison::Additional&) const {
    return "the first recording has no such exchange";
  }
  std::string operator()(const ExchangeComparison::Differs& it) const {
    std::string text;
    for (const Difference& field : it.fields) {
      if (!text.empty()) text += '\n';
      text += part_of(it) + ": " + field.message();
    }
    return text;
  }
};

}  // namespace

std::optional<std::uint64_t> ExchangeComparison::first() const {
  return std::visit(
      [](const auto& it) -> std::optional<std::uint64_t> {
        if constexpr (requires { it.first; }) return it.first;
        return std::nullopt;
      },
      outcome);
}

std::optional<std::uint64_t> ExchangeComparison::second() const {
  return std::visit(
      [](const auto& it) -> std::optional<std::uint64_t> {
        if constexpr (requires { it.second; }) return it.second;
        return std::nullopt;
      },
      outcome);
}

std::string ExchangeComparison::message() const { return std::visit(Message(), outcome); }

bool RecordingDiff::same() const {
  return std::ranges::all_of(exchanges, [](const auto& one) { return one.same(); });
}

RecordingDiff diff_recordings(const recording::Transcript& first,
                              const recording::Transcript& second, std::span<const Rule> rules) {
  return {"first", "second", Alignment(first, second, rules).run()};
}

std::string unified(const RecordingDiff& diff) {
  if (diff.same()) return "";
  std::string text = "--- " + diff.first + "\n+++ " + diff.second + '\n';
  for (const ExchangeComparison& one : diff.exchanges) {
    if (one.same()) continue;
    text += "@@ exchange " + number(one.first());
    if (one.first() != one.second()) text += " and " + number(one.second());
    text += ", " + one.name + std::visit(Hunk(), one.outcome);
  }
  return text;
}

Json to_json(const RecordingDiff& diff) {
  const auto or_null = [](std::optional<std::uint64_t> exchange) {
    return exchange ? Json(*exchange) : Json(nullptr);
  };
  Json list = Json::array();
  for (const ExchangeComparison& one : diff.exchanges) {
    if (one.same()) continue;
    Json entry = {
        {"first", or_null(one.first())}, {"second", or_null(one.second())}, {"name", one.name}};
    std::visit(JsonDifference{entry}, one.outcome);
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
    const auto exchange = one.second() ? one.second() : one.first();
    suite.results.push_back({"exchange " + number(exchange) + ", " + one.name,
                             one.second() ? diff.second : diff.first, one.message()});
  }
  return suite;
}

}  // namespace rscp::replay
