// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>

#include <rscp/connection/seal.hpp>
#include <rscp/crc.hpp>
#include <rscp/frame.hpp>

namespace rscp {
namespace {

constexpr std::int32_t kMicrosecond = 1'000;
constexpr std::int32_t kSecond = 1'000'000'000;

}  // namespace

Timestamp frame_time_now() {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())
                       .time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return {seconds.count(), static_cast<std::int32_t>((now - seconds).count()) * kMicrosecond};
}

Result<ByteBuffer> seal_frame(std::span<const Value> values, Timestamp time, bool with_crc) {
  auto data = encode_values(values);
  if (!data) return failure(ErrorKind::Invalid, data.error());
  if (data->size() > kMaxFrameData) {
    return failure(ErrorKind::Invalid, "the values take " + std::to_string(data->size()) +
                                           " bytes, a frame holds " +
                                           std::to_string(kMaxFrameData));
  }
  FrameHeader header;
  header.control = with_crc ? kControlWithCrc : kControlWithoutCrc;
  header.time = time;
  header.length = static_cast<std::uint16_t>(data->size());
  ByteBuffer frame(header.frame_size());
  std::ranges::copy(*data, frame.begin() + kFrameHeaderSize);
  const std::size_t crc_at = kFrameHeaderSize + data->size();
  for (;;) {
    header.write(frame.data());
    if (!with_crc) return frame;
    store_le(frame.data() + crc_at, crc32({frame.data(), crc_at}));
    if (frame.back() != 0) return frame;
    header.time.nanoseconds = (header.time.nanoseconds + kMicrosecond) % kSecond;
  }
}

}  // namespace rscp
