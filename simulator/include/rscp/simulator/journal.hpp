// SPDX-License-Identifier: MIT
// What happened: one JSON object a line. Passwords are masked.
#pragma once

#include <cstdint>
#include <deque>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <rscp/error.hpp>
#include <rscp/json.hpp>

namespace rscp::simulator {

/// Entries have "n" (counting from 1), "time" (the device's clock), "elapsed" (s, real time since
/// the start), "event", mostly "device" and "connection", and what the event is about. Events:
/// start, connect, refused, login, request, answer, fault, close, script, expectation, control,
/// stop.
class Journal {
 public:
  /// Also writes to this file; the error's place is its name.
  Result<void> open(const std::string& file);
  /// Also writes to this stream, which lives longer than the journal.
  void write_to(std::ostream& out) { out_ = &out; }

  void add(const Json& entry);
  /// Whether anybody will see entries: without a file or a reader they need not be made.
  [[nodiscard]] bool wanted() const { return out_ != nullptr || kept_ != 0; }
  /// Keeps the last so many entries in memory.
  void keep(std::size_t entries) { kept_ = entries; }
  /// Kept entries with a number above `after`.
  [[nodiscard]] std::vector<Json> since(std::uint64_t after) const;
  [[nodiscard]] std::uint64_t count() const { return count_; }

  void flush();
  /// Whether everything reached the file so far.
  [[nodiscard]] bool sound() const { return !failed_; }

 private:
  std::ofstream file_;
  std::ostream* out_ = nullptr;
  std::size_t kept_ = 0;
  std::deque<Json> entries_;
  std::uint64_t count_ = 0;
  bool failed_ = false;
};

}  // namespace rscp::simulator
