// SPDX-License-Identifier: MIT
// Decides which faults strike an exchange. Each fault has its own random numbers from the
// scenario's seed, so that adding one does not change when another strikes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <rscp/scenario/faults.hpp>
#include <rscp/simulator/clock.hpp>
#include <rscp/simulator/random.hpp>

namespace rscp::simulator {

/// A fault that strikes now, with random numbers of its own.
struct Strike {
  const FaultSpec* spec = nullptr;
  Random* random = nullptr;
};

class FaultEngine {
 public:
  FaultEngine(const std::vector<FaultSpec>& faults, std::uint64_t seed);

  /// The faults of an exchange, in the order of the scenario. Counts the exchange.
  std::vector<Strike> strike(std::span<const Value> request, std::uint64_t connection,
                             double elapsed);
  /// The fault of a new connection, if any: refuse or silent.
  std::optional<Strike> strike_connection(std::uint64_t connection, double elapsed);
  /// A reboot or refusal that begins by the clock alone: not tied to a request.
  std::optional<Strike> strike_clock(double elapsed);

  /// Further faults, and taking them all away.
  void add(std::span<const FaultSpec> faults);
  void clear();
  /// Back to the scenario's own, as at the start.
  void reset();
  [[nodiscard]] std::vector<const FaultSpec*> active() const;

 private:
  struct Active {
    FaultSpec spec;
    Random random;
    std::uint64_t seen = 0;
    std::uint64_t done = 0;
  };
  void install(const FaultSpec& spec);
  static bool strikes(Active& fault, double elapsed);

  std::vector<FaultSpec> original_;
  std::uint64_t seed_;
  std::uint64_t installed_ = 0;
  std::vector<std::unique_ptr<Active>> faults_;
};

}  // namespace rscp::simulator
