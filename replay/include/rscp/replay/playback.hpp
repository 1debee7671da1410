// SPDX-License-Identifier: MIT
// Which recorded answer a request gets. No sockets, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include <rscp/error.hpp>
#include <rscp/recording/transcript.hpp>
#include <rscp/replay/compare.hpp>

namespace rscp::replay {

/// How a request finds its exchange.
enum class MatchMode : std::uint8_t {
  Sequence,    ///< the requests come in the recorded order, and are the same
  Exact,       ///< the same tree, in any order; each exchange is used once
  Structural,  ///< the same tags and types
  Tags,        ///< each requested tag is answered from wherever the recording has it
};

/// What can be wrong with a request.
enum class Mismatch : std::uint8_t {
  NoSuchRequest,  ///< the recording has nothing like it
  AlreadyUsed,    ///< it had it, and it was answered before
  OutOfOrder,     ///< it has it, but not now (Sequence)
  Exhausted,      ///< every exchange was used
};
std::string_view name_of(Mismatch mismatch);  ///< "no-such-request"

/// What to do then.
enum class Policy : std::uint8_t {
  Fail,     ///< hang up, and count it as a failure
  Repeat,   ///< the answer that fits best once more: the one already used, or the last one
  Loop,     ///< begin the recording anew
  Error,    ///< an Error item for each value, NOT_HANDLED
  Silence,  ///< no answer
  Close,    ///< hang up without a word
};

std::string_view name_of(Policy policy);  ///< "repeat"

struct PolicyFor {
  Mismatch mismatch;
  Policy policy;
};
/// "exhausted=loop", by the names of both.
Result<PolicyFor> parse_policy(std::string_view text);

struct PlaybackOptions {
  MatchMode mode = MatchMode::Exact;
  std::vector<Rule> rules;  ///< for requests, beside the built-in ones
  std::array<Policy, 4> policies = {Policy::Fail, Policy::Repeat, Policy::Fail, Policy::Fail};
  void set(PolicyFor choice) {
    policies.at(static_cast<std::size_t>(choice.mismatch)) = choice.policy;
  }
  [[nodiscard]] Policy policy(Mismatch mismatch) const {
    return policies.at(static_cast<std::size_t>(mismatch));
  }
};

class Playback {
 public:
  Playback(recording::Transcript transcript, PlaybackOptions options);

  /// The exchange that an answer is taken from.
  struct Source {
    std::uint64_t exchange = 0;     ///< its number
    std::int64_t delay = 0;         ///< as recorded, nanoseconds
    std::optional<Timestamp> time;  ///< in the answer's frame
  };
  struct Answer {
    std::vector<Value> values;
    std::optional<Source> source;  ///< none if it was put together, or says that there is nothing
  };
  struct Silence {};
  struct HangUp {};
  using Reply = std::variant<Answer, Silence, HangUp>;

  /// What was wrong with a request.
  struct Complaint {
    Mismatch mismatch{};
    std::string message;   ///< with the first difference to the nearest exchange
    bool failure = false;  ///< the policy says that this fails the run
  };
  struct Decision {
    Reply reply;
    std::optional<Complaint> complaint;
  };
  Decision decide(std::span<const Value> request);

  /// Exchanges that can be asked for, and how many of them were.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t used() const { return used_; }
  /// The numbers of the exchanges that were never asked for.
  [[nodiscard]] std::vector<std::uint64_t> unused() const;
  [[nodiscard]] std::string unused_text() const;  ///< "3, 4, 5", with the first ten at the most

  /// What differs from run to run by nature: the start of history windows.
  static std::vector<Rule> builtin_rules();

 private:
  struct Entry {
    const recording::Exchange* exchange;
    bool used = false;
  };
  // Exchanges that may be alike, in order, so that a request is compared with few of a long
  // recording.
  struct Bucket {
    std::vector<std::size_t> entries;
    std::size_t first_unused = 0;  // position in `entries`; all before it are used
  };
  [[nodiscard]] std::size_t signature(std::span<const Value> request) const;
  Bucket* bucket_of(std::span<const Value> request);
  std::optional<std::size_t> first_unused_like(std::span<const Value> request);
  void forget_use();
  [[nodiscard]] std::optional<Difference> compare(const Entry& entry,
                                                  std::span<const Value> request) const;
  [[nodiscard]] Likeness likeness() const;
  Answer found(std::size_t index);
  // What a policy replies; nothing if it has nothing to reply with.
  std::optional<Reply> reply_of(Policy policy, std::span<const Value> request,
                                std::optional<std::size_t> nearest);
  Decision missed(Mismatch mismatch, std::span<const Value> request,
                  std::optional<std::size_t> nearest);
  Decision decide_in_sequence(std::span<const Value> request);
  Decision decide_in_any_order(std::span<const Value> request);
  Decision decide_by_tags(std::span<const Value> request);
  std::optional<Value> recorded_answer(const Value& request, std::string& missing);
  std::optional<Value> take(const std::string& key);
  void index_tags();
  [[nodiscard]] std::string nearest_difference(std::span<const Value> request,
                                               std::optional<std::size_t> nearest) const;

  recording::Transcript transcript_;
  PlaybackOptions options_;
  std::vector<Entry> entries_;
  std::size_t used_ = 0;
  std::unordered_map<std::size_t, Bucket> buckets_;
  std::size_t cursor_ = 0;
  std::optional<std::size_t> last_;
  struct Recorded {
    std::vector<Value> answers;
    std::size_t next = 0;
  };
  std::map<std::string, Recorded> by_tag_;
};

}  // namespace rscp::replay
