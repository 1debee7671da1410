// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <rscp/replay/compare.hpp>
#include <rscp/text.hpp>

namespace rscp::replay {
namespace {

constexpr std::size_t kLongestText = 4'096;

std::string label(Tag tag) { return Dictionary::builtin().label(tag); }

std::string joined(const std::string& path, Tag tag) {
  std::string text = path;
  if (!text.empty()) text += '/';
  return text += label(tag);
}

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
             std::span<const Rule> rules, Likeness likeness)
      : likeness_(likeness) {
    for (const Rule& rule : rules) {
      for (const auto& side : {expected, actual}) {
        for (const Value* value : rule.path.select(side)) ruled_.emplace_back(value, &rule);
      }
    }
  }

  std::optional<Difference> lists(std::span<const Value> expected, std::span<const Value> actual,
                                  const std::string& path) const {
    // Each expected item takes the first unused one with its tag that is alike, or else the first
    // with its tag, whose difference is then the one to tell.
    std::vector<bool> used(actual.size(), false);
    for (const Value& wanted : expected) {
      const std::string here = joined(path, wanted.tag());
      std::optional<std::size_t> fitting;
      std::optional<Difference> nearest;
      for (std::size_t i = 0; i < actual.size() && !fitting; ++i) {
        if (used[i] || actual[i].tag() != wanted.tag()) continue;
        auto differs = items(wanted, actual[i], here);
        if (!differs) {
          fitting = i;
        } else if (!nearest) {
          nearest = std::move(differs);
        }
      }
      if (fitting) {
        used[*fitting] = true;
      } else if (!ignored(wanted)) {
        if (nearest) return nearest;
        return Difference{here, shown(wanted), ""};
      }
    }
    for (std::size_t i = 0; i < actual.size(); ++i) {
      if (used[i] || ignored(actual[i])) continue;
      return Difference{joined(path, actual[i].tag()), "", shown(actual[i])};
    }
    return std::nullopt;
  }

 private:
  const Rule* rule_of(const Value& value) const {
    const auto found = std::ranges::find(ruled_, &value, [](const auto& e) { return e.first; });
    return found == ruled_.end() ? nullptr : found->second;
  }
  bool ignored(const Value& value) const {
    const Rule* rule = rule_of(value);
    return rule != nullptr && rule->kind == Rule::Kind::Ignore;
  }

  std::optional<Difference> items(const Value& expected, const Value& actual,
                                  const std::string& path) const {
    const auto differs = [&] { return Difference{path, shown(expected), shown(actual)}; };
    const Rule* rule = rule_of(expected);
    if (rule == nullptr) rule = rule_of(actual);
    if (rule != nullptr) {
      if (allowed(*rule, expected, actual)) return std::nullopt;
      return differs();
    }
    if (expected.type() != actual.type()) {
      return Difference{path, name_of(expected.type()) + ' ' + shown(expected),
                        name_of(actual.type()) + ' ' + shown(actual)};
    }
    if (expected.is_container()) return lists(expected.children(), actual.children(), path);
    if (likeness_ == Likeness::Structural || expected == actual) return std::nullopt;
    return differs();
  }

  static bool allowed(const Rule& rule, const Value& expected, const Value& actual) {
    switch (rule.kind) {
      case Rule::Kind::Ignore:
      case Rule::Kind::Present:
        return true;
      case Rule::Kind::Type:
        return expected.type() == actual.type();
      case Rule::Kind::Percent: {
        const auto a = expected.number();
        const auto b = actual.number();
        return a && b && std::abs(*a - *b) <= std::abs(*a) * rule.percent / 100;
      }
      case Rule::Kind::Pattern: {
        const auto text = actual.text();
        // The library's matcher recurses by the length of the text.
        return text && text->size() <= kLongestText &&
               std::regex_match(text->begin(), text->end(), rule.pattern);
      }
    }
    return false;
  }

  Likeness likeness_;
  std::vector<std::pair<const Value*, const Rule*>> ruled_;
};

}  // namespace

std::string Difference::message() const {
  if (actual.empty()) return path + ": expected " + expected + ", but it is missing";
  if (expected.empty()) return path + ": is there (" + actual + "), but was not expected";
  return path + ": expected " + expected + ", got " + actual;
}

std::optional<Difference> difference(std::span<const Value> expected, std::span<const Value> actual,
                                     std::span<const Rule> rules, Likeness likeness) {
  return Comparison(expected, actual, rules, likeness).lists(expected, actual, "");
}

std::expected<Rule, std::string> Rule::parse(std::string_view text) {
  // The kind is the last word, or what stands between the last two slashes.
  const bool pattern = text.ends_with('/') && text.find(" /") != std::string_view::npos;
  const std::size_t space = pattern ? text.find(" /") : text.rfind(' ');
  if (space == std::string_view::npos) {
    return std::unexpected(
        "\"" + std::string(text) +
        "\" is no rule, expected PATH and one of ignore, present, type, N%, /regex/");
  }
  auto path = PathQuery::parse(text.substr(0, space));
  if (!path) return std::unexpected(std::string(text) + ": " + path.error().to_string());
  Rule rule{*std::move(path), Kind::Ignore, 0, {}};
  const std::string_view kind = text.substr(space + 1);
  if (pattern && kind.size() >= 2) {
    try {
      rule.pattern = std::regex(std::string(kind.substr(1, kind.size() - 2)));
    } catch (const std::regex_error& error) {
      return std::unexpected(std::string(kind) + " is no regular expression: " + error.what());
    }
    rule.kind = Kind::Pattern;
  } else if (kind == "ignore" || kind == "present" || kind == "type") {
    rule.kind = kind == "ignore" ? Kind::Ignore : kind == "present" ? Kind::Present : Kind::Type;
  } else if (kind.ends_with('%')) {
    const auto [end, error] =
        std::from_chars(kind.data(), kind.data() + kind.size() - 1, rule.percent);
    if (error != std::errc() || end != kind.data() + kind.size() - 1 || rule.percent < 0) {
      return std::unexpected(std::string(kind) + " is no percentage");
    }
    rule.kind = Kind::Percent;
  } else {
    return std::unexpected("unknown rule \"" + std::string(kind) +
                           "\", expected ignore, present, type, N% or /regex/");
  }
  return rule;
}

}  // namespace rscp::replay
