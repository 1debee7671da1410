// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/stream_decoder.hpp>

namespace rscp::inline v0_1 {
namespace {

constexpr std::int32_t kNanosecondsPerSecond = 1'000'000'000;

// A search meets random bytes at every offset, so it asks for more than a reader at a known
// boundary does: no reserved bits, a time before the year 36,812, nanoseconds below one second.
bool is_plausible(const FrameHeader& header) {
  return !header.has_reserved_bits() && header.time.seconds >= 0 &&
         header.time.seconds < (std::int64_t{1} << 40) && header.time.nanoseconds >= 0 &&
         header.time.nanoseconds < kNanosecondsPerSecond;
}

bool is_zero(const CipherBlock& block) {
  return std::ranges::all_of(block, [](std::uint8_t byte) { return byte == 0; });
}

std::uint64_t align_up(std::uint64_t offset, std::uint64_t grid) {
  return grid + padded_size(offset - grid);
}

}  // namespace

std::string StreamLoss::message() const {
  const std::string range = "bytes " + std::to_string(begin) + " to " + std::to_string(end);
  switch (reason) {
    case LossReason::NoKeyFits:
      return range + " decrypt to no RSCP frame: wrong passphrase?";
    case LossReason::StartOfCapture:
      return range + ": the capture starts inside a frame or misses the bytes before it";
    case LossReason::Gap:
      return range + " lost: " + std::to_string(missing) + " bytes are missing from the capture";
    case LossReason::OutOfStep:
      return range + ": no frame begins here; damaged bytes or a cipher out of step";
    case LossReason::EndOfStream:
      break;
  }
  std::string text = range + ": the stream ends inside a frame";
  if (needed != 0) {
    text += " of " + std::to_string(needed) + " bytes, " + std::to_string(end - begin) + " there";
  }
  return text;
}

StreamDecoder::StreamDecoder(std::span<const Key> keys, Start start) {
  for (const Key& key : keys) decryptors_.emplace_back(key);
  if (start == Start::Beginning) grid_ = 0;
  if (keys.empty()) state_ = GivenUp{};
}

const std::uint8_t* StreamDecoder::at(std::uint64_t offset) const {
  return buffer_.data() + head_ + (offset - buffer_start_);
}

CipherBlock StreamDecoder::block_at(std::uint64_t offset) const {
  CipherBlock block;
  std::copy_n(at(offset), block.size(), block.begin());
  return block;
}

void StreamDecoder::drop_before(std::uint64_t offset) {
  const std::uint64_t count = std::min<std::uint64_t>(offset - buffer_start_, buffered());
  head_ += count;  // the next feed makes room
  buffer_start_ += count;
}

void StreamDecoder::restart_buffer(std::uint64_t offset) {
  buffer_.clear();
  head_ = 0;
  buffer_start_ = offset;
}

void StreamDecoder::fix_key(std::size_t index) {
  if (!key_ && index < decryptors_.size()) key_ = index;
}

bool StreamDecoder::out_of_step() const {
  const auto* searching = std::get_if<Searching>(&state_);
  if (searching == nullptr) return gave_up() && !decryptors_.empty();
  return searching->reason == LossReason::OutOfStep || searching->reason == LossReason::NoKeyFits;
}

std::uint64_t StreamDecoder::undecided_from() const {
  const auto* at_frame = std::get_if<AtFrame>(&state_);
  if (at_frame != nullptr) return at_frame->begin;
  if (const auto* searching = std::get_if<Searching>(&state_)) return searching->lost_from;
  if (const auto* skipping = std::get_if<Skipping>(&state_)) return skipping->lost_from;
  return std::get<GivenUp>(state_).lost_from;
}

std::optional<std::uint64_t> StreamDecoder::pending_end() const {
  if (const auto* skipping = std::get_if<Skipping>(&state_)) return skipping->end;
  const auto* at_frame = std::get_if<AtFrame>(&state_);
  if (at_frame != nullptr && at_frame->size != 0) return at_frame->begin + at_frame->size;
  return std::nullopt;
}

void StreamDecoder::feed(Bytes ciphertext) {
  if (finished_ || ciphertext.empty()) return;
  if (gave_up()) {  // nothing will be looked for: keep no bytes
    restart_buffer(position() + ciphertext.size());
    return;
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
  buffer_.insert(buffer_.end(), ciphertext.begin(), ciphertext.end());
  while (std::visit([this](auto& state) { return step(state); }, state_)) {
  }
}

bool StreamDecoder::step(GivenUp& /*given_up*/) {
  drop_before(position());
  return false;
}

// Decrypts the block at `offset` with each key that is still possible and reads it as a header. The
// key that gives one is settled.
std::optional<FrameHeader> StreamDecoder::try_header(const CipherBlock& iv, std::uint64_t offset,
                                                     bool strict, CipherBlock& plain) {
  const std::size_t first = key_.value_or(0);
  const std::size_t last = key_ ? *key_ + 1 : decryptors_.size();
  for (std::size_t i = first; i < last; ++i) {
    decryptors_[i].set_iv(iv);
    decryptors_[i].decrypt({at(offset), kCipherBlockSize}, plain.data());
    const auto header = FrameHeader::parse(plain);
    if (header && (!strict || is_plausible(*header))) {
      key_ = i;
      return *header;
    }
  }
  return std::nullopt;
}

bool StreamDecoder::step(AtFrame& at) {
  if (at.size == 0) {
    if (position() < at.begin + kCipherBlockSize) return false;
    // A stream that may have been joined anywhere needs the strict check for its first block too.
    const bool strict = first_ && !grid_;
    const auto header = try_header(at.iv, at.begin, strict, at.first_block);
    if (!header) {
      no_frame_at(at);
      return true;
    }
    if (!grid_) grid_ = at.begin;
    first_ = false;
    at.size = padded_size(header->frame_size());
  }
  if (position() < at.begin + at.size) return false;
  emit_frame(at);
  return true;
}

void StreamDecoder::no_frame_at(const AtFrame& at) {
  const std::uint64_t begin = at.begin;
  if (key_ && !first_ && is_zero(at.first_block)) {
    events_.emplace_back(StreamPadding{begin, begin + kCipherBlockSize});
    state_ = AtFrame{begin + kCipherBlockSize, block_at(begin), 0, {}};
    drop_before(begin + kCipherBlockSize);
    return;
  }
  const LossReason reason = !first_ ? LossReason::OutOfStep
                            : grid_ ? LossReason::NoKeyFits
                                    : LossReason::StartOfCapture;
  first_ = false;
  state_ = Searching{begin, begin + (grid_ ? kCipherBlockSize : 1), reason};
}

void StreamDecoder::emit_frame(AtFrame& at) {
  const std::uint64_t end = at.begin + at.size;
  StreamFrame frame{at.begin, end, ByteBuffer(at.size), *key_};
  std::ranges::copy(at.first_block, frame.plaintext.begin());
  decryptors_[*key_].set_iv(block_at(at.begin));
  decryptors_[*key_].decrypt({this->at(at.begin + kCipherBlockSize), at.size - kCipherBlockSize},
                             frame.plaintext.data() + kCipherBlockSize);
  events_.emplace_back(std::move(frame));
  state_ = AtFrame{end, block_at(end - kCipherBlockSize), 0, {}};
  drop_before(end);
}

bool StreamDecoder::step(Searching& searching) {
  const std::uint64_t stride = grid_ ? kCipherBlockSize : 1;
  std::uint64_t& candidate = searching.candidate;
  // A candidate needs the block before it as its IV.
  candidate = std::max(candidate, buffer_start_ + kCipherBlockSize);
  if (grid_) candidate = align_up(candidate, *grid_);
  CipherBlock plain;
  while (candidate + kCipherBlockSize <= position()) {
    const CipherBlock iv = block_at(candidate - kCipherBlockSize);
    if (try_header(iv, candidate, true, plain)) {
      const bool key_found = searching.reason == LossReason::NoKeyFits;
      lose(searching.lost_from, candidate, key_found ? LossReason::OutOfStep : searching.reason);
      if (!grid_) grid_ = candidate;
      drop_before(candidate);
      state_ = AtFrame{candidate, iv, 0, {}};
      return true;
    }
    candidate += stride;
    searched_ += stride;
    if (!key_ && searched_ >= kSearchLimit) {
      state_ = GivenUp{searching.lost_from};
      return true;
    }
  }
  if (candidate > buffer_start_ + kCipherBlockSize) drop_before(candidate - kCipherBlockSize);
  return false;
}

bool StreamDecoder::step(Skipping& skipping) {
  if (position() < skipping.end) {
    // Only the last block before the end is wanted.
    if (position() > buffer_start_ + kCipherBlockSize) drop_before(position() - kCipherBlockSize);
    return false;
  }
  const std::uint64_t end = skipping.end;
  lose(skipping.lost_from, end, LossReason::Gap, skipping.needed);
  state_ = AtFrame{end, block_at(end - kCipherBlockSize), 0, {}};
  drop_before(end);
  return true;
}

void StreamDecoder::gap(std::uint64_t length) {
  if (finished_ || length == 0) return;
  const std::uint64_t resume = position() + length;
  const std::uint64_t lost_from = undecided_from();
  const auto frame_end = pending_end();
  missing_ += length;
  restart_buffer(resume);
  if (gave_up()) return;
  first_ = false;
  if (frame_end && resume + kCipherBlockSize <= *frame_end) {
    // The frame's end is known and the block before it is still to come.
    const auto* skipping = std::get_if<Skipping>(&state_);
    state_ = Skipping{lost_from, *frame_end,
                      skipping != nullptr ? skipping->needed : *frame_end - lost_from};
    return;
  }
  const auto* searching = std::get_if<Searching>(&state_);
  const bool keep_reason = searching != nullptr && searching->reason != LossReason::NoKeyFits;
  const LossReason reason = keep_reason ? searching->reason : LossReason::Gap;
  state_ = Searching{lost_from, resume + kCipherBlockSize, reason};
}

void StreamDecoder::lose(std::uint64_t begin, std::uint64_t end, LossReason reason,
                         std::uint64_t needed) {
  if (end > begin) events_.emplace_back(StreamLoss{begin, end, reason, missing_, needed});
  missing_ = 0;
}

void StreamDecoder::finish() {
  if (finished_) return;
  finished_ = true;
  const std::uint64_t end = position();
  const std::uint64_t begin = undecided_from();
  if (const auto* at_frame = std::get_if<AtFrame>(&state_)) {
    lose(begin, end, LossReason::EndOfStream, at_frame->size);
  } else if (!key_) {
    lose(begin, end, LossReason::NoKeyFits);
  } else if (const auto* skipping = std::get_if<Skipping>(&state_)) {
    lose(begin, end, LossReason::Gap, skipping->needed);
  } else {
    const auto* searching = std::get_if<Searching>(&state_);
    lose(begin, end, searching != nullptr ? searching->reason : LossReason::NoKeyFits);
  }
}

std::optional<StreamEvent> StreamDecoder::next() {
  if (events_.empty()) return std::nullopt;
  std::optional<StreamEvent> event(std::move(events_.front()));
  events_.pop_front();
  return event;
}

}  // namespace rscp::inline v0_1
