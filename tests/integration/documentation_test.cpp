// SPDX-License-Identifier: MIT
// What the documentation shows is what is tested.
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

TEST_CASE("the README's quick start is the program that is compiled, and reads the power") {
  const std::string program = source("tests/examples/quick_start.cpp");
  const auto shown = blocks(source("README.md"), "cpp");
  bool found = false;
  for (const std::string& block : shown) {
    if (block.find("show_power") == std::string::npos) continue;
    found = true;
    // The program begins with the licence and what it is.
    CHECK(program.find(block) != std::string::npos);
  }
  CHECK(found);
  RunningSimulator simulator({"--speed", "0", "--clock", "2026-06-15T13:00:00"});
  const std::string port = std::to_string(simulator.port());
  const Outcome run_it = run({RSCP_QUICK_START, "127.0.0.1", port});
  CHECK(run_it.status == 0);
  CHECK_THAT(run_it.out, Catch::StartsWith("PV "));
  CHECK_THAT(run_it.out, Contains("\nstring 1: "));
  const Outcome nobody = run({RSCP_QUICK_START, "127.0.0.1", "1"});
  CHECK(nobody.status == 1);
  CHECK_THAT(nobody.err, Contains("refused"));
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
