// SPDX-License-Identifier: MIT
// The RSCP frames of a capture.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include <rscp/conversation.hpp>
#include <rscp/protocol.hpp>
#include <rscp/recording/key_table.hpp>
#include <rscp/recording/tcp_assembler.hpp>

namespace rscp::recording {

/// A whole frame of a capture.
struct RecordedFrame {
  std::uint64_t number = 0;              ///< in the capture, from 1
  Message message;                       ///< numbered in its conversation
  std::optional<std::uint64_t> request;  ///< of an answer: the number of its request's message

  /// Its values, and the faults in it.
  [[nodiscard]] Frame::WithErrors read() const { return Frame::from(message.frame); }
};

/// One frame, or bytes that gave none.
struct FrameRecord {
  std::int64_t time = 0;     ///< of the packet that completes it; nanoseconds since 1970 UTC
  std::uint64_t stream = 0;  ///< of the connection, as Wireshark's tcp.stream
  Direction direction{};
  Endpoint source;
  Endpoint destination;
  std::vector<std::uint64_t> packets;  ///< that brought its bytes
  std::uint64_t begin = 0;             ///< in this direction of the stream
  std::uint64_t end = 0;
  std::variant<RecordedFrame, StreamLoss> content;

  [[nodiscard]] const RecordedFrame* frame() const { return std::get_if<RecordedFrame>(&content); }
  [[nodiscard]] const StreamLoss* loss() const { return std::get_if<StreamLoss>(&content); }
};

struct DecodeOptions {
  std::set<std::uint16_t> ports = {kDefaultPort, kFarmPort};
  /// Told what is decided of a frame after its record was handed out: see Pairing.
  std::function<void(std::uint64_t stream, const PairingEvent& event)> on_pairing;
  /// Told once for each stream of which the end was captured. Frames of it may still come.
  std::function<void(std::uint64_t stream, ConnectionEnd end)> on_end;
};

/// Feed it packets; it calls back with records in capture order by the packet that completes them.
/// Connections on the given ports are taken to be RSCP; others are tried with the keys and
/// forgotten if none fits. Memory does not grow with the capture.
class CaptureDecoder {
 public:
  using Callback = std::function<void(FrameRecord&&)>;

  CaptureDecoder(KeyTable keys, DecodeOptions options, int link_type, Callback callback);
  ~CaptureDecoder();
  CaptureDecoder(const CaptureDecoder&) = delete;
  CaptureDecoder& operator=(const CaptureDecoder&) = delete;

  void add(const Packet& packet);
  void finish();

  struct Statistics {
    std::uint64_t packets = 0;
    std::uint64_t tcp_segments = 0;
    std::uint64_t malformed_packets = 0;
    std::uint64_t connections = 0;  ///< on an RSCP port, or with a key that fits
    std::uint64_t undecrypted = 0;  ///< of those: no key given or none fits
    std::uint64_t without_key = 0;  ///< of those: no key given
    /// On other ports, without a key that fits, but with whole 32-byte blocks in both directions.
    std::uint64_t suspects = 0;
    std::uint64_t frames = 0;
    std::uint64_t lost_ranges = 0;
  };
  [[nodiscard]] const Statistics& statistics() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
