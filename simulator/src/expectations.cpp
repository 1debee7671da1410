// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include <rscp/json.hpp>
#include <rscp/simulator/expectations.hpp>
#include <rscp/text.hpp>

namespace rscp::simulator {
namespace {

std::string shown(const Value& value) {
  TextOptions options;
  options.multi_line = false;
  std::string text = to_text(value, options);
  const std::string name = Dictionary::builtin().label(value.tag());
  if (text.starts_with(name)) text.erase(0, name.size());
  if (text.starts_with(": ")) text.erase(0, 2);
  return text.empty() ? "nothing" : text;
}

std::string shown(const Argument& argument) {
  return to_string(view_of(argument.scalar()), ScalarStyle::Literal);
}

// Numbers by value whatever their types, Float32 as exact as it is.
bool equal(const Value& value, const Argument& wanted) {
  if (const auto number = number_of(view_of(wanted.scalar()))) {
    const auto found = value.number();
    if (!found) return false;
    return *found == *number || (value.type() == DataType::Float32 &&
                                 static_cast<float>(*found) == static_cast<float>(*number));
  }
  if (const auto* text = std::get_if<std::string>(&wanted.scalar())) {
    if (const auto error = value.error()) return name_of(*error) == *text;
    if (value.text() == *text) return true;
    const TagInfo* info = Dictionary::builtin().find(value.tag());
    const auto number = value.integer();
    return info != nullptr && info->enumeration != nullptr && number &&
           info->enumeration->label(*number) == *text;
  }
  const auto made = Value::make(value.tag(), value.type(), wanted);
  return made && *made == value;
}

}  // namespace

void Expectations::add(Expectation wanted) {
  wanted_.push_back(std::move(wanted));
  progress_.emplace_back();
}

void Expectations::reset() {
  progress_.clear();
  progress_.resize(wanted_.size());
}

// The first field that is not as wanted; nothing if all are.
std::optional<std::string> Expectations::difference(const Expectation& wanted,
                                                    const Value& found) const {
  if (wanted.value && !equal(found, *wanted.value)) {
    return Dictionary::builtin().label(found.tag()) + ": expected " + shown(*wanted.value) +
           ", got " + shown(found);
  }
  for (const auto& [path, value] : wanted.fields) {
    const Value* field = path.first(found.children());
    if (field == nullptr) {
      return path.text() + ": expected " + shown(value) + ", but there is no such item";
    }
    if (!equal(*field, value)) {
      return path.text() + ": expected " + shown(value) + ", got " + shown(*field);
    }
  }
  return std::nullopt;
}

void Expectations::observe(std::span<const Value> request, std::span<const Value> answer,
                           double elapsed) {
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const Expectation& wanted = wanted_[i];
    Progress& progress = progress_[i];
    const bool asked = wanted.about == Expectation::About::Request;
    const auto found = wanted.path.select(asked ? request : answer);
    for (const Value* value : found) {
      if (const auto differs = difference(wanted, *value)) {
        progress.mismatch = *differs;
        continue;
      }
      if (wanted.within && elapsed > *wanted.within) {
        progress.mismatch = "came after " + to_string(std::round(elapsed * 1000) / 1000) +
                            " s, expected within " + to_string(*wanted.within) + " s";
        continue;
      }
      if (wanted.after) {
        const auto other = std::ranges::find(wanted_, *wanted.after, &Expectation::name);
        const auto index = static_cast<std::size_t>(other - wanted_.begin());
        if (other == wanted_.end() || !progress_[index].met_at) {
          progress.broken = "came before \"" + *wanted.after + "\"";
          continue;
        }
      }
      ++progress.count;
      if (progress.count >= wanted.least && !progress.met_at) progress.met_at = elapsed;
      if (wanted.most && progress.count > *wanted.most) {
        progress.broken = "came " + std::to_string(progress.count) + " times, expected at most " +
                          std::to_string(*wanted.most);
      }
    }
  }
}

std::vector<Outcome> Expectations::outcomes(double elapsed, bool at_end) const {
  std::vector<Outcome> all;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const Expectation& wanted = wanted_[i];
    const Progress& progress = progress_[i];
    Outcome one{wanted.name, wanted.place.to_string(), Outcome::State::Open, "", progress.count};
    const bool enough = progress.count >= wanted.least;
    const bool late = wanted.within && elapsed > *wanted.within;
    if (!progress.broken.empty()) {
      one.state = Outcome::State::Failed;
      one.message = progress.broken;
    } else if (!enough && (at_end || late)) {
      one.state = Outcome::State::Failed;
      one.message = "came " + std::to_string(progress.count) + " times, expected " +
                    (wanted.most && *wanted.most == wanted.least ? "" : "at least ") +
                    std::to_string(wanted.least);
      if (!progress.mismatch.empty()) one.message = progress.mismatch + " (" + one.message + ")";
    } else if (enough && (at_end || !wanted.most)) {
      one.state = Outcome::State::Met;
    }
    all.push_back(std::move(one));
  }
  return all;
}

bool Expectations::settled(double elapsed) const {
  const auto all = outcomes(elapsed, false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    // Something that must not come too often stays open, but has come often enough.
    if (all[i].state == Outcome::State::Open && all[i].count < wanted_[i].least) return false;
  }
  return true;
}

std::vector<CheckSuite> check_suites(std::span<const Suite> suites) {
  std::vector<CheckSuite> checks;
  for (const Suite& suite : suites) {
    CheckSuite& check = checks.emplace_back(CheckSuite{suite.name, {}});
    for (const Outcome& one : suite.outcomes) {
      const bool failed = one.state == Outcome::State::Failed;
      check.results.push_back({one.name, one.place, failed ? one.message : ""});
    }
  }
  return checks;
}

}  // namespace rscp::simulator
