// SPDX-License-Identifier: MIT
// The input is a list of packets: length, link-layer bytes. What reads files is libpcap's.
#include <algorithm>

#include "expect.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/record_writer.hpp>

using namespace rscp;
using namespace rscp::recording;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  constexpr int kLinkTypes[] = {1, 113, 276, 101, 0};
  KeyTable keys;
  keys.add({std::nullopt, std::nullopt, Key::from_passphrase("fuzz").value()});
  std::uint64_t frames = 0;
  CaptureDecoder decoder(std::move(keys), {}, kLinkTypes[data[0] % 5], [&](FrameRecord&& record) {
    if (record.frame() != nullptr) expect(record.frame()->number == ++frames);
    expect(!to_json(record, {}).dump().empty());
  });
  Bytes rest(data + 1, size - 1);
  Packet packet;
  while (rest.size() >= 2) {
    const std::size_t length =
        std::min<std::size_t>(load_le<std::uint16_t>(rest.data()), rest.size() - 2);
    ++packet.number;
    packet.time += 1000;
    packet.bytes = rest.subspan(2, length);
    packet.original_size = length;
    decoder.add(packet);
    rest = rest.subspan(2 + length);
  }
  decoder.finish();
  expect(decoder.statistics().frames == frames);
  return 0;
}
