// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.hpp"

#include <algorithm>

namespace rscp::dissector {

// What the conversation says becomes notes of packets.
class Session::EventReader {
 public:
  EventReader(Session& session, PacketNotes* notes) : session_(session), notes_(notes) {}

  void operator()(RequestSeen&& seen) { add(std::move(seen.message)); }
  void operator()(AnswerSeen&& seen) {
    const std::uint64_t number = seen.message.number;
    add(std::move(seen.message));
    (*this)(Paired{number, seen.request});
  }
  void operator()(const Paired& paired) {
    SessionFrame& answer = frame(paired.answer);
    SessionFrame* request = paired.request ? &frame(*paired.request) : nullptr;
    // A request keeps the answer that it was given last.
    if (answer.partner != nullptr && answer.partner->partner == &answer) {
      frame(answer.partner->message.number).partner = nullptr;
    }
    answer.partner = request;
    if (request != nullptr) request->partner = &answer;
  }
  void operator()(const Unanswered& one) {
    using Alone = SessionFrame::Alone;
    frame(one.request).alone = one.lost ? Alone::AnswerLost : Alone::Unanswered;
  }
  void operator()(const Unexpected& one) {
    frame(one.answer).alone = SessionFrame::Alone::Unexpected;
  }
  void operator()(const BytesLost& lost) {
    if (notes_ != nullptr) notes_->losses.push_back(lost.loss);
  }
  void operator()(const WrongKey& /*wrong*/) {
    if (notes_ != nullptr) notes_->wrong_key = true;
  }
  void operator()(const OutOfStep& /*out*/) {}
  void operator()(const Ended& /*ended*/) {}

 private:
  SessionFrame& frame(std::uint64_t number) { return session_.frames_[number - 1]; }

  void add(Message&& message) {
    SessionFrame& added = session_.frames_.emplace_back();
    added.packet = notes_->packet;
    for (const Piece& piece : message.pieces) {
      PacketNotes& brought = session_.notes_[piece.mark];
      added.segments.push_back(
          {brought.packet, static_cast<std::uint32_t>(piece.end - piece.begin)});
      if (brought.packet != added.packet) brought.continues = &added;
    }
    message.pieces = {};
    added.message = std::move(message);
    notes_->frames.push_back(&added);
  }

  Session& session_;
  PacketNotes* notes_;  // none once the first pass is over
};

Session::Session(const std::vector<Key>& keys, bool beginning)
    : has_keys_(!keys.empty()),
      beginning_(beginning),
      conversation_(keys, {.beginning = beginning, .sides_known = true}) {}

const PacketNotes* Session::notes(std::uint32_t packet, std::uint32_t sequence) const {
  const auto it = notes_of_.find({packet, sequence});
  return it == notes_of_.end() ? nullptr : it->second;
}

void Session::add(const Segment& segment) {
  const std::uint64_t mark = notes_.size();
  PacketNotes& notes = notes_.emplace_back();
  notes_of_[{segment.packet, segment.sequence}] = &notes;
  notes.packet = segment.packet;
  notes.encrypted = static_cast<std::uint32_t>(segment.bytes.size());
  auto& next_sequence = next_sequence_.at(index_of(segment.direction));
  if (!next_sequence) next_sequence = beginning_ ? segment.first_sequence : segment.sequence;
  const auto ahead = static_cast<std::int32_t>(segment.sequence - *next_sequence);
  Bytes bytes = segment.bytes;
  if (ahead > 0) {
    conversation_.lost(segment.direction, static_cast<std::uint64_t>(ahead));
    notes.missing = static_cast<std::uint32_t>(ahead);
  } else if (ahead < 0) {
    // An earlier packet brought these. (A keep-alive repeats one byte.)
    const auto repeated =
        std::min<std::size_t>(static_cast<std::size_t>(-std::int64_t{ahead}), bytes.size());
    bytes = bytes.subspan(repeated);
    notes.retransmission = bytes.empty();
  }
  if (!bytes.empty()) {
    next_sequence = segment.sequence + static_cast<std::uint32_t>(segment.bytes.size());
    conversation_.receive(segment.direction, bytes, segment.time, mark);
  }
  EventReader reader(*this, &notes);
  while (auto event = conversation_.next()) std::visit(reader, *std::move(event));
  notes.no_key = !has_keys_;
  notes.undecrypted = has_keys_ && standing() != Conversation::Standing::Recognised;
}

void Session::finish() {
  conversation_.end(Direction::Request);
  conversation_.end(Direction::Answer);
  EventReader reader(*this, nullptr);
  while (auto event = conversation_.next()) std::visit(reader, *std::move(event));
}

}  // namespace rscp::dissector
