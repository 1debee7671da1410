// SPDX-License-Identifier: MIT
// The last stage: how the bytes go out, and how the connection ends.
#include <algorithm>

#include "stages.hpp"

namespace rscp::simulator {
namespace {

using std::chrono::milliseconds;

// Cuts at the places a fault names. What is cut already is cut further.
void cut(std::vector<Piece>& pieces, std::size_t at, std::size_t every, milliseconds gap) {
  std::vector<Piece> result;
  std::size_t offset = 0;
  for (Piece& piece : pieces) {
    std::size_t begin = 0;
    milliseconds pause = piece.pause;
    const auto cut_here = [&](std::size_t position) {
      return every != 0 ? position % every == 0 : position == at;
    };
    for (std::size_t i = 1; i <= piece.bytes.size(); ++i) {
      if (i != piece.bytes.size() && !cut_here(offset + i)) continue;
      const auto first = piece.bytes.begin();
      result.push_back({pause, ByteBuffer(first + static_cast<std::ptrdiff_t>(begin),
                                          first + static_cast<std::ptrdiff_t>(i))});
      pause = gap;
      begin = i;
    }
    offset += piece.bytes.size();
  }
  pieces = std::move(result);
}

void keep_first(std::vector<Piece>& pieces, std::size_t count) {
  for (Piece& piece : pieces) {
    const std::size_t kept = std::min(count, piece.bytes.size());
    piece.bytes.resize(kept);
    count -= kept;
  }
  std::erase_if(pieces, [](const Piece& piece) { return piece.bytes.empty(); });
}

struct Deliverer {
  Transmission& transmission;
  Random& random;

  void operator()(const fault::Split& f) const { cut(transmission.pieces, f.at, f.every, f.gap); }
  void operator()(const fault::Drip& f) const { cut(transmission.pieces, 0, f.every, f.gap); }
  void operator()(const fault::Coalesce& f) const { transmission.hold = f.time; }
  void operator()(const fault::Delay& f) const {
    if (transmission.pieces.empty()) return;
    transmission.pieces.front().pause += jittered(f.time, f.jitter, random);
  }
  void operator()(const fault::Stall&) const {
    transmission.pieces.clear();
    transmission.end = Transmission::End::Stalled;
  }
  void operator()(const fault::Truncate& f) const { keep_first(transmission.pieces, f.at); }
  void operator()(const fault::Close& f) const {
    keep_first(transmission.pieces, f.at);
    transmission.end = f.reset ? Transmission::End::Reset : Transmission::End::Fin;
  }
  void operator()(const fault::Reboot& f) const {
    transmission.pieces.clear();
    transmission.reboot = jittered(f.time, f.jitter, random);
    transmission.end = Transmission::End::Reset;
  }
};

}  // namespace

milliseconds jittered(milliseconds time, milliseconds jitter, Random& random) {
  const auto span = static_cast<std::uint64_t>(jitter.count()) + 1;
  return time + milliseconds(static_cast<std::int64_t>(random.below(span)));
}

void deliver(Transmission& transmission, std::span<const Strike> strikes) {
  for (const Strike& strike : strikes) {
    if (const auto* one = std::get_if<DeliveryFault>(&strike.spec->fault)) {
      std::visit(Deliverer{transmission, *strike.random}, *one);
    }
  }
}

}  // namespace rscp::simulator
