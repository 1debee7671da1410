// SPDX-License-Identifier: MIT
#include "capture_builder.hpp"

#include <algorithm>
#include <stdexcept>

#include <tins/ip.h>
#include <tins/ipv6.h>
#include <tins/rawpdu.h>
#include <tins/tcp.h>

namespace test {
namespace {

using rscp::ByteBuffer;
using rscp::Bytes;

constexpr std::int64_t kStep = 500'000;  // nanoseconds between packets

bool is_v6(const ByteBuffer& ip) { return !ip.empty() && (ip[0] >> 4U) == 6; }

void append_be16(ByteBuffer& to, unsigned value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8U));
  to.push_back(static_cast<std::uint8_t>(value));
}

ByteBuffer link_header(LinkLayer link, bool v6) {
  const unsigned type = v6 ? 0x86DD : 0x0800;
  ByteBuffer header;
  switch (link) {
    case LinkLayer::Ethernet:
    case LinkLayer::Vlan:
    case LinkLayer::QinQ:
      header.assign({0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2});
      if (link == LinkLayer::QinQ) {
        append_be16(header, 0x88A8);
        append_be16(header, 100);
      }
      if (link != LinkLayer::Ethernet) {
        append_be16(header, 0x8100);
        append_be16(header, 7);
      }
      append_be16(header, type);
      break;
    case LinkLayer::Cooked:
      header.assign({0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0});
      append_be16(header, type);
      break;
    case LinkLayer::Cooked2:
      append_be16(header, type);
      header.insert(header.end(), {0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0});
      break;
    case LinkLayer::Loopback:
      header.assign({static_cast<std::uint8_t>(v6 ? 30 : 2), 0, 0, 0});
      break;
    case LinkLayer::Raw:
      break;
  }
  return header;
}

std::uint32_t link_type(LinkLayer link) {
  switch (link) {
    case LinkLayer::Cooked:
      return 113;
    case LinkLayer::Cooked2:
      return 276;
    case LinkLayer::Raw:
      return 101;
    case LinkLayer::Loopback:
      return 0;
    default:
      return 1;
  }
}

class Writer {
 public:
  Writer(const std::string& path, bool big_endian)
      : out_(path, std::ios::binary), big_endian_(big_endian) {
    if (!out_) throw std::runtime_error("cannot write " + path);
  }
  void u16(std::uint32_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void bytes(Bytes data) {
    out_.write(reinterpret_cast<const char*>(data.data()),
               static_cast<std::streamsize>(data.size()));
  }
  void close() {
    out_.close();
    if (!out_) throw std::runtime_error("cannot write a capture");
  }

 private:
  void number(std::uint32_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
      const unsigned shift = 8 * (big_endian_ ? size - 1 - i : i);
      out_.put(static_cast<char>(value >> shift));
    }
  }
  std::ofstream out_;
  bool big_endian_;
};

}  // namespace

TcpTalk::TcpTalk(Party client, Party server, std::int64_t start, std::uint32_t client_isn,
                 std::uint32_t server_isn)
    : parties_{std::move(client), std::move(server)},
      sequence_{client_isn, server_isn},
      time_(start) {}

void TcpTalk::add(bool from_client, unsigned flags, Bytes payload) {
  const Party& from = parties_[from_client ? 0 : 1];
  const Party& to = parties_[from_client ? 1 : 0];
  Tins::TCP tcp(to.port, from.port);
  tcp.seq(sequence_[from_client ? 0 : 1]);
  if ((flags & Tins::TCP::ACK) != 0) tcp.ack_seq(sequence_[from_client ? 1 : 0]);
  tcp.flags(static_cast<std::uint16_t>(flags));
  tcp.window(64240);
  WirePacket packet{time_, {}};
  const auto finish = [&](auto ip) {
    if (payload.empty()) {
      packet.ip = (ip / tcp).serialize();
    } else {
      packet.ip =
          (ip / tcp / Tins::RawPDU(payload.data(), static_cast<std::uint32_t>(payload.size())))
              .serialize();
    }
  };
  if (from.address.find(':') != std::string::npos) {
    Tins::IPv6 ip(Tins::IPv6Address(to.address), Tins::IPv6Address(from.address));
    ip.hop_limit(64);
    finish(ip);
  } else {
    Tins::IP ip(Tins::IPv4Address(to.address), Tins::IPv4Address(from.address));
    ip.ttl(64);
    finish(ip);
  }
  packets.push_back(std::move(packet));
  time_ += kStep;
  auto& sequence = sequence_[from_client ? 0 : 1];
  sequence += static_cast<std::uint32_t>(payload.size());
  if ((flags & (Tins::TCP::SYN | Tins::TCP::FIN)) != 0) ++sequence;
}

void TcpTalk::handshake() {
  add(true, Tins::TCP::SYN, {});
  add(false, Tins::TCP::SYN | Tins::TCP::ACK, {});
  add(true, Tins::TCP::ACK, {});
}

void TcpTalk::send(bool from_client, Bytes bytes, std::size_t mss) {
  while (!bytes.empty()) {
    const Bytes part = bytes.first(std::min(mss, bytes.size()));
    add(from_client, Tins::TCP::ACK | Tins::TCP::PSH, part);
    bytes = bytes.subspan(part.size());
  }
  add(!from_client, Tins::TCP::ACK, {});
}

void TcpTalk::finish() {
  add(true, Tins::TCP::FIN | Tins::TCP::ACK, {});
  add(false, Tins::TCP::FIN | Tins::TCP::ACK, {});
  add(true, Tins::TCP::ACK, {});
}

void TcpTalk::reset() { add(false, Tins::TCP::RST | Tins::TCP::ACK, {}); }

RscpTalk::RscpTalk(TcpTalk& tcp, std::string_view passphrase)
    : tcp_(tcp),
      encryptors_{rscp::Encryptor(rscp::Key::from_passphrase(passphrase).value()),
                  rscp::Encryptor(rscp::Key::from_passphrase(passphrase).value())} {}

void RscpTalk::send_raw(bool from_client, Bytes plaintext, std::size_t mss) {
  tcp_.send(from_client, encryptors_[from_client ? 0 : 1].encrypt(plaintext), mss);
}

void RscpTalk::send(bool from_client, const rscp::Frame& frame, std::size_t mss) {
  send_raw(from_client, frame.encode().value(), mss);
}

void RscpTalk::request(std::vector<rscp::Value> values, std::size_t mss) {
  rscp::Frame frame;
  frame.time = {clock_++, 0};
  frame.values = std::move(values);
  send(true, frame, mss);
}

void RscpTalk::answer(std::vector<rscp::Value> values, std::size_t mss) {
  rscp::Frame frame;
  frame.time = {clock_++, 123'456'000};
  frame.values = std::move(values);
  send(false, frame, mss);
}

void RscpTalk::login(std::string_view user, std::string_view password, bool granted) {
  using rscp::Value;
  request(
      {Value{"RSCP_REQ_AUTHENTICATION",
             {{"RSCP_AUTHENTICATION_USER", user}, {"RSCP_AUTHENTICATION_PASSWORD", password}}}});
  answer({granted ? Value{"RSCP_AUTHENTICATION", 10}
                  : Value{"RSCP_AUTHENTICATION", rscp::DataType::Int32, 0}});
}

void write_capture(const std::string& path, const std::vector<WirePacket>& packets, LinkLayer link,
                   FileFormat format, std::size_t snap) {
  Writer out(path, format == FileFormat::PcapSwapped);
  const bool pcapng = format == FileFormat::Pcapng;
  const bool nanosecond = format == FileFormat::PcapNanosecond;
  if (pcapng) {
    out.u32(0x0A0D0D0A);
    out.u32(28);
    out.u32(0x1A2B3C4D);
    out.u16(1);
    out.u16(0);
    out.u32(0xFFFFFFFF);  // section length: not told
    out.u32(0xFFFFFFFF);
    out.u32(28);
    out.u32(1);  // interface
    out.u32(20);
    out.u16(link_type(link));
    out.u16(0);
    out.u32(262144);
    out.u32(20);
  } else {
    out.u32(nanosecond ? 0xA1B23C4D : 0xA1B2C3D4);
    out.u16(2);
    out.u16(4);
    out.u32(0);
    out.u32(0);
    out.u32(262144);
    out.u32(link_type(link));
  }
  for (const WirePacket& packet : packets) {
    ByteBuffer bytes = link_header(link, is_v6(packet.ip));
    bytes.insert(bytes.end(), packet.ip.begin(), packet.ip.end());
    const auto original = static_cast<std::uint32_t>(bytes.size());
    if (snap != 0 && bytes.size() > snap) bytes.resize(snap);
    const auto captured = static_cast<std::uint32_t>(bytes.size());
    if (pcapng) {
      const std::uint32_t padding = (4 - captured % 4) % 4;
      const auto microseconds = static_cast<std::uint64_t>(packet.time / 1000);
      out.u32(6);
      out.u32(32 + captured + padding);
      out.u32(0);
      out.u32(static_cast<std::uint32_t>(microseconds >> 32U));
      out.u32(static_cast<std::uint32_t>(microseconds));
      out.u32(captured);
      out.u32(original);
      out.bytes(bytes);
      out.bytes(ByteBuffer(padding));
      out.u32(32 + captured + padding);
    } else {
      out.u32(static_cast<std::uint32_t>(packet.time / 1'000'000'000));
      const auto fraction = packet.time % 1'000'000'000;
      out.u32(static_cast<std::uint32_t>(nanosecond ? fraction : fraction / 1000));
      out.u32(captured);
      out.u32(original);
      out.bytes(bytes);
    }
  }
  out.close();
}

}  // namespace test
