// SPDX-License-Identifier: MIT
// What the two directions of a connection bring, in the order of the packets. A direction with a
// hole is delivered late, when the hole is filled or given up; meanwhile what the other one brings
// has to wait, or an answer would seem to come after requests that followed it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include <rscp/bytes.hpp>
#include <rscp/direction.hpp>

namespace rscp::recording {

class PacketOrder {
 public:
  /// Bytes that a packet brought, and how many are missing in front of them.
  struct Piece {
    Direction direction{};
    std::uint64_t missing = 0;
    Bytes bytes;
    std::uint64_t packet = 0;
    std::int64_t time = 0;
  };

  void missing(Direction direction, std::uint64_t length) {
    missing_.at(index_of(direction)) += length;
  }

  /// Calls `tell` with the piece at once if no packet before it is waited for, else keeps it.
  template <class Tell>
  void add(Piece piece, std::optional<std::uint64_t> waiting_since, const Tell& tell) {
    // A packet that came too early is told behind those that fill the hole before it.
    std::uint64_t& last = last_.at(index_of(piece.direction));
    last = std::max(last, piece.packet);
    piece.missing = std::exchange(missing_.at(index_of(piece.direction)), 0);
    if (kept_.empty() && (!waiting_since || last < *waiting_since)) {
      tell(piece);
    } else {
      kept_.emplace(last, Kept{piece, ByteBuffer(piece.bytes.begin(), piece.bytes.end())});
    }
  }

  /// Tells what was kept and is not waiting any more.
  template <class Tell>
  void release(std::optional<std::uint64_t> waiting_since, const Tell& tell) {
    while (!kept_.empty() && (!waiting_since || kept_.begin()->first < *waiting_since)) {
      const auto node = kept_.extract(kept_.begin());
      Piece piece = node.mapped().piece;
      piece.bytes = node.mapped().bytes;
      tell(piece);
    }
  }

  /// Missing bytes that nothing came behind.
  std::uint64_t missing_at_end(Direction direction) {
    return std::exchange(missing_.at(index_of(direction)), 0);
  }

 private:
  struct Kept {
    Piece piece;
    ByteBuffer bytes;
  };
  std::array<std::uint64_t, 2> missing_{};
  std::array<std::uint64_t, 2> last_{};
  std::multimap<std::uint64_t, Kept> kept_;
};

}  // namespace rscp::recording
