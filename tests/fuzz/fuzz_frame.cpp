// SPDX-License-Identifier: MIT
// Whatever parses as a frame encodes to the same bytes. A custom mutator keeps length and checksum
// true, so that the fuzzer gets past the header.
#include <algorithm>

#include "expect.hpp"
#include <rscp/crc.hpp>
#include <rscp/frame.hpp>

using namespace rscp;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, max);
  // One time in four the fault stays.
  if (seed % 4 == 0 || size < kFrameHeaderSize + kCrcSize) return size;
  FrameHeader header;
  header.time = {load_le<std::int64_t>(data + 4), load_le<std::int32_t>(data + 12)};
  header.length = static_cast<std::uint16_t>(
      std::min<std::size_t>(size - kFrameHeaderSize - kCrcSize, kMaxFrameData));
  header.write(data);
  const std::size_t end = kFrameHeaderSize + header.length;
  store_le(data + end, crc32({data, end}));
  return end + kCrcSize;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const auto parsed = Frame::parse(bytes);
  if (!parsed) {
    expect(!parsed.error().message().empty());
    return 0;
  }
  auto encoded = parsed->frame.encode(Frame::Checksum::AsRead).value();
  encoded.insert(encoded.end(), parsed->frame.padding.begin(), parsed->frame.padding.end());
  expect(std::ranges::equal(encoded, bytes));
  const auto view = FrameView::parse(bytes);
  ItemReader items = view->items();
  while (items.next()) {
  }
  expect(items.fault().has_value() == !items.rest().empty());
  return 0;
}
