// SPDX-License-Identifier: MIT
// rscp diff A B
#include <iostream>
#include <memory>

#include "command.hpp"
#include "rules.hpp"
#include <rscp/text.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string first;
  std::string second;
  std::string format = "text";
  KeyOptions keys;
  RuleOptions rules;
};

struct Finding {
  std::size_t exchange;  // position, from 1
  std::string what;      // "request", "answer", "missing", "additional"
  std::string message;
};

const std::vector<Value>& values_of(const std::optional<std::vector<Value>>& values) {
  static const std::vector<Value> kNone;
  return values ? *values : kNone;
}

// Exchange by exchange, logins left out: credentials are nobody's difference.
std::vector<Finding> compare(const replay::Transcript& a, const replay::Transcript& b,
                             std::span<const replay::Rule> rules) {
  const auto talk = [](const replay::Transcript& transcript) {
    std::vector<const replay::Exchange*> list;
    for (const auto& exchange : transcript.exchanges) {
      if (!exchange.is_login()) list.push_back(&exchange);
    }
    return list;
  };
  const auto left = talk(a);
  const auto right = talk(b);
  std::vector<Finding> findings;
  const auto name = [](const replay::Exchange& exchange) {
    const auto& values = values_of(exchange.request);
    return values.empty() ? std::string("an answer without its request")
                          : Dictionary::builtin().label(values.front().tag());
  };
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i >= right.size()) {
      findings.push_back({i + 1, "missing", name(*left[i]) + " is not in the second"});
      continue;
    }
    if (i >= left.size()) {
      findings.push_back({i + 1, "additional", name(*right[i]) + " is not in the first"});
      continue;
    }
    if (const auto differs =
            replay::difference(values_of(left[i]->request), values_of(right[i]->request), rules)) {
      findings.push_back({i + 1, "request", differs->message()});
    } else if (const auto answer = replay::difference(values_of(left[i]->answer),
                                                      values_of(right[i]->answer), rules)) {
      findings.push_back({i + 1, "answer", answer->message()});
    }
  }
  return findings;
}

int run(const Options& options) {
  const auto fail = [](const Failure& failure) {
    complain("diff", failure.message);
    return failure.code;
  };
  const auto keys = options.keys.table("diff");
  if (!keys) return fail(keys.error());
  const auto rules = options.rules.parse();
  if (!rules) return fail(rules.error());
  const auto first = open_transcript(options.first, *keys, "diff");
  if (!first) return fail(first.error());
  const auto second = open_transcript(options.second, *keys, "diff");
  if (!second) return fail(second.error());
  const auto findings = compare(*first, *second, *rules);
  if (options.format == "json") {
    Json list = Json::array();
    for (const Finding& one : findings) {
      list.push_back({{"exchange", one.exchange}, {"in", one.what}, {"message", one.message}});
    }
    std::cout << list.dump(2) << '\n';
  } else {
    for (const Finding& one : findings) {
      std::cout << "exchange " << one.exchange << ", " << one.what << ": " << one.message << '\n';
    }
  }
  std::cout.flush();
  if (!std::cout) return fail({kInputOutput, "cannot write the output"});
  return findings.empty() ? kFine : kDifference;
}

}  // namespace

Run add_diff(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("A", options->first, "Capture, transcript or journal of the simulator")
      ->required();
  app.add_option("B", options->second, "The other one")->required();
  app.add_option("-f,--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  options->keys.add_to(app);
  options->rules.add_to(app);
  return [options] { return run(*options); };
}

}  // namespace rscp::cli
