// SPDX-License-Identifier: MIT
// The frames of a capture file as a range:
//
//     auto frames = rscp::read_capture("e3dc.pcapng", key);
//     for (const auto& frame : frames) std::cout << rscp::to_text(frame.values, {});
//     if (frames.error()) std::cerr << frames.error()->to_string() << '\n';
#pragma once

#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rscp/direction.hpp>
#include <rscp/error.hpp>
#include <rscp/frame.hpp>
#include <rscp/recording/key_table.hpp>

namespace rscp::inline v0_1 {

/// A frame, and where it was seen.
struct CapturedFrame : Frame {
  std::uint64_t number = 0;  ///< from 1
  /// Of the packet that completes it.
  std::chrono::sys_time<std::chrono::nanoseconds> captured{};
  std::uint64_t stream = 0;  ///< of the connection, as Wireshark's tcp.stream
  Direction direction{};
  recording::Endpoint source;
  recording::Endpoint destination;
  std::vector<DecodeError> errors;  ///< faults inside its data
};

/// Reads as it is walked, so a capture may be larger than memory. Walk it once.
class CaptureFrames {
 public:
  CaptureFrames(CaptureFrames&&) noexcept;
  CaptureFrames& operator=(CaptureFrames&&) noexcept;
  ~CaptureFrames();

  class Iterator {
   public:
    using value_type = CapturedFrame;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(CaptureFrames& frames) : frames_(&frames) { ++*this; }
    const CapturedFrame& operator*() const { return *current_; }
    const CapturedFrame* operator->() const { return &*current_; }
    Iterator& operator++() {
      current_ = frames_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) {
      return !it.current_.has_value();
    }

   private:
    CaptureFrames* frames_;
    std::optional<CapturedFrame> current_;
  };

  Iterator begin() { return Iterator(*this); }
  static std::default_sentinel_t end() { return {}; }
  /// The next frame; nothing at the end or at an error.
  std::optional<CapturedFrame> next();

  /// Why there is no more than was given: the file is missing, is no capture or is cut off.
  [[nodiscard]] const std::optional<Error>& error() const;
  /// Connections that are RSCP but to which no key fits.
  [[nodiscard]] std::uint64_t undecrypted() const;

 private:
  friend CaptureFrames read_capture(const std::string& file, recording::KeyTable keys);
  struct State;
  explicit CaptureFrames(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A pcap or pcapng file. Bytes that gave no frame are passed over; who wants to hear of them uses
/// recording::CaptureDecoder.
CaptureFrames read_capture(const std::string& file, recording::KeyTable keys);
/// With one key for all devices.
CaptureFrames read_capture(const std::string& file, const Key& key);

}  // namespace rscp::inline v0_1
