// SPDX-License-Identifier: MIT
// rscp sanitize IN OUT, rscp scan FILE
#include <iostream>
#include <memory>

#include "command.hpp"
#include <rscp/replay/sanitizer.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string in;
  std::string out;
  std::string new_key = "sanitized";
  std::vector<std::string> secrets;
  KeyOptions keys;
};

Result<int> run_sanitize(const Options& options, const Say& say) {
  const auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  const auto new_key = Key::from_passphrase(options.new_key);
  if (!new_key) return std::unexpected(new_key.error().within("--new-key"));
  if (options.in == options.out) {
    return failure(ErrorKind::Invalid, "the sanitised capture must be another file");
  }
  const auto report = replay::sanitize(options.in, options.out, *keys, *new_key);
  if (!report) return std::unexpected(report.error());
  for (const std::string& note : report->notes) say(options.in + ", " + note);
  say(options.out + ": " + std::to_string(report->frames) + " frames of " +
      std::to_string(report->connections) + " connections, " + std::to_string(report->masked) +
      " texts masked; passphrase \"" + options.new_key + '"');
  return kFine;
}

Result<int> run_scan(const Options& options, const Say& say) {
  const auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  const auto report = replay::scan(options.in, *keys, options.secrets);
  if (!report) return std::unexpected(report.error());
  for (const replay::Leak& leak : report->leaks) {
    std::cout << leak.where << ": " << leak.what << '\n';
  }
  if (const auto written = flush_output(); !written) return std::unexpected(written.error());
  return report->leaks.empty() ? kFine : exit_code(ErrorKind::Mismatch);
}

}  // namespace

Run add_sanitize(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("IN", options->in, "Capture")->required();
  app.add_option("OUT", options->out, "Capture to write")->required();
  app.add_option("--new-key", options->new_key, "Passphrase of the written capture")
      ->capture_default_str();
  options->keys.add_to(app);
  return [options](const Say& say) { return run_sanitize(*options, say); };
}

Run add_scan(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->in, "Capture, transcript or journal")->required();
  app.add_option("--secret", options->secrets, "A text that must not be in it")
      ->allow_extra_args(false);
  options->keys.add_to(app);
  return [options](const Say& say) { return run_scan(*options, say); };
}

}  // namespace rscp::cli
