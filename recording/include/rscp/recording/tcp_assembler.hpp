// SPDX-License-Identifier: MIT
// The TCP connections of a capture.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <rscp/direction.hpp>
#include <rscp/recording/tcp_stream.hpp>

namespace rscp::recording {

/// What becomes of one connection's bytes. One object per connection.
class ConnectionSink {
 public:
  virtual ~ConnectionSink() = default;
  /// The next bytes of a direction, with the number and the time of the packet that brought them.
  virtual void data(Direction direction, Bytes bytes, std::uint64_t packet, std::int64_t time) = 0;
  virtual void gap(Direction direction, std::uint64_t length) = 0;
  /// All that a packet of the connection brought about has been told.
  virtual void packet_done() = 0;
  virtual void closed() = 0;
};

/// Which side ended a connection first, and how.
struct ConnectionEnd {
  Direction by{};      ///< Request: the client, Answer: the device
  bool reset = false;  ///< RST instead of FIN
};

class TcpConnection {
 public:
  std::uint64_t index = 0;  ///< among all TCP connections of the capture, as Wireshark's tcp.stream
  Endpoint client;
  Endpoint server;
  bool beginning = false;  ///< the handshake was seen
  std::optional<ConnectionEnd> end;

  [[nodiscard]] const TcpStream* stream(Direction direction) const {
    return streams_[static_cast<std::size_t>(direction)].get();
  }
  [[nodiscard]] TcpStream* stream(Direction direction) {
    return streams_[static_cast<std::size_t>(direction)].get();
  }
  /// The first packet of either direction that waits behind missing bytes.
  [[nodiscard]] std::optional<std::uint64_t> waiting_since() const;
  [[nodiscard]] std::uint64_t last_packet() const { return last_packet_; }
  [[nodiscard]] std::int64_t last_time() const { return last_time_; }

 private:
  friend class TcpAssembler;
  std::unique_ptr<TcpStream> streams_[2];
  std::unique_ptr<ConnectionSink> sink_;
  std::optional<std::uint32_t> syn_[2];
  std::optional<std::uint32_t> acked_[2];  // by the other side, before the stream's first segment
  bool fin_[2] = {};
  bool reset_ = false;
  std::uint64_t last_packet_ = 0;
  std::int64_t last_time_ = 0;

  [[nodiscard]] bool over() const { return reset_ || (fin_[0] && fin_[1]); }
};

class TcpAssembler {
 public:
  /// Makes the sink of a new connection; null if nobody wants its bytes.
  using SinkFactory = std::function<std::unique_ptr<ConnectionSink>(TcpConnection&)>;

  /// `server_ports` tell client from server where the handshake was not captured.
  TcpAssembler(std::set<std::uint16_t> server_ports, SinkFactory factory);
  ~TcpAssembler();

  void add(const TcpSegment& segment, const Packet& packet);
  /// The capture ends: every connection is finished, in the order they began.
  void finish();

  /// The oldest packet that waits behind missing bytes in any connection.
  [[nodiscard]] std::optional<std::uint64_t> waiting_since() const;

  /// Connections followed at the same time; the one idle longest makes room for a new one.
  static constexpr std::size_t kMaxConnections = 4096;

 private:
  using Key = std::pair<Endpoint, Endpoint>;  // the smaller one first
  using Order = std::list<Key>;               // idle longest first
  struct Entry {
    std::unique_ptr<TcpConnection> connection;
    Order::iterator place;
  };

  TcpConnection& open(const Key& key, const TcpSegment& segment);
  void close(std::map<Key, Entry>::iterator entry);
  TcpStream& stream(TcpConnection& connection, Direction direction, std::uint32_t first);
  [[nodiscard]] bool starts_anew(const TcpConnection& connection, const TcpSegment& segment) const;
  void note_flags(TcpConnection& connection, Direction direction, const TcpSegment& segment);

  std::set<std::uint16_t> server_ports_;
  SinkFactory factory_;
  std::map<Key, Entry> connections_;
  Order order_;
  std::set<const TcpConnection*> waiting_;  // with bytes behind missing ones
  std::uint64_t next_index_ = 0;
};

}  // namespace rscp::recording
