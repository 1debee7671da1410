// SPDX-License-Identifier: MIT
// Two recordings exchange by exchange, and reports of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <rscp/json_fwd.hpp>
#include <rscp/recording/transcript.hpp>
#include <rscp/replay/compare.hpp>
#include <rscp/report/check_report.hpp>

namespace rscp::replay {

/// One exchange of the first recording beside its counterpart in the second, by their numbers.
struct ExchangeComparison {
  enum class Part : std::uint8_t { Request, Answer };
  struct Same {
    std::uint64_t first;
    std::uint64_t second;
  };
  struct Differs {
    std::uint64_t first;
    std::uint64_t second;
    Part part;
    std::vector<Difference> fields;  ///< in the order of the first recording
  };
  struct Missing {  ///< only in the first
    std::uint64_t first;
  };
  struct Additional {  ///< only in the second
    std::uint64_t second;
  };
  std::string name;  ///< of the first tag asked for
  std::variant<Same, Differs, Missing, Additional> outcome;

  [[nodiscard]] bool same() const { return std::holds_alternative<Same>(outcome); }
  [[nodiscard]] std::optional<std::uint64_t> first() const;
  [[nodiscard]] std::optional<std::uint64_t> second() const;
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
