// SPDX-License-Identifier: MIT
// From a link-layer packet to a TCP segment.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <rscp/bytes.hpp>
#include <rscp/recording/address.hpp>
#include <rscp/recording/capture_file.hpp>

namespace rscp::recording {

/// Where the IP packet begins, and how many of its bytes there are.
struct NetworkLayer {
  Bytes bytes;
  bool v6 = false;
};

/// Passes Ethernet with any number of VLAN tags, Linux cooked v1 and v2, BSD loopback and raw IP.
/// Nothing for other protocols and for packets cut short before IP begins.
std::optional<NetworkLayer> network_layer(int link_type, Bytes packet);

/// Whether network_layer knows this DLT_ number.
bool is_supported_link_type(int link_type);

struct TcpSegment {
  Endpoint source;
  Endpoint destination;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;  ///< meaningful if `ack`
  bool syn = false;
  bool fin = false;
  bool rst = false;
  bool ack = false;
  ByteBuffer payload;
  std::size_t cut = 0;  ///< payload bytes behind these that the capture's snap length cut off
};

/// Parses IP and TCP with libtins; joins IPv4 fragments.
class PacketParser {
 public:
  explicit PacketParser(int link_type);
  PacketParser(PacketParser&&) noexcept;
  PacketParser& operator=(PacketParser&&) noexcept;
  ~PacketParser();

  /// The TCP segment in the packet, or that the packet completes; nothing if it has none.
  std::optional<TcpSegment> parse(const Packet& packet);

  /// Packets that should have held TCP but were too short or malformed.
  [[nodiscard]] std::uint64_t malformed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
