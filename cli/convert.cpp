// SPDX-License-Identifier: MIT
// rscp convert RECORDING
#include <fstream>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "rules.hpp"
#include <rscp/replay/scenario_export.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string in;
  std::string out = "-";
  std::string scenario_key = "rscp";
  KeyOptions keys;
};

int run(const Options& options) {
  const auto fail = [](const Failure& failure) {
    complain("convert", failure.message);
    return failure.code;
  };
  const auto keys = options.keys.table("convert");
  if (!keys) return fail(keys.error());
  const auto transcript = open_transcript(options.in, *keys, "convert");
  if (!transcript) return fail(transcript.error());
  const auto scenario = replay::export_scenario(*transcript, "converted", options.scenario_key);
  for (const std::string& note : scenario.notes) complain("convert", options.in + ", " + note);
  if (options.out == "-") {
    std::cout << scenario.yaml << std::flush;
    return std::cout ? kFine : fail({kInputOutput, "cannot write the output"});
  }
  std::ofstream out(options.out, std::ios::binary | std::ios::trunc);
  out << scenario.yaml;
  out.close();
  return out ? kFine : fail({kInputOutput, options.out + ": cannot be written"});
}

}  // namespace

Run add_convert(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("RECORDING", options->in, "Capture, transcript or journal of the simulator")
      ->required();
  app.add_option("-o,--output", options->out, "Scenario to write; - for the output")
      ->capture_default_str();
  app.add_option("--scenario-key", options->scenario_key, "Passphrase of the scenario")
      ->capture_default_str();
  options->keys.add_to(app);
  return [options] { return run(*options); };
}

}  // namespace rscp::cli
