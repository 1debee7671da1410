// SPDX-License-Identifier: MIT
// Writes a transcript while bytes pass: each exchange once it is answered. No I/O but the file's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <rscp/direction.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/address.hpp>
#include <rscp/recording/key_table.hpp>

namespace rscp::recording {

class LiveTranscript {
 public:
  /// `report` is told what could not be decrypted.
  static Result<LiveTranscript> create(const std::string& file, KeyTable keys,
                                       std::function<void(const std::string&)> report);
  LiveTranscript(LiveTranscript&&) noexcept;
  LiveTranscript& operator=(LiveTranscript&&) noexcept;
  ~LiveTranscript();

  /// A connection to `device` begins. The number is its name from now on.
  void open(std::uint64_t connection, const Endpoint& device);
  /// The next bytes of it, all of them and in order; `time` in nanoseconds since 1970 UTC.
  void data(std::uint64_t connection, Direction direction, Bytes bytes, std::int64_t time);
  void close(std::uint64_t connection, Direction by, bool reset);

  /// Also writes what was never answered; false if something could not be written.
  bool finish();

 private:
  struct State;
  explicit LiveTranscript(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rscp::recording
