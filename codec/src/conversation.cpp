// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cassert>
#include <utility>

#include <rscp/conversation.hpp>

namespace rscp::inline v0_1 {
namespace {

// Joined in the middle, this many pieces of a direction without a frame say that the key is wrong;
// fewer may all belong to the frame that the capture begins in.
constexpr std::uint32_t kPatience = 4;
// A long stretch of bytes that give no frame names only the first pieces that brought it.
constexpr std::size_t kNamedPieces = 8;

StreamDecoder::Start start_of(const ConversationOptions& options) {
  return options.beginning ? StreamDecoder::Start::Beginning : StreamDecoder::Start::Unknown;
}

std::vector<Piece> overlapping(const std::deque<Piece>& pieces, std::uint64_t begin,
                               std::uint64_t end) {
  std::vector<Piece> found;
  for (const Piece& piece : pieces) {
    if (piece.begin >= end) break;
    if (piece.end <= begin) continue;
    found.push_back(piece);
    found.back().begin = std::max(piece.begin, begin);
    found.back().end = std::min(piece.end, end);
  }
  return found;
}

}  // namespace

Conversation::Conversation(std::span<const Key> keys, ConversationOptions options)
    : has_keys_(!keys.empty()),
      beginning_(options.beginning),
      pairs_(options.pairs),
      sides_(options.sides_known ? Sides::AsTold : Sides::Unknown),
      halves_{Half(keys, start_of(options)), Half(keys, start_of(options))},
      pairing_(options.beginning) {}

Direction Conversation::truly(Direction told) const { return reversed() ? opposite(told) : told; }

Conversation::Standing Conversation::standing() const {
  const auto has_key = [](const Half& one) { return one.decoder.key().has_value(); };
  if (std::ranges::any_of(halves_, has_key)) return Standing::Recognised;
  const auto in_vain = [&](const Half& one) {
    return one.decoder.gave_up() || (beginning_ && one.decoder.position() >= kCipherBlockSize);
  };
  return !has_keys_ || std::ranges::any_of(halves_, in_vain) ? Standing::Hopeless
                                                             : Standing::Undecided;
}

void Conversation::receive(Direction direction, Bytes bytes, std::int64_t time,
                           std::uint64_t mark) {
  Half& one = half(direction);
  if (one.ended || bytes.empty()) return;
  one.time = time;
  one.mark = mark;
  ++one.received;
  const std::uint64_t position = one.decoder.position();
  one.pieces.push_back({position, position + bytes.size(), time, mark});
  one.decoder.feed(bytes);
  // A connection has one key: what one direction proved spares the other the search.
  if (const auto key = one.decoder.key()) half(opposite(direction)).decoder.fix_key(*key);
  drain(direction);
  judge_key(direction);
}

void Conversation::lost(Direction direction, std::uint64_t length) {
  Half& one = half(direction);
  if (one.ended) return;
  one.decoder.gap(length);
  drain(direction);
}

void Conversation::end(Direction direction) {
  Half& one = half(direction);
  if (std::exchange(one.ended, true)) return;
  one.decoder.finish();
  drain(direction);
  events_.emplace_back(Ended{truly(direction)});
  if (!half(opposite(direction)).ended) return;
  pairing_.finish();
  pass_pairing_on();
}

std::uint64_t Conversation::sent(Direction direction, Bytes plaintext, std::int64_t time,
                                 std::uint64_t mark) {
  Message message;
  message.direction = direction;
  message.time = time;
  message.mark = mark;
  message.plaintext.assign(plaintext.begin(), plaintext.end());
  const auto view = FrameView::parse(message.plaintext);
  assert(view);
  message.frame = *view;
  add_message(std::move(message));
  return count_;
}

void Conversation::drain(Direction told) {
  Half& one = half(told);
  while (auto event = one.decoder.next()) {
    if (auto* frame = std::get_if<StreamFrame>(&*event)) {
      // The decoder has seen the header: parsing cannot fail.
      const auto view = FrameView::parse(frame->plaintext);
      assert(view);
      find_sides(told, *view);
      one.told_out_of_step = false;
      add_frame(told, std::move(*frame), *view);
    } else if (const auto* loss = std::get_if<StreamLoss>(&*event)) {
      add_loss(told, *loss);
    }
  }
  if (one.decoder.out_of_step() && !one.ended && standing() == Standing::Recognised &&
      !std::exchange(one.told_out_of_step, true)) {
    events_.emplace_back(OutOfStep{truly(told), one.decoder.undecided_from()});
  }
  forget_pieces(one);
}

// Without a handshake or a known port it was a guess which side is the device. The first tag tells:
// answers carry a bit.
void Conversation::find_sides(Direction told, const FrameView& frame) {
  if (sides_ != Sides::Unknown) return;
  const auto item = frame.items().next();
  if (!item) return;
  const bool is_answer = has_answer_bit(item->tag);
  sides_ = is_answer == (told == Direction::Answer) ? Sides::AsTold : Sides::Reversed;
}

void Conversation::add_frame(Direction told, StreamFrame&& frame, const FrameView& view) {
  const Half& one = half(told);
  Message message;
  message.direction = truly(told);
  message.begin = frame.begin;
  message.end = frame.end;
  message.key = frame.key;
  message.pieces = overlapping(one.pieces, frame.begin, frame.end);
  // Bytes that came early are told late: what completes the frame is the latest of its pieces.
  const auto latest = std::ranges::max_element(message.pieces, {}, &Piece::time);
  message.time = latest->time;
  message.mark = latest->mark;
  message.plaintext = std::move(frame.plaintext);
  message.frame = view;  // moving a vector moves no bytes
  add_message(std::move(message));
}

void Conversation::add_message(Message&& message) {
  message.number = ++count_;
  const std::int64_t time = message.time;
  const ItemReader items = message.frame.items();
  if (message.direction == Direction::Request) {
    if (pairs_) pairing_.request(count_, time, items);
    pass_pairing_on();
    events_.emplace_back(RequestSeen{std::move(message)});
    return;
  }
  if (pairs_) pairing_.answer(count_, time, items);
  // Corrections of earlier answers come first, so that each finds its request free.
  AnswerSeen seen;
  while (auto event = pairing_.next()) {
    const auto* paired = std::get_if<Paired>(&*event);
    if (paired != nullptr && paired->answer == count_) {
      seen.request = paired->request;
    } else {
      pass_on(*event);
    }
  }
  seen.message = std::move(message);
  events_.emplace_back(std::move(seen));
}

void Conversation::pass_on(const PairingEvent& event) {
  std::visit([this](const auto& one) { events_.emplace_back(one); }, event);
}

void Conversation::pass_pairing_on() {
  while (auto event = pairing_.next()) pass_on(*event);
}

void Conversation::add_loss(Direction told, const StreamLoss& loss) {
  const Half& one = half(told);
  BytesLost lost;
  lost.direction = truly(told);
  lost.loss = loss;
  lost.time = one.time;
  lost.mark = one.mark;
  lost.pieces = overlapping(one.pieces, loss.begin, loss.end);
  auto behind = overlapping(one.pieces, loss.end, loss.end + 1);
  if (!behind.empty()) lost.behind = behind.front();
  pairing_.lost(lost.direction);
  events_.emplace_back(std::move(lost));
}

// Says once that no key fits, as soon as it is proven.
void Conversation::judge_key(Direction told) {
  if (told_wrong_key_ || !has_keys_ || standing() == Standing::Recognised) return;
  const Half& one = half(told);
  const bool proven = beginning_ ? one.decoder.position() >= kCipherBlockSize
                                 : one.decoder.gave_up() || one.received >= kPatience;
  if (!proven) return;
  told_wrong_key_ = true;
  events_.emplace_back(WrongKey{truly(told), one.mark});
}

void Conversation::forget_pieces(Half& one) {
  const std::uint64_t decided = one.decoder.undecided_from();
  const std::uint64_t unneeded = one.decoder.position() - one.decoder.buffered();
  std::size_t named = 0;
  std::erase_if(one.pieces, [&](const Piece& piece) {
    if (piece.end <= decided) return true;
    return piece.end <= unneeded && ++named > kNamedPieces;
  });
}

std::optional<ConversationEvent> Conversation::next() {
  if (events_.empty()) return std::nullopt;
  std::optional<ConversationEvent> event(std::move(events_.front()));
  events_.pop_front();
  return event;
}

}  // namespace rscp::inline v0_1
