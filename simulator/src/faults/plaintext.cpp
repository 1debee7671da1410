// SPDX-License-Identifier: MIT
// The second stage: the bytes of the frame are changed before they are encrypted.
#include <algorithm>

#include "stages.hpp"

namespace rscp::simulator {
namespace {

constexpr std::size_t kLengthAt = 16;  // of the length field in a frame

struct Changer {
  ByteBuffer& frame;

  void operator()(const fault::WrongLength& f) const {
    const std::int64_t length = load_le<std::uint16_t>(frame.data() + kLengthAt) + f.by;
    store_le(frame.data() + kLengthAt,
             static_cast<std::uint16_t>(std::clamp<std::int64_t>(length, 0, 65'535)));
  }
  void operator()(const fault::BadMagic&) const { frame[0] ^= 0xFFU; }
  void operator()(const fault::BadCrc&) const { frame.back() ^= 0x55U; }
  // It is sealed without one.
  void operator()(const fault::NoCrc&) const {}
};

}  // namespace

bool has_crc(std::span<const Strike> strikes) { return !struck<fault::NoCrc>(strikes); }

void change_plaintext(ByteBuffer& plaintext, std::span<const Strike> strikes) {
  for (const Strike& strike : strikes) {
    if (const auto* one = std::get_if<PlaintextFault>(&strike.spec->fault)) {
      std::visit(Changer{plaintext}, *one);
    }
  }
}

}  // namespace rscp::simulator
