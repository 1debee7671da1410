// SPDX-License-Identifier: MIT
// What became of checks, in the forms that CI systems read. The simulator's expectations and the
// comparison of recordings both report by them.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace rscp::inline v0_1 {

struct CheckResult {
  std::string name;
  std::string place;    ///< "file:line:column" or a file; may be empty
  std::string failure;  ///< why it failed, any number of lines; empty: it passed
};

struct CheckSuite {
  std::string name;
  std::vector<CheckResult> results;
};

/// A JUnit report. `seconds` is how long all of it took.
std::string junit_xml(std::span<const CheckSuite> suites, double seconds);

/// The Test Anything Protocol, version 14; failures as YAML blocks.
std::string tap(std::span<const CheckSuite> suites);

/// GitHub's workflow commands: an annotation for each failure.
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
std::string github_annotations(std::span<const CheckSuite> suites);

}  // namespace rscp::inline v0_1
