// SPDX-License-Identifier: MIT
#include "read_parts.hpp"
#include <rscp/dictionary.hpp>

namespace rscp::scenario {
namespace {

using Node = YAML::Node;

constexpr std::int64_t kMostCount = 1'000'000'000;

// How often: a number, or {min, max}.
struct Count {
  std::uint64_t least = 1;
  std::optional<std::uint64_t> most;
};

void read_count(YamlReader& yaml, const Node& node, Count& count) {
  if (node.IsMap()) {
    yaml.members(node, "count",
                 {{"min", [&](const Node& m) { yaml.into(m, "min", count.least, 0, kMostCount); }},
                  {"max", [&](const Node& m) {
                     if (const auto most = yaml.integer(m, "max", 0, kMostCount)) {
                       count.most = static_cast<std::uint64_t>(*most);
                     }
                   }}});
    return;
  }
  if (const auto exact = yaml.integer(node, "count", 0, kMostCount)) {
    count.least = static_cast<std::uint64_t>(*exact);
    count.most = count.least;
  }
}

void read_expectation(YamlReader& yaml, const Node& element,
                      std::vector<Expectation>& expectations) {
  std::optional<PathQuery> request;
  std::optional<PathQuery> answer;
  std::string name;
  Count count;
  std::optional<std::string> after;
  std::optional<double> within;
  Node value;
  Node fields;
  yaml.members(element, "an expectation",
               {{"name", [&](const Node& n) { yaml.into(n, "name", name); }},
                {"request", [&](const Node& n) { request = yaml.path(n); }},
                {"answer", [&](const Node& n) { answer = yaml.path(n); }},
                {"value", [&](const Node& n) { value.reset(n); }},
                {"fields", [&](const Node& n) { fields.reset(n); }},
                {"count", [&](const Node& n) { read_count(yaml, n, count); }},
                {"after", [&](const Node& n) { after = yaml.text(n, "after"); }},
                {"within", [&](const Node& n) { within = yaml.number(n, "within", 0, 1e6); }}});
  if (!element.IsMap()) return;
  if (request.has_value() == answer.has_value()) {
    if (!element["request"] && !element["answer"]) {
      yaml.fail(element, "an expectation needs request or answer, a path");
    } else if (request) {
      yaml.fail(element, "an expectation is about request or answer, not both");
    }
    return;
  }
  using About = Expectation::About;
  Expectation one{request ? About::Request : About::Answer, request ? *request : *answer};
  one.place = yaml.place(element);
  if (!name.empty()) one.name = std::move(name);
  one.least = count.least;
  one.most = count.most;
  one.after = std::move(after);
  one.within = within;
  if (value.IsDefined() && !value.IsNull()) one.value = read_literal(yaml, value, kAnyTag);
  if (fields.IsDefined() && !fields.IsNull()) {
    yaml.each_member(fields, "fields", [&](const Node& key, const Node& wanted) {
      const auto tag = Dictionary::builtin().resolve(key.Scalar());
      auto path = yaml.path(key);
      auto literal = read_literal(yaml, wanted, tag.value_or(kAnyTag));
      if (path && literal) one.fields.emplace_back(*std::move(path), *std::move(literal));
    });
  }
  expectations.push_back(std::move(one));
}

}  // namespace

void read_expectations(YamlReader& yaml, const Node& node, std::vector<Expectation>& expectations) {
  yaml.each(node, [&](const Node& element) { read_expectation(yaml, element, expectations); });
}

}  // namespace rscp::scenario
