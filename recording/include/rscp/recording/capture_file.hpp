// SPDX-License-Identifier: MIT
// Packets of a pcap or pcapng file, one at a time, through libpcap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <rscp/bytes.hpp>
#include <rscp/error.hpp>

namespace rscp::recording {

struct Packet {
  std::uint64_t number = 0;       ///< from 1, as Wireshark counts
  std::int64_t time = 0;          ///< nanoseconds since 1970-01-01 UTC
  std::size_t original_size = 0;  ///< bytes on the wire; more than `bytes` where snap length cut
  Bytes bytes;                    ///< valid until the next packet is read
};

class CaptureFile {
 public:
  /// "-" is standard input. Fails if the file is missing, is no capture, or has a link layer that
  /// carries no IP for us. The error's place is the file.
  static Result<CaptureFile> open(const std::string& path);

  CaptureFile(CaptureFile&&) noexcept;
  CaptureFile& operator=(CaptureFile&&) noexcept;
  ~CaptureFile();

  /// The next packet; nothing at the end of the file. After an error, which names the packet,
  /// nothing more can be read.
  Result<std::optional<Packet>> next();

  [[nodiscard]] int link_type() const;  ///< libpcap's DLT_ number

 private:
  struct State;
  explicit CaptureFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
