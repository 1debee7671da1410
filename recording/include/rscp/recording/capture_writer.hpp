// SPDX-License-Identifier: MIT
// Writes TCP conversations as a capture with well-formed Ethernet, IPv4 and TCP, so that Wireshark
// and tcpdump open it. The bytes are given; the packets around them are made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <rscp/bytes.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/address.hpp>

namespace rscp::recording {

class CaptureWriter {
 public:
  /// Creates a pcap file with times in nanoseconds. The error's place is the file.
  static Result<CaptureWriter> create(const std::string& file);
  CaptureWriter(CaptureWriter&&) noexcept;
  CaptureWriter& operator=(CaptureWriter&&) noexcept;
  ~CaptureWriter();

  /// A conversation begins with its handshake. IPv6 endpoints are written as made-up IPv4 ones.
  using Id = std::uint64_t;
  Id open(const Endpoint& client, const Endpoint& device, std::int64_t time);
  /// Bytes of one side, in segments of 1,448 at the most, acknowledged by the other.
  void data(Id conversation, bool from_client, Bytes bytes, std::int64_t time);
  void close(Id conversation, bool by_client, bool reset, std::int64_t time);

  /// Goes on in another file. Open conversations begin there with a repetition of their last 32
  /// bytes each way, so that what follows can be decrypted from that file alone. On an error the
  /// old file stays in use.
  Result<void> continue_in(const std::string& file);

  /// The link layer of what it writes: libpcap's DLT_ number.
  static int link_type();

  /// Bytes of the present file.
  [[nodiscard]] std::uint64_t size() const;

  /// Everything written so far is in the file; false if it could not be written.
  bool flush();

 private:
  struct State;
  explicit CaptureWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
