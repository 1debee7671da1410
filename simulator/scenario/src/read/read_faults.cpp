// SPDX-License-Identifier: MIT
#include <array>

#include "read_parts.hpp"
#include <rscp/text.hpp>

namespace rscp::scenario {
namespace {

using Node = YAML::Node;
using std::chrono::milliseconds;

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

// What stands beside `fault:`, which may come after it. A fault takes what it can use.
struct Parameters {
  std::size_t at = 0;
  std::size_t every = 0;
  milliseconds gap{0};
  milliseconds time{0};
  milliseconds jitter{0};
  std::int64_t by = 0;
  std::int64_t depth = 0;
  bool reset = false;
  std::optional<PathQuery> item;
  std::optional<DataType> type;
  std::optional<Tag> tag;
  std::vector<Value> values;
};

// What a fault is built with where nothing else is said.
template <class T>
void unless_nothing(T& target, const T& given) {
  if (given != T{}) target = given;
}

std::unexpected<Error> lacking(std::string_view fault, const char* what) {
  return failure(ErrorKind::Invalid, std::string(fault) + " needs " + what);
}

using Made = Result<Fault>;

template <class Stage, class Plain>
Made plain(const Parameters&) {
  return Fault(Stage(Plain{}));
}

// A fault that takes time: there must be some.
template <class Stage, class Timed>
Made timed(const Parameters& p) {
  if (p.time.count() == 0 && p.jitter.count() == 0) return lacking(Timed::kName, "time");
  return Fault(Stage(Timed{p.time, p.jitter}));
}

Made split(const Parameters& p) {
  if (p.at == 0 && p.every == 0) {
    return lacking(fault::Split::kName, "at (byte) or every (bytes)");
  }
  return Fault(DeliveryFault(fault::Split{p.at, p.every, p.gap}));
}

Made drip(const Parameters& p) {
  fault::Drip made;
  unless_nothing(made.every, p.every);
  unless_nothing(made.gap, p.gap);
  return Fault(DeliveryFault(made));
}

Made coalesce(const Parameters& p) {
  fault::Coalesce made;
  unless_nothing(made.time, p.time);
  return Fault(DeliveryFault(made));
}

Made truncate(const Parameters& p) { return Fault(DeliveryFault(fault::Truncate{p.at})); }
Made close(const Parameters& p) { return Fault(DeliveryFault(fault::Close{p.at, p.reset})); }

Made wrong_length(const Parameters& p) {
  fault::WrongLength made;
  unless_nothing(made.by, p.by);
  return Fault(PlaintextFault(made));
}

Made unsolicited(const Parameters& p) {
  fault::Unsolicited made;
  if (!p.values.empty()) made.values = p.values;
  return Fault(EncryptionFault(std::move(made)));
}

Made unknown_tag(const Parameters& p) {
  fault::UnknownTag made;
  made.tag = p.tag.value_or(made.tag);
  made.type = p.type.value_or(made.type);
  return Fault(ValueFault(made));
}

template <class Typed>
Made typed(const Parameters& p) {
  if (!p.type) return lacking(Typed::kName, "type");
  return Fault(ValueFault(Typed{*p.type, p.item}));
}

template <class OnItem>
Made on_item(const Parameters& p) {
  return Fault(ValueFault(OnItem{p.item}));
}

Made deep_container(const Parameters& p) {
  fault::DeepContainer made;
  unless_nothing(made.depth, p.depth);
  return Fault(ValueFault(made));
}

struct Maker {
  std::string_view name;
  Made (*make)(const Parameters&);
};
constexpr std::array kMakers = {
    Maker{fault::Split::kName, split},
    Maker{fault::Drip::kName, drip},
    Maker{fault::Coalesce::kName, coalesce},
    Maker{fault::Delay::kName, timed<DeliveryFault, fault::Delay>},
    Maker{fault::Stall::kName, plain<DeliveryFault, fault::Stall>},
    Maker{fault::Close::kName, close},
    Maker{fault::Refuse::kName, timed<ConnectionFault, fault::Refuse>},
    Maker{fault::Silent::kName, plain<ConnectionFault, fault::Silent>},
    Maker{fault::Reboot::kName, timed<DeliveryFault, fault::Reboot>},
    Maker{fault::WrongLength::kName, wrong_length},
    Maker{fault::Truncate::kName, truncate},
    Maker{fault::BadMagic::kName, plain<PlaintextFault, fault::BadMagic>},
    Maker{fault::BadCrc::kName, plain<PlaintextFault, fault::BadCrc>},
    Maker{fault::NoCrc::kName, plain<PlaintextFault, fault::NoCrc>},
    Maker{fault::FlipIv::kName, plain<EncryptionFault, fault::FlipIv>},
    Maker{fault::WrongKey::kName, plain<EncryptionFault, fault::WrongKey>},
    Maker{fault::UnknownTag::kName, unknown_tag},
    Maker{fault::UnknownType::kName, typed<fault::UnknownType>},
    Maker{fault::ChangeType::kName, typed<fault::ChangeType>},
    Maker{fault::InvalidUtf8::kName, on_item<fault::InvalidUtf8>},
    Maker{fault::Duplicate::kName, plain<EncryptionFault, fault::Duplicate>},
    Maker{fault::Swap::kName, plain<ValueFault, fault::Swap>},
    Maker{fault::Unsolicited::kName, unsolicited},
    Maker{fault::EmptyContainer::kName, on_item<fault::EmptyContainer>},
    Maker{fault::DeepContainer::kName, deep_container},
    Maker{fault::LargestFrame::kName, plain<ValueFault, fault::LargestFrame>},
    Maker{fault::ZeroLength::kName, plain<ValueFault, fault::ZeroLength>},
};
static_assert(kMakers.size() ==
              std::variant_size_v<ValueFault> + std::variant_size_v<PlaintextFault> +
                  std::variant_size_v<EncryptionFault> + std::variant_size_v<DeliveryFault> +
                  std::variant_size_v<ConnectionFault>);

std::vector<std::string_view> fault_names() {
  std::vector<std::string_view> names;
  names.reserve(kMakers.size());
  for (const Maker& maker : kMakers) names.push_back(maker.name);
  return names;
}

void read_unsolicited(YamlReader& yaml, const Node& node, std::vector<Value>& values) {
  const auto text = yaml.text(node, "values");
  if (!text) return;
  auto parsed = parse_text(*text);
  if (!parsed) {
    return yaml.fail(node, text_place(parsed.error()).column - 1, parsed.error().message);
  }
  values = std::move(parsed->values);
}

void read_fault(YamlReader& yaml, const Node& node, std::vector<FaultSpec>& faults) {
  Parameters given;
  FaultScope scope;
  const Maker* maker = nullptr;
  const auto bytes = [&](const char* what, std::size_t& target) {
    return [&yaml, what, &target](const Node& n) { yaml.into(n, what, target, 1, kMostBytes); };
  };
  const auto time = [&](const char* what, milliseconds& target) {
    return [&yaml, what, &target](const Node& n) {
      if (const auto found = yaml.milliseconds(n, what)) target = *found;
    };
  };
  yaml.members(node, "a fault",
               {{"fault",
                 [&](const Node& n) {
                   if (const auto word = yaml.word(n, "fault", fault_names())) {
                     maker = &kMakers.at(*word);
                   }
                 }},
                {"when", [&](const Node& n) { read_scope(yaml, n, scope); }},
                {"at", [&](const Node& n) { yaml.into(n, "at", given.at, 0, kMostBytes); }},
                {"every", bytes("every", given.every)},
                {"gap", time("gap", given.gap)},
                {"time", time("time", given.time)},
                {"jitter", time("jitter", given.jitter)},
                {"by", [&](const Node& n) { yaml.into(n, "by", given.by, -65'535, 65'535); }},
                {"depth", [&](const Node& n) { yaml.into(n, "depth", given.depth, 1, 9'000); }},
                {"how",
                 [&](const Node& n) {
                   if (const auto word = yaml.word(n, "how", {"fin", "rst"}))
                     given.reset = *word == 1;
                 }},
                {"item", [&](const Node& n) { given.item = yaml.path(n); }},
                {"type",
                 [&](const Node& n) {
                   const auto name = yaml.text(n, "a type");
                   if (!name) return;
                   given.type = data_type_from_name(*name);
                   if (!given.type) yaml.fail(n, "unknown type " + *name);
                 }},
                {"tag", [&](const Node& n) { given.tag = yaml.tag(n); }},
                {"values", [&](const Node& n) { read_unsolicited(yaml, n, given.values); }}});
  if (maker == nullptr) {
    if (node.IsMap() && !node["fault"]) yaml.fail(node, "a fault needs its kind: fault: NAME");
    return;
  }
  auto made = maker->make(given);
  if (!made) return yaml.fail(node, made.error().message);
  faults.push_back({*std::move(made), std::move(scope), yaml.place(node)});
}

}  // namespace

void read_faults(YamlReader& yaml, const Node& node, std::vector<FaultSpec>& faults) {
  yaml.each(node, [&](const Node& element) { read_fault(yaml, element, faults); });
}

}  // namespace rscp::scenario
