// SPDX-License-Identifier: MIT
// Two recordings exchange by exchange, and reports of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <rscp/json.hpp>
#include <rscp/recording/transcript.hpp>
#include <rscp/replay/compare.hpp>
#include <rscp/report/check_report.hpp>

namespace rscp::replay {

/// One exchange of the first recording beside its counterpart in the second.
struct ExchangeComparison {
  enum class State : std::uint8_t {
    Same,
    RequestDiffers,
    AnswerDiffers,
    Missing,     ///< only in the first
    Additional,  ///< only in the second
  };
  State state = State::Same;
  std::uint64_t first = 0;  ///< number of the exchange; 0: none
  std::uint64_t second = 0;
  std::string name;                     ///< of the first tag asked for
  std::vector<Difference> differences;  ///< the first differing field first

  /// "answer: EMS_POWER_PV: expected 1, got 2", one line a field; empty if they are the same.
  [[nodiscard]] std::string message() const;
};

struct RecordingDiff {
  std::string first;  ///< how the recordings are called
  std::string second;
  std::vector<ExchangeComparison> exchanges;
  [[nodiscard]] bool same() const;
};

/// Compares exchanges in their order. Where requests differ, the next that are alike within 32
/// exchanges are looked for, so that one more or one less does not make all the others differ.
/// Logins are left out: credentials are nobody's difference.
RecordingDiff diff_recordings(const recording::Transcript& first,
                              const recording::Transcript& second,
                              std::span<const Rule> rules = {});

/// Unified, as `diff -u` writes: what the first has behind -, what the second has behind +. Nothing
/// if they are the same.
std::string unified(const RecordingDiff& diff);
Json to_json(const RecordingDiff& diff);
/// A check an exchange.
CheckSuite check_suite(const RecordingDiff& diff);

}  // namespace rscp::replay
