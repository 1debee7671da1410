// SPDX-License-Identifier: MIT
// rscp diff A B, rscp diff --golden DIR RECORDING...
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>

#include "command.hpp"
#include "rules.hpp"
#include <rscp/replay/recording_diff.hpp>

namespace rscp::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> files;
  std::string golden;
  bool update = false;
  std::string format = "text";
  std::string junit;
  KeyOptions keys;
  RuleOptions rules;
};

// What was compared, and checks that need no comparison: a golden file that is not there.
struct Result {
  std::vector<replay::RecordingDiff> diffs;
  std::vector<CheckSuite> others;
  [[nodiscard]] std::vector<CheckSuite> suites() const {
    std::vector<CheckSuite> all = others;
    for (const auto& diff : diffs) all.push_back(check_suite(diff));
    return all;
  }
  [[nodiscard]] bool same() const {
    return others.empty() &&
           std::ranges::all_of(diffs, [](const auto& diff) { return diff.same(); });
  }
};

using Compared = std::expected<Result, Failure>;

Compared compare_two(const Options& options, const recording::KeyTable& keys,
                     std::span<const replay::Rule> rules) {
  if (options.files.size() != 2) {
    return std::unexpected(Failure{kUsage, "expected two recordings, or --golden DIR and any"});
  }
  const auto first = open_transcript(options.files[0], keys, "diff");
  if (!first) return std::unexpected(first.error());
  const auto second = open_transcript(options.files[1], keys, "diff");
  if (!second) return std::unexpected(second.error());
  Result result;
  auto& diff = result.diffs.emplace_back(diff_recordings(*first, *second, rules));
  diff.first = options.files[0];
  diff.second = options.files[1];
  return result;
}

std::expected<void, Failure> write_golden(const fs::path& file,
                                          const recording::Transcript& content) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  std::ostringstream out;
  write_transcript(out, content);
  if (auto written = write_file(file.string(), out.str()); !written) return written;
  complain("diff", file.string() + ": written");
  return {};
}

// Each recording against DIR/its name.ndjson. An update leaves files alone that say the same.
Compared compare_golden(const Options& options, const recording::KeyTable& keys,
                        std::span<const replay::Rule> rules) {
  const char* ci = std::getenv("CI");
  if (options.update && ci != nullptr && std::string_view(ci) == "true") {
    return std::unexpected(Failure{
        kUsage, "--update is refused under CI=true: golden files are reviewed, not made there"});
  }
  Result result;
  std::set<std::string> names;
  for (const std::string& file : options.files) {
    const fs::path golden = fs::path(options.golden) / (fs::path(file).stem().string() + ".ndjson");
    if (!names.insert(golden.string()).second) {
      return std::unexpected(
          Failure{kUsage, "two recordings would be compared with " + golden.string()});
    }
    const auto actual = open_transcript(file, keys, "diff");
    if (!actual) return std::unexpected(actual.error());
    if (!fs::exists(golden)) {
      if (!options.update) {
        result.others.push_back(
            {file, {{"golden file", file, golden.string() + " is missing; --update writes it"}}});
        continue;
      }
      if (auto written = write_golden(golden, *actual); !written) {
        return std::unexpected(written.error());
      }
      continue;
    }
    const auto expected = open_transcript(golden.string(), keys, "diff");
    if (!expected) return std::unexpected(expected.error());
    auto diff = diff_recordings(*expected, *actual, rules);
    diff.first = golden.string();
    diff.second = file;
    if (options.update && !diff.same()) {
      if (auto written = write_golden(golden, *actual); !written) {
        return std::unexpected(written.error());
      }
      continue;
    }
    result.diffs.push_back(std::move(diff));
  }
  return result;
}

void print(const Options& options, const Result& result) {
  if (options.format == "json") {
    Json list = Json::array();
    for (const auto& diff : result.diffs) list.push_back(to_json(diff));
    const bool one = options.golden.empty();
    std::cout << (one ? list.at(0) : list).dump(2, ' ', false, Json::error_handler_t::replace)
              << '\n';
  } else if (options.format == "tap") {
    std::cout << tap(result.suites());
  } else if (options.format == "github") {
    std::cout << github_annotations(result.suites());
  } else {
    for (const auto& diff : result.diffs) std::cout << unified(diff);
  }
  std::cout.flush();
  for (const CheckSuite& suite : result.others) {
    for (const CheckResult& one : suite.results) complain("diff", one.failure);
  }
}

int run(const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  const auto fail = [](const Failure& failure) {
    complain("diff", failure.message);
    return failure.code;
  };
  if (options.update && options.golden.empty()) return fail({kUsage, "--update needs --golden"});
  const auto keys = options.keys.table("diff");
  if (!keys) return fail(keys.error());
  const auto rules = options.rules.parse();
  if (!rules) return fail(rules.error());
  const auto result = options.golden.empty() ? compare_two(options, *keys, *rules)
                                             : compare_golden(options, *keys, *rules);
  if (!result) return fail(result.error());
  print(options, *result);
  if (!std::cout) return fail({kInputOutput, "cannot write the output"});
  if (!options.junit.empty()) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    const auto written = write_file(options.junit, junit_xml(result->suites(), took.count()));
    if (!written) return fail(written.error());
  }
  return result->same() ? kFine : kDifference;
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
  return [options] { return run(*options); };
}

}  // namespace rscp::cli
