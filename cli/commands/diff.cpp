// SPDX-License-Identifier: MIT
// rscp diff A B, rscp diff --golden DIR RECORDING...
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "rules.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/golden.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string golden;
  bool update = false;
  std::string format = "text";
  std::string junit;
  KeyOptions keys;
  RuleOptions rules;
};

Result<replay::GoldenComparison> compare_two(const Options& options,
                                             const recording::KeyTable& keys,
                                             std::span<const replay::Rule> rules, const Say& say) {
  if (options.files.size() != 2) {
    return failure(ErrorKind::Invalid, "expected two recordings, or --golden DIR and any");
  }
  const recording::TranscriptReading reading{{}, nullptr, say};
  const auto first = recording::load_transcript(options.files[0], keys, reading);
  if (!first) return std::unexpected(first.error());
  const auto second = recording::load_transcript(options.files[1], keys, reading);
  if (!second) return std::unexpected(second.error());
  replay::GoldenComparison result;
  auto& diff = result.diffs.emplace_back(diff_recordings(*first, *second, rules));
  diff.first = options.files[0];
  diff.second = options.files[1];
  return result;
}

Result<replay::GoldenComparison> compare(const Options& options, const recording::KeyTable& keys,
                                         std::span<const replay::Rule> rules, const Say& say) {
  if (options.golden.empty()) return compare_two(options, keys, rules, say);
  const char* ci = std::getenv("CI");
  if (options.update && ci != nullptr && std::string_view(ci) == "true") {
    return failure(ErrorKind::Invalid,
                   "--update is refused under CI=true: golden files are reviewed, not made there");
  }
  return replay::compare_golden(options.files, keys, {options.golden, options.update, rules, say});
}

std::string missing_text(const replay::MissingGolden& one) {
  return one.golden + " is missing; --update writes it";
}

std::vector<CheckSuite> suites_of(const replay::GoldenComparison& result) {
  std::vector<CheckSuite> suites;
  suites.reserve(result.missing.size() + result.diffs.size());
  for (const auto& one : result.missing) {
    suites.push_back({one.recording, {{"golden file", one.recording, missing_text(one)}}});
  }
  for (const auto& diff : result.diffs) suites.push_back(check_suite(diff));
  return suites;
}

Result<void> print(const Options& options, const replay::GoldenComparison& result, const Say& say) {
  if (options.format == "json") {
    Json list = Json::array();
    for (const auto& diff : result.diffs) list.push_back(to_json(diff));
    const bool one = options.golden.empty();
    std::cout << (one ? list.at(0) : list).dump(2, ' ', false, Json::error_handler_t::replace)
              << '\n';
  } else if (options.format == "tap") {
    std::cout << tap(suites_of(result));
  } else if (options.format == "github") {
    std::cout << github_annotations(suites_of(result));
  } else {
    for (const auto& diff : result.diffs) std::cout << unified(diff);
  }
  std::cout.flush();
  for (const auto& one : result.missing) say(missing_text(one));
  return flush_output();
}

Result<int> run(const Options& options, const Say& say) {
  const auto started = std::chrono::steady_clock::now();
  if (options.update && options.golden.empty()) {
    return failure(ErrorKind::Invalid, "--update needs --golden");
  }
  const auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  const auto rules = options.rules.parse();
  if (!rules) return std::unexpected(rules.error());
  const auto result = compare(options, *keys, *rules, say);
  if (!result) return std::unexpected(result.error());
  if (const auto printed = print(options, *result, say); !printed) {
    return std::unexpected(printed.error());
  }
  if (!options.junit.empty()) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    const auto written = write_file(options.junit, junit_xml(suites_of(*result), took.count()));
    if (!written) return std::unexpected(written.error());
  }
  return result->same() ? kFine : exit_code(ErrorKind::Mismatch);
}

}  // namespace

Run add_diff(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("RECORDING", options->files,
                 "Two captures, transcripts or journals of the simulator; with --golden any number")
      ->required();
  app.add_option("--golden", options->golden,
                 "Folder with a transcript for each recording, NAME.ndjson, to compare it with");
  app.add_flag("--update", options->update,
               "With --golden: write the transcripts anew that are missing or differ");
  app.add_option("-f,--format", options->format,
                 "text (unified), json, tap, or github (annotations of a workflow)")
      ->check(CLI::IsMember({"text", "json", "tap", "github"}))
      ->capture_default_str();
  app.add_option("--junit", options->junit, "File for a JUnit report, a test an exchange");
  options->keys.add_to(app);
  options->rules.add_to(app);
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
