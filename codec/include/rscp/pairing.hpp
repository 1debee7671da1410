// SPDX-License-Identifier: MIT
// Which answer belongs to which request. No I/O, no clock: it is told frames in the order they were
// on the wire, with their times.
//
// Theory of operation
//
// RSCP numbers nothing. What is known of an answer:
//
//  * Tags: an answer holds the answers to its request's tags (or, as an Error, those tags
//    themselves). A request whose tags are the same as often comes first, one that shares a tag
//    next; others do not count.
//  * Order: a device answers one request after the other. So answers pair in order, and a request
//    that a later one overtakes has been passed over.
//  * Losses: bytes of either direction that gave no frame may have held an answer or a request.
//
// Several requests that fit are open at once for one of two reasons. The client pipelines: it asks
// again before it is answered, and the oldest one is meant. Or the answer to the first one is
// missing, the client gave up waiting and asked the same again, and the latest one is meant. Taking
// the oldest then would shift every pair to come by one. Which it is, is told by
//
//  * what was seen of this client before: an answer to an older request while a younger one was
//    open proves that it pipelines;
//  * losses since the older request;
//  * whether the client was idle: a request sent long after the one before it, compared with the
//    time in which the answer came, was sent by a client that had given up.
//
// An answer that is left over proves a decision wrong: the last ones are then paired anew, and said
// again. After that, what was decided stays: a request that was passed over is reported as
// unanswered when the client, idle in between, has gone on twice, or at the end.
//
// Work and memory are linear in the frames: a frame's tags become a multiset hash and at most 64
// sorted tags; at most 256 requests are remembered.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include <rscp/direction.hpp>
#include <rscp/item.hpp>

namespace rscp::inline v0_1 {

/// The answer belongs to the request. Said again of an answer whose request turned out to be
/// another one; without a request: it lay before what was captured, or in lost bytes.
struct Paired {
  std::uint64_t answer = 0;
  std::optional<std::uint64_t> request;
};

/// Nothing answers this request.
struct Unanswered {
  std::uint64_t request = 0;
  bool lost = false;  ///< bytes from the device were lost since: the answer may have been in them
};

/// No request can have asked for this answer.
struct Unexpected {
  std::uint64_t answer = 0;
};

using PairingEvent = std::variant<Paired, Unanswered, Unexpected>;

class Pairing {
 public:
  /// `beginning`: the first request told is the first one there was.
  explicit Pairing(bool beginning) : hole_(!beginning), requests_hidden_(!beginning) {}

  /// A frame. `number` names it in the events; requests and answers share the numbers. `time` is in
  /// nanoseconds of any clock.
  void request(std::uint64_t number, std::int64_t time, ItemReader items);
  void answer(std::uint64_t number, std::int64_t time, ItemReader items);
  /// Bytes of a direction were lost between the frames told before and those told from now on.
  void lost(Direction direction);
  /// Nothing comes any more.
  void finish();

  /// What was decided, in order.
  std::optional<PairingEvent> next();

  /// Requests remembered at once; one that is open longer counts as unanswered.
  static constexpr std::size_t kMostRequests = 256;

 private:
  // The tags of a frame, brought to what an answer has.
  struct Signature {
    std::uint64_t multiset = 0;  // the same for the same tags in any order
    std::vector<Tag> tags;       // some of them, sorted, each once
    bool anything = false;       // says nothing about what was asked

    static Signature of(Direction direction, ItemReader items);
    [[nodiscard]] bool shares_a_tag(const Signature& other) const;
  };

  enum class State : std::uint8_t { Open, PassedOver, Answered };
  struct Request {
    std::uint64_t number = 0;
    std::int64_t time = 0;
    Signature signature;
    std::uint64_t generation = 0;
    State state = State::Open;
    std::uint32_t losses = 0;  // of answers, while it was open
    bool behind_hole = false;  // requests may lie between this one and the one told before
    std::uint64_t answer = 0;  // where Answered
    Signature answer_signature;
  };
  using Indices = std::vector<std::size_t>;  // into requests_

  [[nodiscard]] Indices fitting(const Signature& answer, State state) const;
  [[nodiscard]] std::size_t choose(const Indices& fitting, std::int64_t time) const;
  void settle(std::size_t index, std::uint64_t answer, Signature signature);
  bool pair_anew(std::uint64_t answer, const Signature& signature);
  bool shift_into_hole(std::uint64_t answer, const Signature& signature);
  void forget_settled();
  void report_unanswered(const Request& request);
  void judge_surplus();

  std::deque<Request> requests_;        // oldest first
  std::vector<std::uint64_t> surplus_;  // answers without a request, not yet judged
  std::uint64_t generation_ = 0;
  bool pipelines_ = false;    // this client was seen to ask before it was answered
  std::int64_t slowest_ = 0;  // answer that was certain
  bool hole_;                 // requests may have been lost since the last one told
  // A request behind hidden_after_ may have been lost, whose answer is still to come.
  bool requests_hidden_;
  std::uint64_t hidden_after_ = 0;
  std::deque<PairingEvent> events_;
};

}  // namespace rscp::inline v0_1
