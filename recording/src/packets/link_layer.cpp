// SPDX-License-Identifier: MIT
// libtins knows neither Linux cooked v2 nor the two byte orders of BSD loopback, so finding the IP
// packet is done here for all link layers alike; from there on it is libtins' work.
#include <pcap/dlt.h>

#include <rscp/recording/packet_parser.hpp>

namespace rscp::recording {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86DD;
constexpr int kRawLinkType = 101;  // LINKTYPE_RAW, where libpcap leaves it as it is in the file

std::uint16_t load_be16(const std::uint8_t* data) {
  return static_cast<std::uint16_t>(data[0] << 8U | data[1]);
}

// By the version in the first byte, whatever the layer below called it.
std::optional<NetworkLayer> ip_at(Bytes packet, std::size_t offset) {
  if (packet.size() <= offset) return std::nullopt;
  const Bytes bytes = packet.subspan(offset);
  const unsigned version = bytes[0] >> 4U;
  if (version != 4 && version != 6) return std::nullopt;
  return NetworkLayer{bytes, version == 6};
}

// `offset` is that of an EtherType field; VLAN tags (802.1Q, 802.1ad, the older QinQ) are passed.
std::optional<NetworkLayer> behind_ether_type(Bytes packet, std::size_t offset,
                                              std::size_t payload) {
  while (packet.size() >= payload && packet.size() >= offset + 2) {
    const std::uint16_t type = load_be16(packet.data() + offset);
    if (type == kIpv4 || type == kIpv6) return ip_at(packet, payload);
    if (type != 0x8100 && type != 0x88A8 && type != 0x9100) return std::nullopt;
    offset = payload + 2;  // behind the tag's priority and number
    payload += 4;
  }
  return std::nullopt;
}

}  // namespace

bool is_supported_link_type(int link_type) {
  switch (link_type) {
    case DLT_EN10MB:
    case DLT_LINUX_SLL:
    case DLT_LINUX_SLL2:
    case DLT_NULL:
    case DLT_LOOP:
    case DLT_RAW:
    case kRawLinkType:
    case DLT_IPV4:
    case DLT_IPV6:
      return true;
    default:
      return false;
  }
}

std::optional<NetworkLayer> network_layer(int link_type, Bytes packet) {
  switch (link_type) {
    case DLT_EN10MB:
      return behind_ether_type(packet, 12, 14);
    case DLT_LINUX_SLL:
      return behind_ether_type(packet, 14, 16);
    case DLT_LINUX_SLL2:
      return behind_ether_type(packet, 0, 20);
    case DLT_NULL:
    case DLT_LOOP:
      // Four bytes of address family, in the byte order of the machine that captured; the IP
      // version tells as much.
      return ip_at(packet, 4);
    case DLT_RAW:
    case kRawLinkType:
    case DLT_IPV4:
    case DLT_IPV6:
      return ip_at(packet, 0);
    default:
      return std::nullopt;
  }
}

}  // namespace rscp::recording
