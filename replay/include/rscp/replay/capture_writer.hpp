// SPDX-License-Identifier: MIT
// Writes TCP conversations as a capture with well-formed Ethernet, IPv4 and TCP, so that Wireshark
// and tcpdump open it. The bytes are given; the packets around them are made.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include <rscp/bytes.hpp>
#include <rscp/replay/address.hpp>

namespace rscp::replay {

class CaptureWriter {
 public:
  /// Creates a pcap file with times in nanoseconds. The error names it.
  static std::expected<CaptureWriter, std::string> create(const std::string& file);
  CaptureWriter(CaptureWriter&&) noexcept;
  CaptureWriter& operator=(CaptureWriter&&) noexcept;
  ~CaptureWriter();

  /// A conversation begins with its handshake. IPv6 endpoints are written as made-up IPv4 ones.
  using Id = std::uint64_t;
  Id open(const Endpoint& client, const Endpoint& device, std::int64_t time);
  /// Bytes of one side, in segments of 1,448 at the most, acknowledged by the other.
  void data(Id conversation, bool from_client, Bytes bytes, std::int64_t time);
  void close(Id conversation, bool by_client, bool reset, std::int64_t time);

  /// Everything written so far is in the file; false if it could not be written.
  bool flush();

 private:
  struct State;
  explicit CaptureWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rscp::replay
