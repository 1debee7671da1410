// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/stream_decoder.hpp>

namespace rscp {
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

StreamDecoder::StreamDecoder(std::span<const Key> keys, Start start)
    : beginning_(true), aligned_(start == Start::Beginning) {
  for (const Key& key : keys) decryptors_.emplace_back(key);
  if (keys.empty()) state_ = State::GivenUp;
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

std::optional<std::uint64_t> StreamDecoder::pending_end() const {
  if (state_ == State::Skipping) return skip_to_;
  if (state_ == State::AtFrame && frame_size_ != 0) return next_ + frame_size_;
  return std::nullopt;
}

void StreamDecoder::feed(Bytes ciphertext) {
  if (finished_ || ciphertext.empty()) return;
  if (state_ == State::GivenUp) {  // nothing will be looked for: keep no bytes
    restart_buffer(position() + ciphertext.size());
    return;
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
  buffer_.insert(buffer_.end(), ciphertext.begin(), ciphertext.end());
  while (step()) {
  }
}

bool StreamDecoder::step() {
  switch (state_) {
    case State::AtFrame:
      return step_at_frame();
    case State::Searching:
      return step_searching();
    case State::Skipping:
      return step_skipping();
    case State::GivenUp:
      break;
  }
  drop_before(position());
  return false;
}

// Decrypts one block with each key that is still possible and reads it as a header. The key that
// gives one is settled.
std::optional<FrameHeader> StreamDecoder::try_header(const CipherBlock& iv,
                                                     const std::uint8_t* block, bool strict) {
  const std::size_t first = key_.value_or(0);
  const std::size_t last = key_ ? *key_ + 1 : decryptors_.size();
  for (std::size_t i = first; i < last; ++i) {
    decryptors_[i].set_iv(iv);
    decryptors_[i].decrypt({block, kCipherBlockSize}, plain_block_.data());
    const auto header = FrameHeader::parse(plain_block_);
    if (header && (!strict || is_plausible(*header))) {
      key_ = i;
      return *header;
    }
  }
  return std::nullopt;
}

bool StreamDecoder::step_at_frame() {
  if (frame_size_ == 0) {
    if (position() < next_ + kCipherBlockSize) return false;
    // A stream that may have been joined anywhere needs the strict check for its first block too.
    const bool strict = beginning_ && !aligned_;
    const auto header = try_header(iv_, at(next_), strict);
    if (!header) {
      if (key_ && !beginning_ && is_zero(plain_block_)) {
        events_.emplace_back(StreamPadding{next_, next_ + kCipherBlockSize});
        iv_ = block_at(next_);
        next_ += kCipherBlockSize;
        drop_before(next_);
        return true;
      }
      const LossReason reason = !beginning_ ? LossReason::OutOfStep
                                : aligned_  ? LossReason::NoKeyFits
                                            : LossReason::StartOfCapture;
      lost_from_ = next_;
      start_search(next_ + (aligned_ ? kCipherBlockSize : 1), reason);
      return true;
    }
    if (!aligned_) {
      aligned_ = true;
      grid_ = next_;
    }
    beginning_ = false;
    frame_size_ = padded_size(header->frame_size());
  }
  if (position() < next_ + frame_size_) return false;
  emit_frame(frame_size_);
  return true;
}

void StreamDecoder::emit_frame(std::size_t size) {
  StreamFrame frame{next_, next_ + size, ByteBuffer(size), *key_};
  // The first block is what try_header left behind.
  std::ranges::copy(plain_block_, frame.plaintext.begin());
  decryptors_[*key_].set_iv(block_at(next_));
  decryptors_[*key_].decrypt({at(next_ + kCipherBlockSize), size - kCipherBlockSize},
                             frame.plaintext.data() + kCipherBlockSize);
  iv_ = block_at(next_ + size - kCipherBlockSize);
  events_.emplace_back(std::move(frame));
  next_ += size;
  frame_size_ = 0;
  drop_before(next_);
}

void StreamDecoder::start_search(std::uint64_t first_candidate, LossReason reason) {
  state_ = State::Searching;
  reason_ = reason;
  beginning_ = false;
  frame_size_ = 0;
  next_ = first_candidate;
}

bool StreamDecoder::step_searching() {
  const std::uint64_t stride = aligned_ ? kCipherBlockSize : 1;
  // A candidate needs the block before it as its IV.
  next_ = std::max(next_, buffer_start_ + kCipherBlockSize);
  if (aligned_) next_ = align_up(next_, grid_);
  while (next_ + kCipherBlockSize <= position()) {
    const CipherBlock iv = block_at(next_ - kCipherBlockSize);
    if (try_header(iv, at(next_), true)) {
      lose(lost_from_, next_, reason_ == LossReason::NoKeyFits ? LossReason::OutOfStep : reason_);
      if (!aligned_) {
        aligned_ = true;
        grid_ = next_;
      }
      iv_ = iv;
      state_ = State::AtFrame;
      drop_before(next_);
      return true;
    }
    next_ += stride;
    searched_ += stride;
    if (!key_ && searched_ >= kSearchLimit) {
      state_ = State::GivenUp;
      reason_ = LossReason::NoKeyFits;
      return true;
    }
  }
  if (next_ > buffer_start_ + kCipherBlockSize) drop_before(next_ - kCipherBlockSize);
  return false;
}

bool StreamDecoder::step_skipping() {
  if (position() < skip_to_) {
    // Only the last block before the end is wanted.
    if (position() > buffer_start_ + kCipherBlockSize) drop_before(position() - kCipherBlockSize);
    return false;
  }
  lose(lost_from_, skip_to_, LossReason::Gap);
  iv_ = block_at(skip_to_ - kCipherBlockSize);
  next_ = skip_to_;
  state_ = State::AtFrame;
  drop_before(next_);
  return true;
}

void StreamDecoder::gap(std::uint64_t length) {
  if (finished_ || length == 0) return;
  const std::uint64_t resume = position() + length;
  if (state_ == State::GivenUp) {
    missing_ += length;
    restart_buffer(resume);
    return;
  }
  const bool in_frame = state_ == State::AtFrame && frame_size_ != 0;
  const std::uint64_t frame_end = in_frame ? next_ + frame_size_ : skip_to_;
  const bool end_known = in_frame || state_ == State::Skipping;
  if (state_ == State::AtFrame) lost_from_ = next_;
  missing_ += length;
  restart_buffer(resume);
  if (end_known && resume + kCipherBlockSize <= frame_end) {
    // The frame's end is known and the block before it is still to come.
    needed_ = in_frame ? frame_size_ : needed_;
    skip_to_ = frame_end;
    frame_size_ = 0;
    state_ = State::Skipping;
    return;
  }
  const bool keep_reason = state_ == State::Searching && reason_ != LossReason::NoKeyFits;
  start_search(resume + kCipherBlockSize, keep_reason ? reason_ : LossReason::Gap);
}

void StreamDecoder::lose(std::uint64_t begin, std::uint64_t end, LossReason reason) {
  if (end > begin) events_.emplace_back(StreamLoss{begin, end, reason, missing_, needed_});
  missing_ = 0;
  needed_ = 0;
}

void StreamDecoder::finish() {
  if (finished_) return;
  finished_ = true;
  const std::uint64_t end = position();
  if (state_ == State::AtFrame) {
    needed_ = frame_size_;
    lose(next_, end, LossReason::EndOfStream);
  } else {
    const bool undecided = !key_ && reason_ != LossReason::EndOfStream;
    const LossReason reason = undecided                   ? LossReason::NoKeyFits
                              : state_ == State::Skipping ? LossReason::Gap
                                                          : reason_;
    lose(lost_from_, end, reason);
  }
}

std::optional<StreamEvent> StreamDecoder::next() {
  if (events_.empty()) return std::nullopt;
  std::optional<StreamEvent> event(std::move(events_.front()));
  events_.pop_front();
  return event;
}

}  // namespace rscp
