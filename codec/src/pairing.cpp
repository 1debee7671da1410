// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include <rscp/dictionary.hpp>
#include <rscp/pairing.hpp>

namespace rscp::inline v0_1 {
namespace {

constexpr std::size_t kMostTags = 64;
// A request of a pipelining client that is open for so many times the slowest answer, and at least
// for so long, is not answered any more.
constexpr std::int64_t kPatienceFactor = 4;
constexpr std::int64_t kLeastPatience = 1'000'000'000;

// SplitMix64's finaliser: sums of it tell multisets apart.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

// The low 24 bits of the error that a whole namespace answers with.
constexpr std::uint32_t kGeneralError = 0x00FFFFFF;

}  // namespace

Pairing::Signature Pairing::Signature::of(Direction direction, ItemReader items) {
  const Dictionary& dictionary = Dictionary::builtin();
  Signature signature;
  bool empty = true;
  std::optional<Tag> last;
  Tag last_as_answer{};
  while (const auto item = items.next()) {
    empty = false;
    if (last != item->tag) {
      last = item->tag;
      const bool is_answer = has_answer_bit(item->tag) || dictionary.request_of(item->tag);
      // A device may echo the request's own tag with an error.
      last_as_answer =
          direction == Direction::Answer && is_answer ? item->tag : dictionary.answer_to(item->tag);
      // Members of a container that came at top level, and general errors, name no request.
      if (direction == Direction::Answer &&
          (!is_answer || (code_of(item->tag) & kGeneralError) == kGeneralError)) {
        signature.anything = true;
      }
    }
    signature.multiset += mix(code_of(last_as_answer));
    // Requests repeat the same few tags or list different ones; some are enough to know them by.
    if (signature.tags.size() < kMostTags &&
        (signature.tags.empty() || signature.tags.back() != last_as_answer)) {
      signature.tags.push_back(last_as_answer);
    }
  }
  if (empty) signature.anything = true;
  std::ranges::sort(signature.tags);
  const auto repeated = std::ranges::unique(signature.tags);
  signature.tags.erase(repeated.begin(), repeated.end());
  return signature;
}

bool Pairing::Signature::shares_a_tag(const Signature& other) const {
  if (anything || other.anything) return true;
  auto mine = tags.begin();
  auto theirs = other.tags.begin();
  while (mine != tags.end() && theirs != other.tags.end()) {
    if (*mine == *theirs) return true;
    *mine < *theirs ? ++mine : ++theirs;
  }
  return false;
}

// Requests in this state that the answer may belong to: those with the very same tags if there are
// any, else those that share one.
Pairing::Indices Pairing::fitting(const Signature& answer, State state) const {
  Indices same;
  Indices sharing;
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    const Request& request = requests_[i];
    if (request.state != state) continue;
    if (request.signature.multiset == answer.multiset) same.push_back(i);
    if (same.empty() && request.signature.shares_a_tag(answer)) sharing.push_back(i);
  }
  return same.empty() ? sharing : same;
}

std::size_t Pairing::choose(const Indices& fitting, std::int64_t time) const {
  const Request& oldest = requests_[fitting.front()];
  const Request& latest = requests_[fitting.back()];
  if (fitting.size() == 1) return fitting.front();
  if (oldest.losses != 0) {
    // A client that waits has only its latest request open; of one that does not, a loss took as
    // many answers as there were losses.
    if (!pipelines_) return fitting.back();
    return fitting[std::min<std::size_t>(oldest.losses, fitting.size() - 1)];
  }
  if (pipelines_) {
    const std::int64_t patience = std::max(kLeastPatience, kPatienceFactor * slowest_);
    const auto alive = std::ranges::find_if(
        fitting, [&](std::size_t i) { return time - requests_[i].time <= patience; });
    return alive == fitting.end() ? fitting.back() : *alive;
  }
  const Request& before = requests_[fitting[fitting.size() - 2]];
  const std::int64_t pause = latest.time - before.time;
  const bool was_idle = pause > 0 && pause >= time - latest.time;
  return was_idle ? fitting.back() : fitting.front();
}

void Pairing::settle(std::size_t index, std::uint64_t answer, Signature signature) {
  Request& request = requests_[index];
  for (std::size_t i = 0; i < index; ++i) {
    if (requests_[i].state == State::Open) requests_[i].state = State::PassedOver;
  }
  for (std::size_t i = index + 1; i < requests_.size(); ++i) requests_[i].losses = 0;
  request.state = State::Answered;
  request.answer = answer;
  request.answer_signature = std::move(signature);
  // Everything asked before this one has had its answer, or will have none.
  if (request.number > hidden_after_) requests_hidden_ = false;
  events_.emplace_back(Paired{answer, request.number});
}

void Pairing::request(std::uint64_t number, std::int64_t time, ItemReader items) {
  const bool idle = std::ranges::none_of(
      requests_, [](const Request& request) { return request.state == State::Open; });
  if (idle) {
    ++generation_;
    forget_settled();
  }
  judge_surplus();
  if (requests_.size() == kMostRequests) {
    if (requests_.front().state != State::Answered) report_unanswered(requests_.front());
    requests_.pop_front();
  }
  Request& added = requests_.emplace_back();
  added.number = number;
  added.time = time;
  added.signature = Signature::of(Direction::Request, items);
  added.generation = generation_;
  added.behind_hole = std::exchange(hole_, false);
}

void Pairing::answer(std::uint64_t number, std::int64_t time, ItemReader items) {
  Signature signature = Signature::of(Direction::Answer, items);
  const Indices open = fitting(signature, State::Open);
  if (open.empty()) {
    if (pair_anew(number, signature) || shift_into_hole(number, signature)) return;
    surplus_.push_back(number);
    return;
  }
  const std::size_t chosen = choose(open, time);
  // Only a younger request tells the two kinds of clients apart, and only where tags or order left
  // no choice.
  const bool younger =
      std::any_of(requests_.begin() + static_cast<std::ptrdiff_t>(chosen) + 1, requests_.end(),
                  [](const Request& request) { return request.state == State::Open; });
  const bool certain = open.size() == 1 && requests_[chosen].losses == 0;
  if (certain && younger) pipelines_ = true;
  if (certain) slowest_ = std::max(slowest_, time - requests_[chosen].time);
  settle(chosen, number, std::move(signature));
}

// An answer is left over while a request was passed over: the answers since belong each to the
// request before the one they were given to.
bool Pairing::pair_anew(std::uint64_t answer, const Signature& signature) {
  Indices line;  // requests from one that was passed over on, and who answers them
  const Indices passed = fitting(signature, State::PassedOver);
  if (passed.empty()) return false;
  for (std::size_t i = passed.back(); i < requests_.size(); ++i) {
    if (requests_[i].state != State::Open) line.push_back(i);
  }
  bool in_order = true;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    in_order = in_order && requests_[line[i + 1]].state == State::Answered &&
               requests_[line[i]].signature.shares_a_tag(requests_[line[i + 1]].answer_signature);
  }
  in_order = in_order && requests_[line.back()].signature.shares_a_tag(signature);
  if (!in_order) line = {passed.back()};
  for (std::size_t i = 0; i < line.size(); ++i) {
    Request& request = requests_[line[i]];
    const bool last = i + 1 == line.size();
    request.state = State::Answered;
    request.answer = last ? answer : requests_[line[i + 1]].answer;
    request.answer_signature = last ? signature : requests_[line[i + 1]].answer_signature;
    events_.emplace_back(Paired{request.answer, request.number});
  }
  if (in_order && line.size() > 1) pipelines_ = true;
  return true;
}

// The same where the request that was passed over was never told.
bool Pairing::shift_into_hole(std::uint64_t answer, const Signature& signature) {
  if (requests_.empty()) return false;
  Request& latest = requests_.back();
  const bool possible = latest.state == State::Answered && latest.behind_hole &&
                        latest.signature.shares_a_tag(signature);
  if (!possible) return false;
  latest.behind_hole = false;
  events_.emplace_back(Paired{latest.answer, std::nullopt});
  events_.emplace_back(Paired{answer, latest.number});
  latest.answer = answer;
  return true;
}

void Pairing::lost(Direction direction) {
  if (direction == Direction::Answer) {
    for (Request& request : requests_) {
      if (request.state == State::Open) ++request.losses;
    }
    return;
  }
  requests_hidden_ = true;
  hole_ = true;
  hidden_after_ = requests_.empty() ? 0 : requests_.back().number;
}

// No request fits these answers: unless one may have been missed, nobody asked.
void Pairing::judge_surplus() {
  for (const std::uint64_t answer : std::exchange(surplus_, {})) {
    if (!requests_hidden_) events_.emplace_back(Unexpected{answer});
  }
}

void Pairing::report_unanswered(const Request& request) {
  events_.emplace_back(Unanswered{request.number, request.losses != 0});
}

void Pairing::forget_settled() {
  while (!requests_.empty() && requests_.front().generation + 1 < generation_) {
    if (requests_.front().state != State::Answered) report_unanswered(requests_.front());
    requests_.pop_front();
  }
}

void Pairing::finish() {
  judge_surplus();
  for (const Request& request : requests_) {
    if (request.state != State::Answered) report_unanswered(request);
  }
  requests_.clear();
}

std::optional<PairingEvent> Pairing::next() {
  if (events_.empty()) return std::nullopt;
  const PairingEvent event = events_.front();
  events_.pop_front();
  return event;
}

}  // namespace rscp::inline v0_1
