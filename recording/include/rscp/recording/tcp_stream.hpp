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
    /// The next bytes of the stream, which came with one packet: its number and its time. Of bytes
    /// that came several times it is the first one.
    std::function<void(Bytes, std::uint64_t packet, std::int64_t time)> data;
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

  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  struct Tracker;
  // A packet that brought bytes of the stream which are not delivered yet.
  struct Arrival {
    std::uint64_t begin;
    std::uint64_t end;
    std::uint64_t packet;
    std::int64_t time;
  };
  void deliver();
  [[nodiscard]] Arrival first_to_bring(std::uint64_t offset) const;
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
