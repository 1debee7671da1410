// SPDX-License-Identifier: MIT
#include <rscp/crc.hpp>
#include <rscp/frame.hpp>

namespace rscp {

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

std::expected<ByteBuffer, std::string> Frame::encode(Checksum checksum) const {
  auto data = encode_values(values, trailing);
  if (!data) return std::unexpected(std::move(data.error()));
  if (data->size() > kMaxFrameData) {
    return std::unexpected("frame data of " + std::to_string(data->size()) +
                           " bytes; a frame holds 65535 at most");
  }
  FrameHeader header{control, time, static_cast<std::uint16_t>(data->size())};
  ByteBuffer plaintext(kFrameHeaderSize);
  plaintext.reserve(header.frame_size());
  header.write(plaintext.data());
  plaintext.insert(plaintext.end(), data->begin(), data->end());
  if (header.has_crc()) {
    const std::uint32_t checksum_value =
        checksum == Checksum::AsRead && stored_crc ? *stored_crc : crc32(plaintext);
    plaintext.resize(plaintext.size() + kCrcSize);
    store_le(plaintext.data() + plaintext.size() - kCrcSize, checksum_value);
  }
  return plaintext;
}

}  // namespace rscp
