// SPDX-License-Identifier: MIT
// What one station writes into the journal.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "surroundings.hpp"
#include <rscp/login.hpp>
#include <rscp/value.hpp>

namespace rscp::simulator {

class StationJournal {
 public:
  explicit StationJournal(Surroundings& around) : around_(around) {}
  /// The station's name, known once its scenario is.
  void rename(const std::string& station) { station_ = station; }

  /// Which frame of which connection an entry is about.
  struct Moment {
    std::uint64_t connection = 0;
    std::uint64_t frame = 0;
  };
  void connect(std::uint64_t connection, const std::string& peer);
  void refused(std::size_t limit);
  void login(std::uint64_t connection, const std::string& user, UserLevel level);
  /// `event` is "request" or "answer".
  void values(const char* event, Moment moment, std::span<const Value> values);
  /// `moment` is null for a fault that begins by the clock.
  void fault(const Moment* moment, const FaultSpec& spec);
  void close(std::uint64_t connection, std::uint64_t frames, const std::string& reason);
  void script(const std::string& kind, const std::string& message);

 private:
  template <class Fill>
  void add(const char* event, Fill fill);

  Surroundings& around_;
  std::string station_;
};

}  // namespace rscp::simulator
