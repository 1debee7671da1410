// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <re2/re2.h>

#include <rscp/replay/compare.hpp>
#include <rscp/text.hpp>

namespace rscp::replay {
namespace {

std::string label(Tag tag) { return Dictionary::builtin().label(tag); }

// The containers around an item. Made into text only where something differs.
struct Place {
  const Place* around = nullptr;
  Tag tag{};
  [[nodiscard]] std::string text() const {
    return around == nullptr ? label(tag) : around->text() + '/' + label(tag);
  }
};

// The value without its tag.
std::string shown(const Value& value) {
  TextOptions options;
  options.multi_line = false;
  std::string text = to_text(value, options);
  const std::string name = label(value.tag());
  if (text.starts_with(name)) text.erase(0, name.size());
  if (text.starts_with(": ")) text.erase(0, 2);
  if (!text.empty() && text.front() == ' ') text.erase(0, 1);
  return text.empty() ? "nothing" : text;
}

class Comparison {
 public:
  Comparison(std::span<const Value> expected, std::span<const Value> actual,
             std::span<const Rule> rules, Likeness likeness, std::size_t most)
      : likeness_(likeness), most_(most) {
    // Of several rules for an item the first one holds.
    for (const Rule& rule : rules) {
      for (const auto& side : {expected, actual}) {
        for (const Value* value : rule.path.select(side)) ruled_.emplace(value, &rule);
      }
    }
  }

  using Found = std::vector<Difference>;

  [[nodiscard]] Found lists(std::span<const Value> expected, std::span<const Value> actual,
                            const Place* around) const {
    // Each expected item takes the first unused one that is alike; what is left over is paired in
    // order by its tag, and those pairs tell the differences.
    std::vector<bool> used(actual.size(), false);
    std::vector<const Value*> lonely;
    std::size_t unused = 0;
    for (const Value& wanted : expected) {
      while (unused < used.size() && used[unused]) ++unused;
      const Place here{around, wanted.tag()};
      std::size_t i = unused;
      while (i < actual.size() && (used[i] || actual[i].tag() != wanted.tag() ||
                                   !items(wanted, actual[i], here).empty())) {
        ++i;
      }
      if (i < actual.size()) {
        used[i] = true;
      } else if (!ignored(wanted)) {
        lonely.push_back(&wanted);
      }
    }
    Found found;
    for (const Value* wanted : lonely) {
      const Place here{around, wanted->tag()};
      std::size_t i = unused;
      while (i < actual.size() && (used[i] || actual[i].tag() != wanted->tag())) ++i;
      if (i < actual.size()) {
        used[i] = true;
        std::ranges::move(items(*wanted, actual[i], here), std::back_inserter(found));
      } else {
        found.push_back({here.text(), Difference::Missing{shown(*wanted)}});
      }
      if (found.size() >= most_) return found;
    }
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (used[i] || ignored(actual[i])) continue;
      found.push_back(
          {Place{around, actual[i].tag()}.text(), Difference::Unexpected{shown(actual[i])}});
      if (found.size() >= most_) break;
    }
    return found;
  }

 private:
  [[nodiscard]] const Rule* rule_of(const Value& value) const {
    const auto found = ruled_.find(&value);
    return found == ruled_.end() ? nullptr : found->second;
  }
  [[nodiscard]] bool ignored(const Value& value) const {
    const Rule* rule = rule_of(value);
    return rule != nullptr && std::holds_alternative<Rule::Ignore>(rule->allowance);
  }

  [[nodiscard]] Found items(const Value& expected, const Value& actual, const Place& here) const {
    const auto changed = [&](std::string before, std::string after) {
      return Found(1, {here.text(), Difference::Changed{std::move(before), std::move(after)}});
    };
    const Rule* rule = rule_of(expected);
    if (rule == nullptr) rule = rule_of(actual);
    if (rule != nullptr)
      return allowed(*rule, expected, actual) ? Found() : changed(shown(expected), shown(actual));
    if (expected.type() != actual.type()) {
      return changed(name_of(expected.type()) + ' ' + shown(expected),
                     name_of(actual.type()) + ' ' + shown(actual));
    }
    if (expected.is_container()) return lists(expected.children(), actual.children(), &here);
    if (likeness_ == Likeness::Structural || expected == actual) return {};
    return changed(shown(expected), shown(actual));
  }

  static bool allowed(const Rule& rule, const Value& expected, const Value& actual) {
    struct Judge {
      const Value& expected;
      const Value& actual;
      bool operator()(Rule::Ignore) const { return true; }
      bool operator()(Rule::Present) const { return true; }
      bool operator()(Rule::SameType) const { return expected.type() == actual.type(); }
      bool operator()(Rule::Within within) const {
        const auto a = expected.number();
        const auto b = actual.number();
        return a && b && std::abs(*a - *b) <= std::abs(*a) * within.percent / 100;
      }
      bool operator()(const Rule::Matching& matching) const {
        const auto text = actual.text();
        return text && re2::RE2::FullMatch({text->data(), text->size()}, *matching.pattern);
      }
    };
    return std::visit(Judge{expected, actual}, rule.allowance);
  }

  Likeness likeness_;
  std::size_t most_;
  std::unordered_map<const Value*, const Rule*> ruled_;
};

}  // namespace

const std::string* Difference::expected() const {
  if (const auto* changed = std::get_if<Changed>(&what)) return &changed->expected;
  const auto* missing = std::get_if<Missing>(&what);
  return missing == nullptr ? nullptr : &missing->expected;
}

const std::string* Difference::actual() const {
  if (const auto* changed = std::get_if<Changed>(&what)) return &changed->actual;
  const auto* unexpected = std::get_if<Unexpected>(&what);
  return unexpected == nullptr ? nullptr : &unexpected->actual;
}

std::string Difference::message() const {
  struct Sentence {
    std::string operator()(const Changed& it) const {
      return "expected " + it.expected + ", got " + it.actual;
    }
    std::string operator()(const Missing& it) const {
      return "expected " + it.expected + ", but it is missing";
    }
    std::string operator()(const Unexpected& it) const {
      return "is there (" + it.actual + "), but was not expected";
    }
  };
  return path + ": " + std::visit(Sentence(), what);
}

std::optional<Difference> difference(std::span<const Value> expected, std::span<const Value> actual,
                                     std::span<const Rule> rules, Likeness likeness) {
  auto found = Comparison(expected, actual, rules, likeness, 1).lists(expected, actual, nullptr);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Difference> differences(std::span<const Value> expected, std::span<const Value> actual,
                                    std::span<const Rule> rules, Likeness likeness) {
  return Comparison(expected, actual, rules, likeness, std::numeric_limits<std::size_t>::max())
      .lists(expected, actual, nullptr);
}

}  // namespace rscp::replay
