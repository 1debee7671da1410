// SPDX-License-Identifier: MIT
// A frame: header, values, checksum, padding. All of it plaintext; see cipher.hpp.
#pragma once

#include <array>
#include <optional>

#include <rscp/bytes.hpp>
#include <rscp/decode_error.hpp>
#include <rscp/item.hpp>
#include <rscp/protocol.hpp>
#include <rscp/scalar.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

struct FrameHeader {
  std::uint16_t control = kControlWithCrc;
  Timestamp time;            ///< UTC by the sender's clock; neither side checks it
  std::uint16_t length = 0;  ///< bytes of the data part

  [[nodiscard]] bool has_crc() const { return (control & kControlCrcBit) != 0; }
  [[nodiscard]] unsigned version() const { return (control & kControlVersionMask) >> 8U; }
  [[nodiscard]] bool has_reserved_bits() const { return (control & kControlReservedMask) != 0; }
  /// Header, data and checksum, without padding.
  [[nodiscard]] std::size_t frame_size() const {
    return kFrameHeaderSize + length + (has_crc() ? kCrcSize : 0);
  }

  /// Reads the 18 header bytes. Fails if there are fewer, if the magic is not E3 DC, or if the
  /// version is not 1; reserved bits are tolerated.
  static Decoded<FrameHeader> parse(Bytes plaintext);
  void write(std::uint8_t* to) const;  ///< kFrameHeaderSize bytes
};

enum class CrcStatus : std::uint8_t { Ok, Absent, Bad };
std::string_view name_of(CrcStatus status);  ///< "ok", "absent", "bad"

/// A frame over the caller's buffer. Nothing is allocated.
struct FrameView {
  FrameHeader header;
  Bytes data;
  Bytes padding;  ///< what the buffer holds behind the frame
  CrcStatus crc = CrcStatus::Absent;
  std::uint32_t stored_crc = 0;    ///< 0 if absent
  std::uint32_t computed_crc = 0;  ///< 0 if absent

  /// Fails as FrameHeader::parse does, and if the buffer ends before the frame. A wrong checksum
  /// is not a failure: see `crc`.
  static Decoded<FrameView> parse(Bytes plaintext);
  [[nodiscard]] ItemReader items() const { return ItemReader(data, kFrameHeaderSize); }
};

/// A frame with its values.
struct Frame {
  std::uint16_t control = kControlWithCrc;
  Timestamp time;
  std::vector<Value> values;
  ByteBuffer trailing;                      ///< data bytes behind the last whole item
  std::optional<std::uint32_t> stored_crc;  ///< as read; encode() computes it unless told
  ByteBuffer padding;                       ///< as read
  CrcStatus crc = CrcStatus::Absent;        ///< as read

  /// The frame and the faults inside its data.
  struct WithErrors;
  static Decoded<WithErrors> parse(Bytes plaintext);
  /// The same of a frame that was parsed already.
  static WithErrors from(const FrameView& view);

  enum class Checksum : std::uint8_t {
    Compute,  ///< what a sender does
    AsRead,   ///< the stored one, right or wrong: gives back the bytes that were parsed
  };
  /// Header, data and checksum. The padding is the cipher's business and not included.
  /// Fails if the values do not fit 65,535 bytes.
  [[nodiscard]] Result<ByteBuffer> encode(Checksum checksum = Checksum::Compute) const;
};

struct Frame::WithErrors {
  Frame frame;
  std::vector<DecodeError> errors;
};

/// Header, values and checksum as a careful sender writes them. The nanoseconds are nudged by a
/// microsecond until the last byte of the checksum is not zero: python-e3dc and others take zeros
/// at the end for padding and then find the frame damaged. Invalid if the values do not fit 65,535
/// bytes.
Result<ByteBuffer> seal_frame(std::span<const Value> values, Timestamp time, bool with_crc = true);

}  // namespace rscp::inline v0_1
