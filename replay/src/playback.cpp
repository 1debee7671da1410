// SPDX-License-Identifier: MIT
#include <algorithm>
#include <ranges>
#include <unordered_set>
#include <utility>

#include <rscp/replay/playback.hpp>

namespace rscp::replay {
namespace {

constexpr std::array<std::string_view, 4> kMismatches = {"no-such-request", "already-used",
                                                         "out-of-order", "exhausted"};
constexpr std::array<std::string_view, 6> kPolicies = {"fail",  "repeat",  "loop",
                                                       "error", "silence", "close"};

template <std::size_t N>
std::string joined(const std::array<std::string_view, N>& names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

// The enumerator of a name, which is its place among the names.
template <class Enumeration, std::size_t N>
std::optional<Enumeration> named(const std::array<std::string_view, N>& names,
                                 std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enumeration>(found - names.begin());
}

const Dictionary& dictionary() { return Dictionary::builtin(); }

std::string label(Tag tag) { return dictionary().label(tag); }

// "a, b, c and 4 more"
template <class Item, class Shown>
std::string listed(std::span<const Item> items, std::size_t most, Shown shown) {
  std::string text;
  for (const Item& item : items.first(std::min(items.size(), most))) {
    text += (text.empty() ? "" : ", ") + shown(item);
  }
  if (items.size() > most) text += " and " + std::to_string(items.size() - most) + " more";
  return text;
}

std::string names_of(std::span<const Value> request) {
  constexpr std::size_t kMost = 3;
  if (request.empty()) return "an empty request";
  return listed(request, kMost, [](const Value& value) { return label(value.tag()); });
}

// The index of a container for a class of devices: BAT_REQ_DATA{BAT_INDEX, ...}.
const Value* index_of(const Value& container) {
  for (const Value& child : container.children()) {
    const TagInfo* info = dictionary().find(child.tag());
    if (info != nullptr && info->is_index && child.integer()) return &child;
  }
  return nullptr;
}

// A request value by what it asks, whatever integer types its client uses.
std::string key_of(const Value& value) {
  std::string key = hex_code(value.tag());
  if (value.is_container()) {
    for (const Value& child : value.children()) key += '{' + key_of(child) + '}';
  } else if (const auto number = value.integer()) {
    key += '=' + std::to_string(*number);
  } else if (const auto text = value.text()) {
    key += '=' + std::string(*text);
  }
  return key;
}

// What any two requests that are alike have in common, whatever the order of their items.
class Signature {
 public:
  Signature(std::span<const Value> request, std::span<const Rule> rules, Likeness likeness)
      : likeness_(likeness) {
    for (const Rule& rule : rules) {
      for (const Value* value : rule.path.select(request)) {
        const bool ignored = std::holds_alternative<Rule::Ignore>(rule.allowance);
        (ignored ? ignored_ : ruled_).insert(value);
      }
    }
  }

  [[nodiscard]] std::size_t of(std::span<const Value> values) const {
    std::size_t sum = 0;
    for (const Value& value : values) {
      if (!ignored_.contains(&value)) sum += mixed(of(value));
    }
    return sum;
  }

 private:
  [[nodiscard]] std::size_t of(const Value& value) const {
    const std::size_t tag = mixed(static_cast<std::size_t>(value.tag()));
    if (ruled_.contains(&value)) return tag;
    const std::size_t typed = mixed(tag + static_cast<std::size_t>(value.type()));
    if (value.is_container()) return typed + mixed(of(value.children()));
    if (likeness_ == Likeness::Structural) return typed;
    return typed + std::hash<std::string_view>()(as_text(value.payload()));
  }
  static std::size_t mixed(std::size_t number) {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(&number), sizeof(number)});  // std::hash of numbers is none
  }

  Likeness likeness_;
  std::unordered_set<const Value*> ignored_;
  std::unordered_set<const Value*> ruled_;
};

// What a device answers that does not know a request.
Value not_handled(const Value& request) {
  return {dictionary().answer_to(request.tag()), DataType::Error,
          ErrorCode{ErrorCode::kNotHandled}};
}

std::string group_key(const Value& container, const Value& index) {
  return hex_code(container.tag()) + '#' + std::to_string(index.integer().value_or(0));
}

}  // namespace

std::string_view name_of(Mismatch mismatch) {
  return kMismatches.at(static_cast<std::size_t>(mismatch));
}

std::string_view name_of(Policy policy) { return kPolicies.at(static_cast<std::size_t>(policy)); }

Result<PolicyFor> parse_policy(std::string_view text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const auto mismatch = named<Mismatch>(kMismatches, text.substr(0, equals));
  const auto policy =
      equals == text.size() ? std::nullopt : named<Policy>(kPolicies, text.substr(equals + 1));
  if (mismatch && policy) return PolicyFor{*mismatch, *policy};
  return failure(ErrorKind::Invalid, std::string(text),
                 "expected STATE=POLICY, with a state of " + joined(kMismatches) +
                     " and a policy of " + joined(kPolicies));
}

std::vector<Rule> Playback::builtin_rules() {
  std::vector<Rule> rules;
  rules.push_back(Rule::parse("**/DB_REQ_HISTORY_TIME_START type").value());
  return rules;
}

Playback::Playback(recording::Transcript transcript, PlaybackOptions options)
    : transcript_(std::move(transcript)), options_(std::move(options)) {
  for (Rule& rule : builtin_rules()) options_.rules.push_back(std::move(rule));
  for (const recording::Exchange& exchange : transcript_.exchanges) {
    if (exchange.request && exchange.answer && !exchange.is_login())
      entries_.push_back({&exchange});
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    buckets_[signature(*entries_[i].exchange->request)].entries.push_back(i);
  }
  if (options_.mode == MatchMode::Tags) index_tags();
}

std::size_t Playback::signature(std::span<const Value> request) const {
  // A rule with a condition may hold for one side and not for the other.
  const auto conditional = [](const Rule& rule) {
    return rule.path.text().find('(') != std::string::npos;
  };
  if (std::ranges::any_of(options_.rules, conditional)) return 0;
  return Signature(request, options_.rules, likeness()).of(request);
}

Playback::Bucket* Playback::bucket_of(std::span<const Value> request) {
  const auto found = buckets_.find(signature(request));
  return found == buckets_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> Playback::first_unused_like(std::span<const Value> request) {
  Bucket* bucket = bucket_of(request);
  if (bucket == nullptr) return std::nullopt;
  auto& [indices, first] = *bucket;
  while (first < indices.size() && entries_[indices[first]].used) ++first;
  for (std::size_t i = first; i < indices.size(); ++i) {
    const Entry& entry = entries_[indices[i]];
    if (!entry.used && !compare(entry, request)) return indices[i];
  }
  return std::nullopt;
}

void Playback::forget_use() {
  for (Entry& entry : entries_) entry.used = false;
  for (auto& [signature, bucket] : buckets_) bucket.first_unused = 0;
  used_ = 0;
  cursor_ = 0;
}

std::vector<std::uint64_t> Playback::unused() const {
  std::vector<std::uint64_t> numbers;
  for (const Entry& entry : entries_) {
    if (!entry.used) numbers.push_back(entry.exchange->number);
  }
  return numbers;
}

std::string Playback::unused_text() const {
  constexpr std::size_t kMost = 10;
  const auto numbers = unused();
  return listed(std::span<const std::uint64_t>(numbers), kMost,
                [](std::uint64_t number) { return std::to_string(number); });
}

std::optional<Difference> Playback::compare(const Entry& entry,
                                            std::span<const Value> request) const {
  return difference(*entry.exchange->request, request, options_.rules, likeness());
}

Likeness Playback::likeness() const {
  return options_.mode == MatchMode::Structural ? Likeness::Structural : Likeness::Exact;
}

Playback::Decision Playback::decide(std::span<const Value> request) {
  switch (options_.mode) {
    case MatchMode::Sequence:
      return decide_in_sequence(request);
    case MatchMode::Tags:
      return decide_by_tags(request);
    default:
      return decide_in_any_order(request);
  }
}

Playback::Answer Playback::found(std::size_t index) {
  Entry& entry = entries_[index];
  if (!std::exchange(entry.used, true)) ++used_;
  last_ = index;
  const recording::Exchange& exchange = *entry.exchange;
  return {*exchange.answer, Source{exchange.number, exchange.delay, exchange.answer_time}};
}

Playback::Decision Playback::decide_in_sequence(std::span<const Value> request) {
  if (cursor_ >= entries_.size()) return missed(Mismatch::Exhausted, request, std::nullopt);
  if (!compare(entries_[cursor_], request)) return {found(cursor_++), std::nullopt};
  const auto fits = [&](const Entry& entry) { return !compare(entry, request); };
  const auto begin = entries_.begin();
  const auto here = begin + static_cast<std::ptrdiff_t>(cursor_);
  if (const auto later = std::find_if(here, entries_.end(), fits); later != entries_.end()) {
    return missed(Mismatch::OutOfOrder, request, cursor_);
  }
  if (const auto before = std::find_if(begin, here, fits); before != here) {
    return missed(Mismatch::AlreadyUsed, request, static_cast<std::size_t>(before - begin));
  }
  return missed(Mismatch::NoSuchRequest, request, cursor_);
}

Playback::Decision Playback::decide_in_any_order(std::span<const Value> request) {
  if (const auto unused = first_unused_like(request)) return {found(*unused), std::nullopt};
  if (const Bucket* bucket = bucket_of(request)) {
    // The last of them, so that "repeat" goes on from where the recording ended.
    for (const std::size_t i : std::views::reverse(bucket->entries)) {
      if (compare(entries_[i], request)) continue;
      return missed(used_ == entries_.size() ? Mismatch::Exhausted : Mismatch::AlreadyUsed, request,
                    i);
    }
  }
  // The nearest is one with the same first tag.
  for (std::size_t i = 0; i < entries_.size() && !request.empty(); ++i) {
    const auto& recorded = *entries_[i].exchange->request;
    if (!recorded.empty() && recorded.front().tag() == request.front().tag()) {
      return missed(Mismatch::NoSuchRequest, request, i);
    }
  }
  return missed(Mismatch::NoSuchRequest, request, std::nullopt);
}

std::string Playback::nearest_difference(std::span<const Value> request,
                                         std::optional<std::size_t> nearest) const {
  if (!nearest) return "";
  const auto differs = compare(entries_[*nearest], request);
  const std::string number = std::to_string(entries_[*nearest].exchange->number);
  if (!differs) return "; it is exchange " + number;
  return "; nearest is exchange " + number + ", where " + differs->message();
}

Playback::Decision Playback::missed(Mismatch mismatch, std::span<const Value> request,
                                    std::optional<std::size_t> nearest) {
  const Policy policy = options_.policy(mismatch);
  Complaint complaint{mismatch,
                      std::string(name_of(mismatch)) + ": " + names_of(request) +
                          nearest_difference(request, nearest),
                      policy == Policy::Fail};
  auto reply = reply_of(policy, request, nearest);
  if (!reply) {
    complaint.failure = true;
    reply = HangUp{};
  }
  return {*std::move(reply), std::move(complaint)};
}

std::optional<Playback::Reply> Playback::reply_of(Policy policy, std::span<const Value> request,
                                                  std::optional<std::size_t> nearest) {
  switch (policy) {
    case Policy::Fail:
    case Policy::Close:
      return HangUp{};
    case Policy::Silence:
      return Silence{};
    case Policy::Error: {
      Answer answer;
      for (const Value& value : request) answer.values.push_back(not_handled(value));
      return answer;
    }
    case Policy::Loop: {
      forget_use();
      const auto again =
          std::ranges::find_if(entries_, [&](const Entry& e) { return !compare(e, request); });
      if (again == entries_.end()) return std::nullopt;
      const auto index = static_cast<std::size_t>(again - entries_.begin());
      cursor_ = index + 1;
      return found(index);
    }
    case Policy::Repeat: {
      const bool fits = nearest && !compare(entries_[*nearest], request);
      const auto index = fits ? nearest : last_;
      if (!index) return std::nullopt;
      return found(*index);
    }
  }
  return std::nullopt;
}

// Takes the recorded exchanges apart: each requested value, and inside the containers of a class of
// devices each member, with its answer.
void Playback::index_tags() {
  const auto keep = [this](const std::string& key, const Value& answer) {
    by_tag_[key].answers.push_back(answer);
  };
  for (const Entry& entry : entries_) {
    const auto& requests = *entry.exchange->request;
    const auto& answers = *entry.exchange->answer;
    if (requests.size() != answers.size()) continue;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const Value& request = requests[i];
      const Value& answer = answers[i];
      keep(key_of(request), answer);
      const Value* index = index_of(request);
      if (index == nullptr) continue;
      const std::string group = group_key(request, *index);
      keep(group, answer);
      if (!answer.is_container()) continue;
      // The members that are asked and answered, in order, the index left out of both.
      std::vector<const Value*> asked;
      for (const Value& child : request.children()) {
        if (child.tag() != index->tag()) asked.push_back(&child);
      }
      std::vector<const Value*> told;
      for (const Value& child : answer.children()) {
        if (child.tag() != index->tag()) told.push_back(&child);
      }
      if (asked.size() != told.size()) continue;
      for (std::size_t k = 0; k < asked.size(); ++k)
        keep(group + '/' + key_of(*asked[k]), *told[k]);
    }
  }
}

std::optional<Value> Playback::take(const std::string& key) {
  const auto recorded = by_tag_.find(key);
  if (recorded == by_tag_.end()) return std::nullopt;
  auto& [answers, next] = recorded->second;
  const Value& answer = answers[std::min(next, answers.size() - 1)];
  ++next;
  return answer;
}

std::optional<Value> Playback::recorded_answer(const Value& request, std::string& missing) {
  if (auto whole = take(key_of(request))) return whole;
  const Value* index = index_of(request);
  if (index == nullptr) {
    missing = label(request.tag());
    return std::nullopt;
  }
  const std::string group = group_key(request, *index);
  auto container = take(group);
  if (!container) {
    missing = label(request.tag()) + " with index " + std::to_string(*index->integer());
    return std::nullopt;
  }
  // A device that was not there is not there for any question.
  if (!container->is_container()) return container;
  std::vector<Value> children;
  if (const Value* echoed = container->child(index->tag())) children.push_back(*echoed);
  for (const Value& child : request.children()) {
    if (child.tag() == index->tag()) continue;
    auto answer = take(group + '/' + key_of(child));
    if (!answer) {
      missing = label(request.tag()) + '/' + label(child.tag());
      answer = not_handled(child);
    }
    children.push_back(*std::move(answer));
  }
  return Value::container(container->tag(), std::move(children));
}

Playback::Decision Playback::decide_by_tags(std::span<const Value> request) {
  Answer answer;
  std::string missing;
  for (const Value& value : request) {
    auto recorded = recorded_answer(value, missing);
    if (!recorded) break;
    answer.values.push_back(*std::move(recorded));
  }
  if (const auto whole = first_unused_like(request)) answer.source = found(*whole).source;
  if (missing.empty()) return {std::move(answer), std::nullopt};
  const Policy policy = options_.policy(Mismatch::NoSuchRequest);
  const bool whole = answer.values.size() == request.size();
  // With an Error item in place of what is missing the rest can be answered all the same.
  const bool answered =
      whole && policy != Policy::Fail && policy != Policy::Close && policy != Policy::Silence;
  Decision decision =
      answered ? Decision{std::move(answer), Complaint{Mismatch::NoSuchRequest, "", false}}
               : missed(Mismatch::NoSuchRequest, request, std::nullopt);
  decision.complaint->message = "no-such-request: " + missing + " is nowhere in the recording";
  return decision;
}

}  // namespace rscp::replay
