// SPDX-License-Identifier: MIT
// The rscp command: chooses the subcommand, runs it.
#include <exception>
#include <iostream>
#include <map>

#include "command.hpp"
#include <rscp/version.hpp>

int main(int argc, char** argv) {
  using namespace rscp;
  using namespace rscp::cli;
  // Output is large and piped: no need to keep C's and C++'s streams in step.
  std::ios::sync_with_stdio(false);
  CLI::App app("Tools for RSCP, the protocol of E3/DC home power stations");
  app.set_version_flag("--version", "rscp " + std::string(version()));
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 fine, 1 difference or failed expectation, 2 bad usage, 3 nothing matched,\n"
      "4 wrong or missing key, 5 input/output.");
  std::map<const CLI::App*, Run> runs;
  const auto add = [&](const char* name, const char* description, Run (*setup)(CLI::App&)) {
    CLI::App* command = app.add_subcommand(name, description);
    runs[command] = setup(*command);
  };
  add("decode", "Show every frame of a capture", add_decode);
  add("replay", "Play the device of a recording to a client", add_replay);
  add("record", "Stand between a client and a device and write a capture", add_record);
  add("sanitize", "Make a capture that can be shared", add_sanitize);
  add("scan", "Find what is private in a capture or transcript", add_scan);
  add("diff", "Compare two captures or transcripts", add_diff);
  add("convert", "Turn a recording into a scenario", add_convert);
  add("query", "Ask a device and print its answer", add_query);
  add("simulate", "Be an E3/DC: answer clients as a living station or as a scenario says",
      add_simulate);
  add("check", "Look scenarios over", add_check);
  add("tags", "Look tags up in the dictionary", add_tags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 prints help and mistakes; its own codes are not ours.
    return app.exit(error) == 0 ? kFine : exit_code(ErrorKind::Invalid);
  }
  try {
    const CLI::App* command = app.get_subcommands().front();
    return run_command(command->get_name(), runs.at(command));
  } catch (const std::exception& error) {
    std::cerr << "rscp: " << error.what() << '\n';
    return exit_code(ErrorKind::InputOutput);
  }
}
