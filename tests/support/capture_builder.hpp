// SPDX-License-Identifier: MIT
// Captures made to measure: TCP conversations with everything that goes wrong on a network, in any
// link layer and file format.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/frame.hpp>

namespace test {

enum class LinkLayer { Ethernet, Vlan, QinQ, Cooked, Cooked2, Raw, Loopback };
enum class FileFormat { Pcap, PcapSwapped, PcapNanosecond, Pcapng };

/// One IP packet with its time.
struct WirePacket {
  std::int64_t time = 0;  // nanoseconds
  rscp::ByteBuffer ip;
};

/// One side of a conversation.
struct Party {
  std::string address;
  std::uint16_t port;
};

/// A TCP conversation that writes itself down as IP packets.
class TcpTalk {
 public:
  TcpTalk(Party client, Party server, std::int64_t start = 1'700'000'000'000'000'000,
          std::uint32_t client_isn = 1000, std::uint32_t server_isn = 900000);

  void handshake();
  /// Sends bytes in segments of at most `mss` bytes and has them acknowledged.
  void send(bool from_client, rscp::Bytes bytes, std::size_t mss = 1448);
  void finish();
  void reset();
  /// Moves the clock on.
  void wait(std::int64_t nanoseconds) { time_ += nanoseconds; }

  std::vector<WirePacket> packets;

 private:
  void add(bool from_client, unsigned flags, rscp::Bytes payload);

  Party parties_[2];
  std::uint32_t sequence_[2];
  std::int64_t time_;
};

/// An RSCP conversation: frames are encrypted as they are sent.
class RscpTalk {
 public:
  RscpTalk(TcpTalk& tcp, std::string_view passphrase);
  void request(std::vector<rscp::Value> values, std::size_t mss = 1448);
  void answer(std::vector<rscp::Value> values, std::size_t mss = 1448);
  void send(bool from_client, const rscp::Frame& frame, std::size_t mss = 1448);
  /// Any plaintext, for frames that are none.
  void send_raw(bool from_client, rscp::Bytes plaintext, std::size_t mss = 1448);
  /// Login and answer.
  void login(std::string_view user, std::string_view password, bool granted = true);

 private:
  TcpTalk& tcp_;
  rscp::Encryptor encryptors_[2];
  std::int64_t clock_ = 1'700'000'000;
};

/// Writes packets, cut to `snap` bytes each unless that is 0.
void write_capture(const std::string& path, const std::vector<WirePacket>& packets,
                   LinkLayer link = LinkLayer::Ethernet, FileFormat format = FileFormat::Pcap,
                   std::size_t snap = 0);

}  // namespace test
