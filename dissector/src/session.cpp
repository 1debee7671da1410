// SPDX-License-Identifier: GPL-2.0-or-later
#include "session.hpp"

#include <algorithm>

#include <rscp/dictionary.hpp>
#include <rscp/frame.hpp>

namespace rscp::dissector {
namespace {

// Joined in the middle, this many packets without a frame say that the key is wrong; fewer may all
// belong to the frame that the capture begins in.
constexpr std::uint32_t kPatience = 4;

// Whether `answer` has a value that answers one of `request`.
bool fits(const SessionFrame& request, const SessionFrame& answer) {
  const Dictionary& dictionary = Dictionary::builtin();
  ItemReader answers = answer.items();
  ItemReader requests = request.items();
  const bool comparable = !answers.rest().empty() && !requests.rest().empty();
  while (const auto item = answers.next()) {
    requests = request.items();
    while (const auto wanted = requests.next()) {
      // A device may also echo the request's own tag with an error.
      if (item->tag == dictionary.answer_to(wanted->tag) || item->tag == wanted->tag) return true;
    }
    // Values of a container that came at top level, and a device's general error, name no request.
    if (!has_answer_bit(item->tag) || (code_of(item->tag) & 0xFFFFFFU) == 0xFFFFFFU) return true;
  }
  return !comparable;
}

}  // namespace

ItemReader SessionFrame::items() const {
  const auto header = FrameHeader::parse(plaintext);
  if (!header || header->frame_size() > plaintext.size()) return ItemReader({});
  return ItemReader(Bytes(plaintext).subspan(kFrameHeaderSize, header->length), kFrameHeaderSize);
}

Session::Session(std::vector<Key> keys, bool beginning)
    : has_keys_(!keys.empty()), beginning_(beginning) {
  const auto start = beginning ? StreamDecoder::Start::Beginning : StreamDecoder::Start::Unknown;
  for (auto& half : halves_) half = std::make_unique<Half>(keys, start);
}

bool Session::recognised() const {
  return std::ranges::any_of(halves_,
                             [](const auto& half) { return half->decoder.key().has_value(); });
}

bool Session::hopeless() const {
  if (recognised()) return false;
  const StreamDecoder& requests = halves_[0]->decoder;
  return !has_keys_ || requests.gave_up() || halves_[1]->decoder.gave_up() ||
         (beginning_ && requests.position() >= kCipherBlockSize);
}

const PacketNotes* Session::notes(std::uint32_t packet, std::uint32_t sequence) const {
  const auto it = notes_.find({packet, sequence});
  return it == notes_.end() ? nullptr : &it->second;
}

void Session::add(const Segment& segment) {
  PacketNotes& notes = notes_[{segment.packet, segment.sequence}];
  Half& half = *halves_[static_cast<std::size_t>(segment.direction)];
  notes.encrypted = static_cast<std::uint32_t>(segment.bytes.size());
  if (!half.next_sequence) {
    half.next_sequence = beginning_ ? segment.first_sequence : segment.sequence;
  }
  const auto ahead = static_cast<std::int32_t>(segment.sequence - *half.next_sequence);
  Bytes bytes = segment.bytes;
  if (ahead > 0) {
    half.decoder.gap(static_cast<std::uint64_t>(ahead));
    notes.missing = static_cast<std::uint32_t>(ahead);
  } else if (ahead < 0) {
    // An earlier packet brought these. (A keep-alive repeats one byte.)
    const auto repeated =
        std::min<std::size_t>(static_cast<std::size_t>(-std::int64_t{ahead}), bytes.size());
    bytes = bytes.subspan(repeated);
    notes.retransmission = bytes.empty();
  }
  if (!bytes.empty()) {
    ++half.packets;
    half.next_sequence = segment.sequence + static_cast<std::uint32_t>(segment.bytes.size());
    half.arrivals.push_back(
        {half.decoder.position(), half.decoder.position() + bytes.size(), segment.packet, &notes});
    half.decoder.feed(bytes);
  }
  if (const auto key = half.decoder.key()) {
    halves_[segment.direction == Direction::Request ? 1 : 0]->decoder.fix_key(*key);
  }
  take_events(segment, half, notes);

  notes.no_key = !has_keys_;
  notes.undecrypted = has_keys_ && !recognised();
  const bool proven = beginning_ ? half.decoder.position() >= kCipherBlockSize
                                 : half.decoder.gave_up() || half.packets >= kPatience;
  if (notes.undecrypted && proven && !reported_wrong_key_) {
    notes.wrong_key = true;
    reported_wrong_key_ = true;
  }
}

void Session::take_events(const Segment& segment, Half& half, PacketNotes& notes) {
  while (auto event = half.decoder.next()) {
    if (auto* frame = std::get_if<StreamFrame>(&*event)) {
      SessionFrame& added = add_frame(segment, half, std::move(*frame));
      notes.frames.push_back(&added);
    } else if (const auto* loss = std::get_if<StreamLoss>(&*event)) {
      notes.losses.push_back(*loss);
    }
  }
  const std::uint64_t done = half.decoder.position() - half.decoder.buffered();
  // What waits for the rest of a frame is kept: its packets will be named with the frame.
  std::erase_if(half.arrivals, [&](const auto& arrival) { return arrival.end <= done; });
}

SessionFrame& Session::add_frame(const Segment& segment, Half& half, StreamFrame&& found) {
  SessionFrame& frame = frames_.emplace_back();
  frame.number = static_cast<std::uint32_t>(frames_.size());
  frame.direction = segment.direction;
  frame.packet = segment.packet;
  frame.time = segment.time;
  frame.begin = found.begin;
  frame.end = found.end;
  frame.plaintext = std::move(found.plaintext);
  if (const auto view = FrameView::parse(frame.plaintext)) frame.computed_crc = view->computed_crc;
  for (const auto& arrival : half.arrivals) {
    const std::uint64_t begin = std::max(arrival.begin, frame.begin);
    const std::uint64_t end = std::min(arrival.end, frame.end);
    if (begin >= end) continue;
    frame.segments.push_back({arrival.packet, static_cast<std::uint32_t>(end - begin)});
    if (arrival.packet != segment.packet) arrival.notes->continues = &frame;
  }
  pair(frame);
  return frame;
}

void Session::pair(SessionFrame& frame) {
  if (frame.direction == Direction::Request) {
    // A device answers one request after the other: what is still open now stays open.
    if (!unanswered_.empty()) frame.left_unanswered = unanswered_.back();
    unanswered_.push_back(&frame);
    return;
  }
  const auto asked = std::ranges::find_if(
      unanswered_, [&](const SessionFrame* request) { return fits(*request, frame); });
  if (asked == unanswered_.end()) {
    frame.unexpected = true;
    return;
  }
  frame.partner = *asked;
  (*asked)->partner = &frame;
  unanswered_.erase(unanswered_.begin(), asked + 1);
}

}  // namespace rscp::dissector
