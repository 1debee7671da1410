// SPDX-License-Identifier: MIT
#include <algorithm>

#include <tins/exceptions.h>
#include <tins/ip.h>
#include <tins/ip_reassembler.h>
#include <tins/ipv6.h>
#include <tins/rawpdu.h>
#include <tins/tcp.h>

#include <rscp/recording/packet_parser.hpp>

namespace rscp::recording {
namespace {

Address address_of(const Tins::IPv4Address& from) {
  Address address;
  const std::uint32_t bits = from;  // network order in memory
  std::memcpy(address.bytes.data(), &bits, sizeof bits);
  return address;
}

Address address_of(const Tins::IPv6Address& from) {
  Address address;
  address.v6 = true;
  std::copy(from.begin(), from.end(), address.bytes.begin());
  return address;
}

// What of the IP packet was captured, and what there was on the wire.
struct Extent {
  std::size_t captured;
  std::size_t total;
};

template <class Ip>
std::optional<TcpSegment> segment_of(const Ip& ip, Extent extent) {
  const auto* tcp = ip.template find_pdu<Tins::TCP>();
  if (tcp == nullptr) return std::nullopt;
  TcpSegment segment;
  segment.source = {address_of(ip.src_addr()), tcp->sport()};
  segment.destination = {address_of(ip.dst_addr()), tcp->dport()};
  segment.sequence = tcp->seq();
  segment.acknowledgement = tcp->ack_seq();
  segment.syn = (tcp->flags() & Tins::TCP::SYN) != 0;
  segment.fin = (tcp->flags() & Tins::TCP::FIN) != 0;
  segment.rst = (tcp->flags() & Tins::TCP::RST) != 0;
  segment.ack = (tcp->flags() & Tins::TCP::ACK) != 0;
  if (const auto* raw = tcp->template find_pdu<Tins::RawPDU>()) segment.payload = raw->payload();
  if (extent.total > extent.captured) segment.cut = extent.total - extent.captured;
  return segment;
}

}  // namespace

struct PacketParser::State {
  int link_type;
  std::uint64_t malformed = 0;
  Tins::IPv4Reassembler reassembler;
  std::size_t fragments = 0;

  std::optional<TcpSegment> parse_v4(const Packet& packet, Bytes bytes) {
    Tins::IP ip(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    // A length of 0 is left by cards that cut large segments themselves.
    const std::size_t beyond = packet.original_size - packet.bytes.size();
    const std::size_t total = ip.tot_len() != 0 ? ip.tot_len() : bytes.size() + beyond;
    const Extent extent{std::min(bytes.size(), total), total};
    if (ip.is_fragmented()) {
      // libtins keeps the fragments of packets that are never completed: forget them in time.
      constexpr std::size_t kMaxFragments = 256;
      if (++fragments > kMaxFragments) {
        reassembler.clear_streams();
        fragments = 0;
      }
      if (reassembler.process(ip) != Tins::IPv4Reassembler::REASSEMBLED) return std::nullopt;
      return segment_of(ip, {0, 0});
    }
    return segment_of(ip, extent);
  }

  static std::optional<TcpSegment> parse_v6(Bytes bytes) {
    constexpr std::size_t kHeader = 40;
    const Tins::IPv6 ip(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    const std::size_t total = kHeader + ip.payload_length();
    return segment_of(ip, {std::min(bytes.size(), total), total});
  }
};

PacketParser::PacketParser(int link_type) : state_(std::make_unique<State>()) {
  state_->link_type = link_type;
}
PacketParser::PacketParser(PacketParser&&) noexcept = default;
PacketParser& PacketParser::operator=(PacketParser&&) noexcept = default;
PacketParser::~PacketParser() = default;

std::uint64_t PacketParser::malformed() const { return state_->malformed; }

std::optional<TcpSegment> PacketParser::parse(const Packet& packet) {
  const auto network = network_layer(state_->link_type, packet.bytes);
  if (!network) return std::nullopt;
  // Cheap answers first: most captures hold more than TCP.
  constexpr std::uint8_t kTcp = 6;
  if (!network->v6 && network->bytes.size() > 9 && network->bytes[9] != kTcp) return std::nullopt;
  try {
    return network->v6 ? State::parse_v6(network->bytes) : state_->parse_v4(packet, network->bytes);
  } catch (const Tins::exception_base&) {  // libtins reports malformed packets so
    ++state_->malformed;
    return std::nullopt;
  }
}

}  // namespace rscp::recording
