// SPDX-License-Identifier: MIT
// Recordings against the transcripts that were found good once: FOLDER/NAME.ndjson for each.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <rscp/error.hpp>
#include <rscp/recording/key_table.hpp>
#include <rscp/replay/recording_diff.hpp>

namespace rscp::replay {

struct GoldenOptions {
  std::string folder;
  bool update =
      false;  ///< write the transcripts that are missing or differ; leave the others alone
  std::span<const Rule> rules;
  /// Told what could not be read of a recording, and which files were written.
  std::function<void(const std::string&)> report;
};

/// A recording that there is nothing to compare with.
struct MissingGolden {
  std::string recording;
  std::string golden;  ///< the file that should be there
};

struct GoldenComparison {
  std::vector<RecordingDiff> diffs;  ///< those that an update did not write
  std::vector<MissingGolden> missing;
  [[nodiscard]] bool same() const;
};

/// Compares each recording with its golden transcript. Invalid if two recordings would be compared
/// with the same.
Result<GoldenComparison> compare_golden(std::span<const std::string> recordings,
                                        const recording::KeyTable& keys,
                                        const GoldenOptions& options);

}  // namespace rscp::replay
