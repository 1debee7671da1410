// SPDX-License-Identifier: MIT
#include <array>

#include "read_parts.hpp"
#include <rscp/text.hpp>

namespace rscp::simulator {
namespace {

using Node = YAML::Node;

constexpr std::array<std::string_view, 27> kNames = {
    "split",         "drip",        "coalesce",     "delay",           "stall",
    "close",         "refuse",      "silent",       "reboot",          "wrong_length",
    "truncate",      "bad_magic",   "bad_crc",      "no_crc",          "flip_iv",
    "wrong_key",     "unknown_tag", "unknown_type", "change_type",     "invalid_utf8",
    "duplicate",     "swap",        "unsolicited",  "empty_container", "deep_container",
    "largest_frame", "zero_length"};
static_assert(kNames.size() == static_cast<std::size_t>(FaultKind::ZeroLength) + 1);

constexpr std::int64_t kMostBytes = 65'568;
constexpr std::int64_t kMostCount = 1'000'000'000;
constexpr double kMostSeconds = 1e9;

void read_scope(YamlReader& yaml, const Node& node, FaultScope& scope) {
  const auto counter = [&](const char* what, std::optional<std::uint64_t>& target) {
    return [&yaml, what, &target](const Node& n) {
      if (const auto number = yaml.integer(n, what, 1, kMostCount)) {
        target = static_cast<std::uint64_t>(*number);
      }
    };
  };
  yaml.members(node, "when",
               {{"match", [&](const Node& n) { scope.match = yaml.path(n); }},
                {"connection", counter("connection", scope.connection)},
                {"nth", counter("nth", scope.nth)},
                {"times", counter("times", scope.times)},
                {"probability",
                 [&](const Node& n) { yaml.into(n, "probability", scope.probability, 0, 1); }},
                {"from", [&](const Node& n) { yaml.into(n, "from", scope.from, 0, kMostSeconds); }},
                {"to", [&](const Node& n) { scope.to = yaml.number(n, "to", 0, kMostSeconds); }}});
}

// What a kind cannot do without.
std::optional<std::string> missing(const FaultSpec& fault) {
  switch (fault.kind) {
    case FaultKind::Split:
      if (fault.at == 0 && fault.every == 0) return "split needs at (byte) or every (bytes)";
      break;
    case FaultKind::ChangeType:
    case FaultKind::UnknownType:
      if (!fault.type) return std::string(name_of(fault.kind)) + " needs type";
      break;
    case FaultKind::Delay:
    case FaultKind::Reboot:
    case FaultKind::Refuse:
      if (fault.time.count() == 0 && fault.jitter.count() == 0) {
        return std::string(name_of(fault.kind)) + " needs time";
      }
      break;
    default:
      break;
  }
  return std::nullopt;
}

void read_unsolicited(YamlReader& yaml, const Node& node, std::vector<Value>& values) {
  const auto text = yaml.text(node, "values");
  if (!text) return;
  auto parsed = parse_text(*text);
  if (!parsed)
    return yaml.fail(node, text_place(parsed.error()).column - 1, parsed.error().message);
  values = std::move(parsed->values);
}

void read_fault(YamlReader& yaml, const Node& node, std::vector<FaultSpec>& faults) {
  FaultSpec fault;
  fault.place = yaml.place(node);
  bool has_kind = false;
  const auto bytes = [&](const char* what, std::size_t& target) {
    return [&yaml, what, &target](const Node& n) { yaml.into(n, what, target, 1, kMostBytes); };
  };
  const auto time = [&](const char* what, std::chrono::milliseconds& target) {
    return [&yaml, what, &target](const Node& n) {
      if (const auto found = yaml.milliseconds(n, what)) target = *found;
    };
  };
  yaml.members(node, "a fault",
               {{"fault",
                 [&](const Node& n) {
                   const auto word = yaml.word(n, "fault", {kNames.begin(), kNames.end()});
                   if (word) fault.kind = static_cast<FaultKind>(*word);
                   has_kind = word.has_value();
                 }},
                {"when", [&](const Node& n) { read_scope(yaml, n, fault.scope); }},
                {"at", [&](const Node& n) { yaml.into(n, "at", fault.at, 0, kMostBytes); }},
                {"every", bytes("every", fault.every)},
                {"gap", time("gap", fault.gap)},
                {"time", time("time", fault.time)},
                {"jitter", time("jitter", fault.jitter)},
                {"by", [&](const Node& n) { yaml.into(n, "by", fault.number, -65'535, 65'535); }},
                {"depth", [&](const Node& n) { yaml.into(n, "depth", fault.number, 1, 9'000); }},
                {"how",
                 [&](const Node& n) {
                   if (const auto word = yaml.word(n, "how", {"fin", "rst"}))
                     fault.reset = *word == 1;
                 }},
                {"item", [&](const Node& n) { fault.target = yaml.path(n); }},
                {"type",
                 [&](const Node& n) {
                   const auto name = yaml.text(n, "a type");
                   if (!name) return;
                   fault.type = data_type_from_name(*name);
                   if (!fault.type) yaml.fail(n, "unknown type " + *name);
                 }},
                {"tag", [&](const Node& n) { fault.tag = yaml.tag(n); }},
                {"values", [&](const Node& n) { read_unsolicited(yaml, n, fault.values); }}});
  if (!has_kind) {
    if (node.IsMap() && !node["fault"]) yaml.fail(node, "a fault needs its kind: fault: NAME");
    return;
  }
  if (const auto problem = missing(fault)) return yaml.fail(node, *problem);
  faults.push_back(std::move(fault));
}

}  // namespace

std::string_view name_of(FaultKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

void read_faults(YamlReader& yaml, const Node& node, std::vector<FaultSpec>& faults) {
  yaml.each(node, [&](const Node& element) { read_fault(yaml, element, faults); });
}

void read_expectations(YamlReader& yaml, const Node& node, std::vector<Expectation>& expectations) {
  yaml.each(node, [&](const Node& element) {
    Expectation one;
    one.place = yaml.place(element);
    Node value;
    Node fields;
    const auto count = [&](const Node& n) {
      if (n.IsMap()) {
        yaml.members(
            n, "count",
            {{"min", [&](const Node& m) { yaml.into(m, "min", one.least, 0, kMostCount); }},
             {"max", [&](const Node& m) {
                if (const auto most = yaml.integer(m, "max", 0, kMostCount)) {
                  one.most = static_cast<std::uint64_t>(*most);
                }
              }}});
        return;
      }
      if (const auto exact = yaml.integer(n, "count", 0, kMostCount)) {
        one.least = static_cast<std::uint64_t>(*exact);
        one.most = one.least;
      }
    };
    yaml.members(
        element, "an expectation",
        {{"name", [&](const Node& n) { yaml.into(n, "name", one.name); }},
         {"request", [&](const Node& n) { one.request = yaml.path(n); }},
         {"answer", [&](const Node& n) { one.answer = yaml.path(n); }},
         {"value", [&](const Node& n) { value.reset(n); }},
         {"fields", [&](const Node& n) { fields.reset(n); }},
         {"count", count},
         {"after", [&](const Node& n) { one.after = yaml.text(n, "after"); }},
         {"within", [&](const Node& n) { one.within = yaml.number(n, "within", 0, 1e6); }}});
    if (!element.IsMap()) return;
    if (one.request.has_value() == one.answer.has_value()) {
      if (!element["request"] && !element["answer"]) {
        yaml.fail(element, "an expectation needs request or answer, a path");
      } else if (one.request) {
        yaml.fail(element, "an expectation is about request or answer, not both");
      }
      return;
    }
    if (value.IsDefined() && !value.IsNull()) {
      one.value = read_literal(yaml, value, kAnyTag);
    }
    if (fields.IsDefined() && !fields.IsNull()) {
      yaml.each_member(fields, "fields", [&](const Node& key, const Node& wanted) {
        const auto tag = Dictionary::builtin().resolve(key.Scalar());
        auto path = yaml.path(key);
        auto literal = read_literal(yaml, wanted, tag.value_or(kAnyTag));
        if (path && literal) one.fields.emplace_back(*std::move(path), *std::move(literal));
      });
    }
    if (one.name.empty()) one.name = (one.request ? one.request : one.answer)->text();
    expectations.push_back(std::move(one));
  });
}

}  // namespace rscp::simulator
