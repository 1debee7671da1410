// SPDX-License-Identifier: MIT
// One direction of a TCP connection: segments in any order become bytes in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <rscp/recording/packet_parser.hpp>

namespace rscp::recording {

/// Puts segments in order with libtins' DataTracker and decides when bytes are lost for good.
class TcpStream {
 public:
  struct Handlers {
    std::function<void(Bytes)> data;         ///< the next bytes of the stream
    std::function<void(std::uint64_t)> gap;  ///< the next so many bytes are lost
  };

  /// `first` is the sequence number of the first byte.
  TcpStream(std::uint32_t first, Handlers handlers);
  ~TcpStream();
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  void add(const TcpSegment& segment, const Packet& packet);
  /// The other side acknowledged everything before `sequence`.
  void acknowledged(std::uint32_t sequence, const Packet& packet);
  /// Called for every packet of the connection: gives up on bytes that do not come any more.
  void tick(const Packet& packet);
  /// Nothing comes any more: what is buffered is delivered, with gaps before it.
  void finish();

  /// Whether a segment with this sequence number can belong to this stream at all; a port that is
  /// used again has another one.
  [[nodiscard]] bool is_near(std::uint32_t sequence) const;
  /// The first packet that waits behind missing bytes.
  [[nodiscard]] std::optional<std::uint64_t> waiting_since() const;

  /// A packet that brought bytes of the stream.
  struct Arrival {
    std::uint64_t begin;  ///< offset in the stream
    std::uint64_t end;
    std::uint64_t packet;
    std::int64_t time;
  };
  /// The packets that brought bytes [begin, end), each byte counted for the first one to bring it.
  [[nodiscard]] std::vector<Arrival> arrivals(std::uint64_t begin, std::uint64_t end) const;
  /// Forgets arrivals of bytes before `decided`, and of those before `unneeded` all but the first
  /// few: a long stretch of bytes that give no frame need not name every packet.
  void forget(std::uint64_t decided, std::uint64_t unneeded);

  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  struct Tracker;
  void deliver();
  void skip_hole();
  [[nodiscard]] std::int64_t distance(std::uint32_t sequence) const;
  [[nodiscard]] std::optional<std::uint32_t> first_buffered() const;

  Handlers handlers_;
  std::unique_ptr<Tracker> tracker_;
  std::uint64_t position_ = 0;  // stream offset of the next byte to deliver
  std::vector<Arrival> arrivals_;
  std::optional<std::uint32_t> acknowledged_;
  std::optional<std::uint32_t> fin_;
  std::optional<std::uint32_t> highest_;  // end of the furthest segment, cut bytes included
  bool captured_ = false;                 // at least one packet of this direction
  std::uint64_t packets_ = 0;             // of the connection, counted by tick

  struct Hole {
    std::uint64_t first_packet;  // that waits
    std::int64_t since;          // its time
    std::uint64_t packets;       // packets_ then
    std::optional<std::uint64_t> packets_at_ack;
  };
  std::optional<Hole> hole_;
};

}  // namespace rscp::recording
