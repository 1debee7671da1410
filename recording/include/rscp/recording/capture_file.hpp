// SPDX-License-Identifier: MIT
// Packets of a pcap or pcapng file, one at a time, through libpcap.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include <rscp/bytes.hpp>

namespace rscp::recording {

struct Packet {
  std::uint64_t number = 0;       ///< from 1, as Wireshark counts
  std::int64_t time = 0;          ///< nanoseconds since 1970-01-01 UTC
  std::size_t original_size = 0;  ///< bytes on the wire; more than `bytes` where snap length cut
  Bytes bytes;                    ///< valid until the next packet is read
};

/// A file that cannot be read, or not any further. The message names the file and, behind the
/// start, the packet.
struct CaptureError {
  std::string message;
};

class CaptureFile {
 public:
  /// "-" is standard input. Fails if the file is missing, is no capture, or has a link layer that
  /// carries no IP for us.
  static std::expected<CaptureFile, CaptureError> open(const std::string& path);

  CaptureFile(CaptureFile&&) noexcept;
  CaptureFile& operator=(CaptureFile&&) noexcept;
  ~CaptureFile();

  /// The next packet; nothing at the end of the file. After an error nothing more can be read.
  std::expected<std::optional<Packet>, CaptureError> next();

  [[nodiscard]] int link_type() const;  ///< libpcap's DLT_ number

 private:
  struct State;
  explicit CaptureFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
