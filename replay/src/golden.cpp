// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <set>

#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/golden.hpp>

namespace rscp::replay {
namespace {

namespace fs = std::filesystem;

Result<void> write_golden(const std::string& file, const recording::Transcript& content,
                          const GoldenOptions& options) {
  if (auto saved = recording::save_transcript(file, content); !saved) return saved;
  if (options.report) options.report(file + ": written");
  return {};
}

// Adds what became of one recording.
Result<void> compare_one(const std::string& recording, const std::string& golden,
                         const recording::KeyTable& keys, const GoldenOptions& options,
                         GoldenComparison& result) {
  recording::TranscriptReading reading;
  reading.report = options.report;
  const auto actual = recording::load_transcript(recording, keys, reading);
  if (!actual) return std::unexpected(actual.error());
  if (!fs::exists(golden)) {
    if (options.update) return write_golden(golden, *actual, options);
    result.missing.push_back({recording, golden});
    return {};
  }
  const auto expected = recording::load_transcript(golden, keys, reading);
  if (!expected) return std::unexpected(expected.error());
  auto diff = diff_recordings(*expected, *actual, options.rules);
  if (options.update && !diff.same()) return write_golden(golden, *actual, options);
  diff.first = golden;
  diff.second = recording;
  result.diffs.push_back(std::move(diff));
  return {};
}

}  // namespace

bool GoldenComparison::same() const {
  return missing.empty() &&
         std::ranges::all_of(diffs, [](const RecordingDiff& diff) { return diff.same(); });
}

Result<GoldenComparison> compare_golden(std::span<const std::string> recordings,
                                        const recording::KeyTable& keys,
                                        const GoldenOptions& options) {
  GoldenComparison result;
  std::set<std::string> names;
  for (const std::string& recording : recordings) {
    const std::string golden =
        (fs::path(options.folder) / (fs::path(recording).stem().string() + ".ndjson")).string();
    if (!names.insert(golden).second) {
      return failure(ErrorKind::Invalid, "two recordings would be compared with " + golden);
    }
    if (const auto one = compare_one(recording, golden, keys, options, result); !one) {
      return std::unexpected(one.error());
    }
  }
  return result;
}

}  // namespace rscp::replay
