// SPDX-License-Identifier: MIT
// What all stations of a simulator share.
#pragma once

#include <chrono>

#include <rscp/simulator/clock.hpp>
#include <rscp/simulator/journal.hpp>
#include <rscp/simulator/simulator.hpp>

namespace rscp::simulator {

struct Surroundings {
  asio::io_context& io;
  SimulatorOptions options;
  TimeZone zone;
  Instant start;
  VirtualClock clock;
  Journal journal;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

  [[nodiscard]] double real_elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }
  /// An entry of the journal with the fields that all have.
  [[nodiscard]] Json entry(const char* event) const;
};

}  // namespace rscp::simulator
