// SPDX-License-Identifier: MIT
// The input is a script: encrypt these bytes, feed them in pieces, skip some. Every byte must come
// out in exactly one event.
#include <algorithm>

#include "expect.hpp"
#include <rscp/stream_decoder.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const Key key = Key::from_passphrase("fuzz").value();
  const auto start =
      (data[0] & 1) != 0 ? StreamDecoder::Start::Beginning : StreamDecoder::Start::Unknown;
  const bool encrypted = (data[0] & 2) != 0;
  const std::size_t skipped = data[0] >> 4U;
  StreamDecoder decoder({&key, 1}, start);
  Bytes script(data + 1, size - 1);
  ByteBuffer stream(script.begin(), script.end());
  if (encrypted) stream = Encryptor(key).encrypt(stream);
  Bytes rest(stream);
  rest = rest.subspan(std::min(skipped, rest.size()));
  // Piece sizes and gaps are taken from the plaintext itself.
  std::size_t step = 0;
  std::uint64_t fed = 0;
  while (!rest.empty()) {
    const std::uint8_t control = script[step++ % script.size()];
    const std::size_t count = std::min<std::size_t>(1 + control, rest.size());
    if (control % 16 == 15) {
      decoder.gap(count);
    } else {
      decoder.feed(rest.first(count));
    }
    fed += count;
    rest = rest.subspan(count);
    expect(decoder.position() == fed);
  }
  decoder.finish();
  std::uint64_t at = 0;
  while (const auto event = decoder.next()) {
    std::visit(
        [&](const auto& e) {
          expect(e.begin == at && e.end > e.begin);
          at = e.end;
        },
        *event);
  }
  expect(at == fed);
  return 0;
}
