// SPDX-License-Identifier: MIT
// What the client under test was to do, and whether it did.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <rscp/report/check_report.hpp>
#include <rscp/scenario/scenario.hpp>
#include <rscp/simulator/clock.hpp>

namespace rscp::simulator {

/// One expectation and what became of it.
struct Outcome {
  std::string name;
  std::string place;  ///< file:line:column
  enum class State : std::uint8_t { Open, Met, Failed } state = State::Open;
  std::string message;  ///< why it failed: the first field that differs, with both values
  std::uint64_t count = 0;
};

class Expectations {
 public:
  explicit Expectations(std::vector<Expectation> wanted) : wanted_(std::move(wanted)) { reset(); }
  void add(Expectation wanted);

  /// Looks at one exchange. `elapsed` is real time since the start, in seconds.
  void observe(std::span<const Value> request, std::span<const Value> answer, double elapsed);
  /// Every outcome if the run ended now.
  [[nodiscard]] std::vector<Outcome> outcomes(double elapsed, bool at_end) const;
  /// Whether nothing that could still come would change the verdict to the better.
  [[nodiscard]] bool settled(double elapsed) const;
  [[nodiscard]] bool empty() const { return wanted_.empty(); }
  void reset();

 private:
  struct Progress {
    std::uint64_t count = 0;
    std::string mismatch;  // the last thing that was nearly it
    std::string broken;    // failed for good
    std::optional<double> met_at;
  };
  [[nodiscard]] std::optional<std::string> difference(const Expectation& wanted,
                                                      const Value& found) const;
  std::vector<Expectation> wanted_;
  std::vector<Progress> progress_;
};

/// What became of the expectations of one device.
struct Suite {
  std::string name;
  std::vector<Outcome> outcomes;
};
/// For a report; what is still open has not failed.
std::vector<CheckSuite> check_suites(std::span<const Suite> suites);

}  // namespace rscp::simulator
