// SPDX-License-Identifier: MIT
// Writes a transcript while the packets come: each exchange once it is answered.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <rscp/error.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/key_table.hpp>

namespace rscp::recording {

class LiveTranscript {
 public:
  /// `port` is the one that clients connect to. `report` is told what could not be decrypted.
  static Result<LiveTranscript> create(const std::string& file, KeyTable keys, std::uint16_t port,
                                       int link_type,
                                       std::function<void(const std::string&)> report);
  LiveTranscript(LiveTranscript&&) noexcept;
  LiveTranscript& operator=(LiveTranscript&&) noexcept;
  ~LiveTranscript();

  void add(const Packet& packet);
  /// Also writes what was never answered; false if something could not be written.
  bool finish();

 private:
  struct State;
  explicit LiveTranscript(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
