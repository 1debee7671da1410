// SPDX-License-Identifier: MIT
// What the documentation shows is what is tested.
#include <algorithm>

#include "catch.hpp"
#include "running_simulator.hpp"

using namespace test;
using Catch::Contains;

namespace {

std::string source(const std::string& path) {
  return read_file(std::string(RSCP_SOURCE_DIR) + '/' + path);
}

// The blocks between ```language and ```.
std::vector<std::string> blocks(const std::string& text, const std::string& language) {
  std::vector<std::string> found;
  const std::string open = "```" + language + "\n";
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const std::size_t end = text.find("\n```", at);
    found.push_back(text.substr(at, end - at + 1));
    at = end;
  }
  return found;
}

}  // namespace

TEST_CASE("the README's quick starts are the programs that are compiled, and read the power") {
  const auto shown = blocks(source("README.md"), "cpp");
  for (const char* example : {"quick_start", "ask_blocking"}) {
    CAPTURE(example);
    const std::string program = source("tests/examples/" + std::string(example) + ".cpp");
    // The program begins with the licence and what it is.
    CHECK(std::ranges::any_of(shown, [&](const std::string& block) {
      return block.size() > program.size() / 2 && program.ends_with(block);
    }));
  }
  RunningSimulator simulator({"--speed", "0", "--clock", "2026-06-15T13:00:00"});
  const std::string port = std::to_string(simulator.port());
  const Outcome run_it = run({RSCP_QUICK_START, "127.0.0.1", port});
  CHECK(run_it.status == 0);
  CHECK_THAT(run_it.out, Catch::StartsWith("PV "));
  CHECK_THAT(run_it.out, Contains("\nstring 1: "));
  const Outcome blocking = run({RSCP_ASK_BLOCKING, "127.0.0.1", port});
  CHECK(blocking.status == 0);
  CHECK_THAT(blocking.out, Catch::StartsWith("PV "));
  for (const char* program : {RSCP_QUICK_START, RSCP_ASK_BLOCKING}) {
    const Outcome nobody = run({program, "127.0.0.1", "1"});
    CHECK(nobody.status == 1);
    CHECK_THAT(nobody.err, Catch::StartsWith("127.0.0.1:1: connection refused"));
  }
}

TEST_CASE("the guide to testing a client shows the examples that are run") {
  const std::string guide = source("docs/testing-a-client.md");
  for (const char* example : {"pytest/conftest.py", "pytest/scenario.yaml", "pytest/test_client.py",
                              "ctest/CMakeLists.txt", "shell/test-client", "github/client.yml"}) {
    CAPTURE(example);
    CHECK(guide.find("```\n") != std::string::npos);
    CHECK_THAT(guide, Contains("\n" + source("docs/examples/" + std::string(example)) + "```"));
  }
}

TEST_CASE("every YAML block of the scenario guide is a sound scenario") {
  TemporaryFolder folder;
  write_file(folder.file("common.yaml"), "{}\n");
  const auto shown = blocks(source("docs/scenarios.md"), "yaml");
  REQUIRE(shown.size() >= 6);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::string file = folder.file(std::to_string(i) + ".yaml");
    // The second expectation refers to the first, the devices to one another: each block is whole.
    write_file(file, shown[i]);
    const Outcome checked = run({RSCP_COMMAND, "check", file});
    CAPTURE(shown[i]);
    CHECK(checked.err == "");
    CHECK(checked.status == 0);
  }
}

TEST_CASE("the guide to replay in CI shows the script that is run") {
  CHECK_THAT(source("docs/replay-in-ci.md"),
             Contains("```sh\n" + source("docs/examples/replay/whole-way") + "```"));
  CHECK_THAT(source("docs/replay-in-ci.md"),
             Contains("```yaml\n" + source("docs/examples/github/replay.yml") + "```"));
}

TEST_CASE("the library page shows the programs that are compiled and run") {
  const auto shown = blocks(source("docs/library.md"), "cpp");
  REQUIRE(shown.size() == 4);
  std::size_t found = 0;
  for (const char* program : {"decode_capture", "local_station", "own_server", "path_queries"}) {
    const std::string text = source("tests/examples/" + std::string(program) + ".cpp");
    for (const std::string& block : shown) found += text.ends_with("\n" + block) ? 1 : 0;
  }
  CHECK(found == shown.size());
}
