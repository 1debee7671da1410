// SPDX-License-Identifier: MIT
// rscp convert RECORDING
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "command.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/diagnostics_import.hpp>
#include <rscp/replay/scenario_export.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string in;
  std::string out = "-";
  std::string scenario_key = "rscp";
  KeyOptions keys;
};

// Home Assistant's file, if it is one: a single JSON object. Anything else may be a recording.
std::optional<Json> read_diagnostics(const std::string& file) {
  constexpr std::uintmax_t kLargest = 64 << 20;
  std::error_code error;
  if (std::filesystem::file_size(file, error) > kLargest || error) return std::nullopt;
  if (!recording::is_text_recording(file)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  Json json = Json::parse(in, nullptr, false);
  if (!replay::is_diagnostics(json)) return std::nullopt;
  return json;
}

Result<replay::ExportedScenario> scenario_of(const Options& options, const Say& say) {
  const std::string name = std::filesystem::path(options.in).stem().string();
  if (const auto diagnostics = read_diagnostics(options.in)) {
    return replay::import_diagnostics(*diagnostics, name, options.scenario_key);
  }
  const auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  const auto transcript = recording::load_transcript(options.in, *keys, {{}, nullptr, say});
  if (!transcript) return std::unexpected(transcript.error());
  return replay::export_scenario(*transcript, "converted", options.scenario_key);
}

Result<int> run(const Options& options, const Say& say) {
  const auto scenario = scenario_of(options, say);
  if (!scenario) return std::unexpected(scenario.error());
  for (const std::string& note : scenario->notes) say(options.in + ", " + note);
  if (options.out == "-") std::cout << scenario->yaml;
  const auto written =
      options.out == "-" ? flush_output() : write_file(options.out, scenario->yaml);
  if (!written) return std::unexpected(written.error());
  return kFine;
}

}  // namespace

Run add_convert(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option(
         "RECORDING", options->in,
         "Capture, transcript, journal of the simulator, or diagnostics of Home Assistant's "
         "e3dc_rscp (JSON)")
      ->required();
  app.add_option("-o,--output", options->out, "Scenario to write; - for the output")
      ->capture_default_str();
  app.add_option("--scenario-key", options->scenario_key, "Passphrase of the scenario")
      ->capture_default_str();
  options->keys.add_to(app);
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
