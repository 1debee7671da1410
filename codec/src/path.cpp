// SPDX-License-Identifier: MIT
#include <algorithm>
#include <compare>
#include <optional>
#include <unordered_set>
#include <utility>

#include "ascii.hpp"
#include "lexer.hpp"
#include <rscp/path.hpp>

namespace rscp::inline v0_1 {
namespace {

// Which tags a step or a condition is about: one code, or all names that match a pattern.
struct TagMatcher {
  std::optional<Tag> tag;
  std::string pattern;

  [[nodiscard]] bool matches(Tag candidate, const Dictionary& dictionary) const {
    if (tag) return *tag == candidate;
    if (pattern == "*") return true;
    const TagInfo* info = dictionary.find(candidate);
    return info != nullptr && glob_match(pattern, info->name);
  }
};

enum class Operator : std::uint8_t { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

// A literal that owns its text: the query outlives the string it was parsed from.
struct Operand {
  OwnedScalar value;
  bool bare_word = false;
};

struct Condition {
  bool on_itself = false;
  TagMatcher child;
  std::optional<std::pair<Operator, Operand>> comparison;  // none: the child must be there
};

struct Step {
  bool any_depth = false;  // **
  TagMatcher tag;
  std::vector<Condition> conditions;
};

bool holds(std::partial_ordering order, Operator op) {
  switch (op) {
    case Operator::Equal:
      return order == 0;
    case Operator::NotEqual:
      return order != 0;
    case Operator::Less:
      return order < 0;
    case Operator::LessOrEqual:
      return order <= 0;
    case Operator::Greater:
      return order > 0;
    case Operator::GreaterOrEqual:
      return order >= 0;
  }
  return false;
}

template <class A, class B>
std::partial_ordering compare_numbers(A a, B b) {
  if constexpr (std::integral<A> && std::integral<B>) {
    if (std::cmp_less(a, b)) return std::partial_ordering::less;
    return std::cmp_equal(a, b) ? std::partial_ordering::equivalent
                                : std::partial_ordering::greater;
  } else {
    return static_cast<double>(a) <=> static_cast<double>(b);
  }
}

// Two things that cannot be compared are unordered: only != holds between them.
struct Comparison {
  const Operand& operand;

  template <class N>
  std::partial_ordering number(N n) const {
    if (const auto* i = std::get_if<std::int64_t>(&operand.value)) return compare_numbers(n, *i);
    if (const auto* u = std::get_if<std::uint64_t>(&operand.value)) return compare_numbers(n, *u);
    if (const auto* d = std::get_if<double>(&operand.value)) return compare_numbers(n, *d);
    return std::partial_ordering::unordered;
  }
  std::partial_ordering operator()(std::monostate) const {
    return std::partial_ordering::unordered;
  }
  std::partial_ordering operator()(bool b) const {
    if (const auto* word = std::get_if<std::string>(&operand.value); word && operand.bare_word) {
      // Python writes True and False, and rscp-lib compares with that.
      if (ascii::equal_ignoring_case(*word, "true")) return b <=> true;
      if (ascii::equal_ignoring_case(*word, "false")) return b <=> false;
    }
    return number(std::int64_t{b});
  }
  std::partial_ordering operator()(std::int64_t n) const { return number(n); }
  std::partial_ordering operator()(std::uint64_t n) const { return number(n); }
  std::partial_ordering operator()(float n) const {
    // 0.1 means the Float32 nearest to it.
    if (const auto* d = std::get_if<double>(&operand.value)) return n <=> static_cast<float>(*d);
    return number(double{n});
  }
  std::partial_ordering operator()(double n) const { return number(n); }
  std::partial_ordering operator()(std::string_view text) const {
    if (const auto* other = std::get_if<std::string>(&operand.value)) return text <=> *other;
    return std::partial_ordering::unordered;
  }
  std::partial_ordering operator()(Bytes bytes) const {
    const auto* other = std::get_if<ByteBuffer>(&operand.value);
    if (other != nullptr && std::ranges::equal(bytes, *other)) {
      return std::partial_ordering::equivalent;
    }
    return std::partial_ordering::unordered;
  }
  std::partial_ordering operator()(Timestamp time) const {
    if (const auto* other = std::get_if<Timestamp>(&operand.value)) return time <=> *other;
    return number(time.seconds);
  }
  std::partial_ordering operator()(ErrorCode error) const {
    if (const auto* word = std::get_if<std::string>(&operand.value)) {
      const auto named = error_from_name(*word);
      return named ? std::partial_ordering(error <=> *named) : std::partial_ordering::unordered;
    }
    return number(std::uint64_t{error.value});
  }
};

bool compare(const Value& value, Operator op, const Operand& operand,
             const Dictionary& dictionary) {
  const auto scalar = value.scalar();
  if (!scalar) return false;
  if (const auto* word = std::get_if<std::string>(&operand.value)) {
    const TagInfo* info = dictionary.find(value.tag());
    if (is_integer(value.type()) && info != nullptr && info->enumeration != nullptr) {
      if (const auto number = info->enumeration->value_of(*word)) {
        return holds(std::visit(Comparison{Operand{*number}}, *scalar), op);
      }
    }
  }
  return holds(std::visit(Comparison{operand}, *scalar), op);
}

bool satisfies(const Value& value, const Condition& condition, const Dictionary& dictionary) {
  const auto holds_for = [&](const Value& candidate) {
    return !condition.comparison || compare(candidate, condition.comparison->first,
                                            condition.comparison->second, dictionary);
  };
  if (condition.on_itself) return holds_for(value);
  return std::ranges::any_of(value.children(), [&](const Value& child) {
    return condition.child.matches(child.tag(), dictionary) && holds_for(child);
  });
}

class QueryParser {
 public:
  QueryParser(std::string_view text, const Dictionary& dictionary)
      : lexer_(text), dictionary_(dictionary) {}

  Result<std::vector<Step>> steps() {
    std::vector<Step> steps;
    bool any_depth = false;
    while (true) {
      lexer_.skip_space();
      if (lexer_.accept("**")) {
        lexer_.skip_space();
        if (!lexer_.accept("/"))
          return lexer_.error("expected / behind **, found " + lexer_.found());
        any_depth = true;
        continue;
      }
      auto step = this->step();
      if (!step) return std::unexpected(std::move(step.error()));
      step->any_depth = std::exchange(any_depth, false);
      steps.push_back(*std::move(step));
      lexer_.skip_space();
      if (lexer_.at_end()) return steps;
      if (!lexer_.accept("/")) return lexer_.error("expected / or (, found " + lexer_.found());
    }
  }

 private:
  Result<TagMatcher> matcher() {
    const std::size_t start = lexer_.offset();
    const std::string_view name = lexer_.word(true);
    if (name.empty()) return lexer_.error("expected a tag, found " + lexer_.found());
    TagMatcher matcher;
    if (name.find_first_of("*?") != std::string_view::npos) {
      constexpr std::string_view kPrefix = "TAG_";
      const bool prefixed = ascii::equal_ignoring_case(name.substr(0, kPrefix.size()), kPrefix);
      matcher.pattern = prefixed ? name.substr(kPrefix.size()) : name;
      return matcher;
    }
    matcher.tag = dictionary_.resolve(name);
    if (!matcher.tag) {
      return lexer_.error_at(
          start, "unknown tag " + std::string(name) + dictionary_.suggestion_text(name));
    }
    return matcher;
  }

  Result<Step> step() {
    auto tag = matcher();
    if (!tag) return std::unexpected(std::move(tag.error()));
    Step step{false, *std::move(tag), {}};
    while (true) {
      lexer_.skip_space();
      if (!lexer_.accept("(")) return step;
      auto condition = this->condition();
      if (!condition) return std::unexpected(std::move(condition.error()));
      step.conditions.push_back(*std::move(condition));
    }
  }

  Result<Condition> condition() {
    Condition condition;
    lexer_.skip_space();
    condition.on_itself = lexer_.accept(".");
    if (!condition.on_itself) {
      auto child = matcher();
      if (!child) return std::unexpected(std::move(child.error()));
      condition.child = *std::move(child);
    }
    lexer_.skip_space();
    if (!condition.on_itself && lexer_.accept(")")) return condition;
    const auto op = comparison_operator();
    if (!op) {
      return lexer_.error(
          "expected == != < <= > >=" + std::string(condition.on_itself ? "" : " or )") +
          ", found " + lexer_.found());
    }
    lexer_.skip_space();
    auto operand = this->operand();
    if (!operand) return std::unexpected(std::move(operand.error()));
    condition.comparison = {*op, *std::move(operand)};
    lexer_.skip_space();
    if (!lexer_.accept(")")) return lexer_.error("expected ), found " + lexer_.found());
    return condition;
  }

  std::optional<Operator> comparison_operator() {
    // The longer ones first: < is the beginning of <=.
    static constexpr std::pair<std::string_view, Operator> kOperators[] = {
        {"==", Operator::Equal},          {"!=", Operator::NotEqual}, {"<=", Operator::LessOrEqual},
        {">=", Operator::GreaterOrEqual}, {"<", Operator::Less},      {">", Operator::Greater}};
    for (const auto& [text, op] : kOperators) {
      if (lexer_.accept(text)) return op;
    }
    return std::nullopt;
  }

  Result<Operand> operand() {
    auto literal = lexer_.literal();
    if (!literal) return std::unexpected(std::move(literal.error()));
    Operand operand;
    std::visit(
        [&](auto& value) {
          if constexpr (std::same_as<std::remove_reference_t<decltype(value)>, Word>) {
            operand.value = std::string(value.text);
            operand.bare_word = true;
          } else {
            operand.value = std::move(value);
          }
        },
        *literal);
    return operand;
  }

  Lexer lexer_;
  const Dictionary& dictionary_;
};

}  // namespace

struct PathQuery::Parsed {
  std::string text;
  std::vector<Step> steps;
  const Dictionary* dictionary;
};

PathQuery::PathQuery(Parsed&& parsed) : parsed_(detail::Owned<Parsed>::make(std::move(parsed))) {}
PathQuery::PathQuery(const PathQuery& other)
    : parsed_(detail::Owned<Parsed>::make(*other.parsed_)) {}
PathQuery& PathQuery::operator=(const PathQuery& other) {
  if (this != &other) parsed_ = detail::Owned<Parsed>::make(*other.parsed_);
  return *this;
}
PathQuery::PathQuery(PathQuery&&) noexcept = default;
PathQuery& PathQuery::operator=(PathQuery&&) noexcept = default;
PathQuery::~PathQuery() = default;

Result<PathQuery> PathQuery::parse(std::string_view text, const Dictionary& dictionary) {
  auto steps = QueryParser(text, dictionary).steps();
  if (!steps) return std::unexpected(std::move(steps.error()));
  return PathQuery(Parsed{std::string(text), *std::move(steps), &dictionary});
}

const std::string& PathQuery::text() const { return parsed_->text; }

namespace {

// Appends those of `values`, and with `any_depth` of what is below them, that the step wants.
void apply(const Step& step, std::span<const Value> values, const Dictionary& dictionary,
           std::unordered_set<const Value*>& seen, std::vector<const Value*>& matches) {
  for (const Value& value : values) {
    const bool wanted = step.tag.matches(value.tag(), dictionary) &&
                        std::ranges::all_of(step.conditions, [&](const Condition& condition) {
                          return satisfies(value, condition, dictionary);
                        });
    // Several ** can lead to one value in several ways; it counts once, so that the work stays
    // bounded by steps times values.
    if (wanted && seen.insert(&value).second) matches.push_back(&value);
    if (step.any_depth) apply(step, value.children(), dictionary, seen, matches);
  }
}

using Matches = std::unordered_set<const Value*>;

// Changes `values` from the outside in, so that an address in `matches` is looked up only while
// what holds it is as it was when they were found.
template <class Visit>
void edit_matches(std::vector<Value>& values, const Matches& matches, const Visit& visit) {
  std::vector<bool> erased(values.size());
  bool any_erased = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto edit = matches.contains(&values[i]) ? visit(values[i]) : PathQuery::Edit::Kept;
    if (edit == PathQuery::Edit::Erase) erased[i] = any_erased = true;
    if (edit == PathQuery::Edit::Kept) edit_matches(values[i].children(), matches, visit);
  }
  if (!any_erased) return;
  // Last, because it moves the values behind.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!erased[i] && i != kept) values[kept] = std::move(values[i]);
    if (!erased[i]) ++kept;
  }
  values.resize(kept);
}

}  // namespace

void PathQuery::edit_each(std::vector<Value>& values, void* visitor,
                          Edit (*visit)(void*, Value&)) const {
  const auto selected = select(values);
  if (selected.empty()) return;
  const Matches matches(selected.begin(), selected.end());
  edit_matches(values, matches, [&](Value& value) { return visit(visitor, value); });
}

std::vector<const Value*> PathQuery::select(std::span<const Value> values) const {
  std::vector<const Value*> current;
  bool first = true;
  for (const Step& step : parsed_->steps) {
    std::vector<const Value*> matches;
    std::unordered_set<const Value*> seen;
    if (first) {
      apply(step, values, *parsed_->dictionary, seen, matches);
    } else {
      // A value below two of the current ones is walked twice at most once per nesting level.
      for (const Value* value : current) {
        apply(step, value->children(), *parsed_->dictionary, seen, matches);
      }
    }
    first = false;
    current = std::move(matches);
  }
  return current;
}

const Value* PathQuery::first(std::span<const Value> values) const {
  const auto matches = select(values);
  return matches.empty() ? nullptr : matches.front();
}

}  // namespace rscp::inline v0_1
