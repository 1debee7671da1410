// SPDX-License-Identifier: MIT
#include <algorithm>

#include "write_values.hpp"
#include <rscp/crc.hpp>
#include <rscp/frame.hpp>

namespace rscp::inline v0_1 {

std::string_view name_of(CrcStatus status) {
  switch (status) {
    case CrcStatus::Ok:
      return "ok";
    case CrcStatus::Absent:
      return "absent";
    case CrcStatus::Bad:
      break;
  }
  return "bad";
}

Decoded<FrameHeader> FrameHeader::parse(Bytes plaintext) {
  if (plaintext.size() < kFrameHeaderSize) {
    return std::unexpected(
        DecodeError{DecodeErrorCode::HeaderTruncated, 0, kFrameHeaderSize, plaintext.size(), {}});
  }
  const std::uint8_t* data = plaintext.data();
  const auto magic = load_le<std::uint16_t>(data);
  if (magic != kMagic) {
    return std::unexpected(DecodeError{DecodeErrorCode::BadMagic, 0, kMagic, magic, {}});
  }
  FrameHeader header;
  header.control = load_le<std::uint16_t>(data + 2);
  header.time = {load_le<std::int64_t>(data + 4), load_le<std::int32_t>(data + 12)};
  header.length = load_le<std::uint16_t>(data + 16);
  if (header.version() != 1) {
    return std::unexpected(DecodeError{DecodeErrorCode::BadVersion, 2, 1, header.version(), {}});
  }
  return header;
}

void FrameHeader::write(std::uint8_t* to) const {
  store_le(to, kMagic);
  store_le(to + 2, control);
  store_le(to + 4, time.seconds);
  store_le(to + 12, time.nanoseconds);
  store_le(to + 16, length);
}

Decoded<FrameView> FrameView::parse(Bytes plaintext) {
  const auto header = FrameHeader::parse(plaintext);
  if (!header) return std::unexpected(header.error());
  const std::size_t size = header->frame_size();
  if (plaintext.size() < size) {
    return std::unexpected(
        DecodeError{DecodeErrorCode::FrameTruncated, 0, size, plaintext.size(), {}});
  }
  FrameView frame;
  frame.header = *header;
  frame.data = plaintext.subspan(kFrameHeaderSize, header->length);
  frame.padding = plaintext.subspan(size);
  if (header->has_crc()) {
    frame.stored_crc = load_le<std::uint32_t>(plaintext.data() + size - kCrcSize);
    frame.computed_crc = crc32(plaintext.first(size - kCrcSize));
    frame.crc = frame.stored_crc == frame.computed_crc ? CrcStatus::Ok : CrcStatus::Bad;
  }
  return frame;
}

Decoded<Frame::WithErrors> Frame::parse(Bytes plaintext) {
  const auto view = FrameView::parse(plaintext);
  if (!view) return std::unexpected(view.error());
  return from(*view);
}

Frame::WithErrors Frame::from(const FrameView& view) {
  WithErrors result;
  Frame& frame = result.frame;
  frame.control = view.header.control;
  frame.time = view.header.time;
  frame.crc = view.crc;
  frame.padding.assign(view.padding.begin(), view.padding.end());
  if (view.crc != CrcStatus::Absent) frame.stored_crc = view.stored_crc;
  if (view.crc == CrcStatus::Bad) {
    result.errors.push_back({DecodeErrorCode::BadCrc,
                             kFrameHeaderSize + view.header.length,
                             view.computed_crc,
                             view.stored_crc,
                             {}});
  }
  if (view.header.has_reserved_bits()) {
    result.errors.push_back({DecodeErrorCode::ReservedBits, 2, kControlWithCrc, frame.control, {}});
  }
  DecodedValues decoded = decode_values(view.data, kFrameHeaderSize);
  frame.values = std::move(decoded.values);
  frame.trailing = std::move(decoded.trailing);
  result.errors.insert(result.errors.end(), std::make_move_iterator(decoded.errors.begin()),
                       std::make_move_iterator(decoded.errors.end()));
  return result;
}

namespace {

constexpr std::int32_t kMicrosecond = 1'000;
constexpr std::int32_t kSecond = 1'000'000'000;

// The one writer of frames: everything but the checksum, straight into one buffer that has room for
// the cipher's padding.
Result<ByteBuffer> write_frame(FrameHeader header, std::span<const Value> values, Bytes trailing) {
  const auto size = size_of_values(values);
  if (!size) return std::unexpected(size.error());
  const std::size_t data = *size + trailing.size();
  if (data > kMaxFrameData) {
    return failure(ErrorKind::Invalid, "frame data of " + std::to_string(data) +
                                           " bytes; a frame holds " +
                                           std::to_string(kMaxFrameData) + " at most");
  }
  header.length = static_cast<std::uint16_t>(data);
  ByteBuffer frame;
  frame.reserve(padded_size(header.frame_size()));
  frame.resize(header.frame_size());
  header.write(frame.data());
  std::ranges::copy(trailing, write_values(values, frame.data() + kFrameHeaderSize));
  return frame;
}

std::uint32_t computed_crc(Bytes frame) { return crc32(frame.first(frame.size() - kCrcSize)); }

void store_crc(ByteBuffer& frame, std::uint32_t crc) {
  store_le(frame.data() + frame.size() - kCrcSize, crc);
}

}  // namespace

Result<ByteBuffer> Frame::encode(Checksum checksum) const {
  const FrameHeader header{control, time};
  auto frame = write_frame(header, values, trailing);
  if (frame && header.has_crc()) {
    const bool as_read = checksum == Checksum::AsRead && stored_crc;
    store_crc(*frame, as_read ? *stored_crc : computed_crc(*frame));
  }
  return frame;
}

Result<ByteBuffer> seal_frame(std::span<const Value> values, Timestamp time, bool with_crc) {
  FrameHeader header{with_crc ? kControlWithCrc : kControlWithoutCrc, time};
  auto frame = write_frame(header, values, {});
  if (!frame || !with_crc) return frame;
  header = FrameHeader::parse(*frame).value();
  while (store_crc(*frame, computed_crc(*frame)), frame->back() == 0) {
    header.time.nanoseconds = (header.time.nanoseconds + kMicrosecond) % kSecond;
    header.write(frame->data());
  }
  return frame;
}

}  // namespace rscp::inline v0_1
