// SPDX-License-Identifier: MIT
// A proxy between a client and a device that writes what passes as a capture. It needs no key: the
// bytes go through as they are, at once, and the file is written beside.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <rscp/connection/asio.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/capture_writer.hpp>
#include <rscp/recording/live_transcript.hpp>

namespace rscp::inline v0_1 {
class Server;
}

namespace rscp::recording {

struct RecorderOptions {
  std::string address = "127.0.0.1";  ///< to listen on
  std::uint16_t port = 5033;
  std::string device;  ///< host
  std::uint16_t device_port = 5033;
  /// A new file after so many bytes or so much time, as soon as no exchange is under way; 0: never.
  std::uint64_t rotate_bytes = 0;
  std::chrono::nanoseconds rotate_time{0};
  /// The name of the next file.
  std::function<std::string()> next_file;
  std::function<void(const std::string&)> report;
  /// Told the same bytes as the capture, if there is one. Must outlive the recorder.
  LiveTranscript* transcript = nullptr;
};

class Recorder {
 public:
  Recorder(asio::io_context& io, CaptureWriter writer, RecorderOptions options);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  Result<void> start();
  /// Ends all conversations and the file; false if something could not be written.
  bool stop();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::uint64_t connections() const;
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::unique_ptr<Server> server_;
};

}  // namespace rscp::recording
