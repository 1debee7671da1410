// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/report/check_report.hpp>

using namespace rscp;
using Catch::Contains;

namespace {

const std::vector<CheckSuite> kSuites = {
    {"device", {{"a <b> & \"c\"", "t.yaml:1:2", "x < y\n50%"}, {"fine #1", "t.yaml:2:2", ""}}}};

}  // namespace

TEST_CASE("a JUnit report counts and escapes") {
  const std::string xml = junit_xml(kSuites, 1.5);
  CHECK_THAT(xml, Contains("tests=\"2\" failures=\"1\" errors=\"0\" time=\"1.5\""));
  CHECK_THAT(xml, Contains("name=\"a &lt;b&gt; &amp; &quot;c&quot;\""));
  CHECK_THAT(xml, Contains("<failure message=\"x &lt; y&#10;50%\">t.yaml:1:2: x &lt; y"));
  CHECK_THAT(xml, Contains("name=\"fine #1\"/>"));
}

TEST_CASE("a TAP report numbers its tests and keeps directives out of names") {
  CHECK(tap(kSuites) ==
        "TAP version 14\n1..2\n"
        "not ok 1 - device: a <b> & \"c\"\n"
        "  ---\n  message: \"x < y\\n50%\"\n  at: \"t.yaml:1:2\"\n  ...\n"
        "ok 2 - device: fine \\#1\n");
}

TEST_CASE("GitHub annotations name file, line and column, and escape what separates them") {
  CHECK(github_annotations(kSuites) ==
        "::error file=t.yaml,line=1,col=2,title=device%3A a <b> & \"c\"::x < y%0A50%25\n");
  const std::vector<CheckSuite> windows = {{"s", {{"n", "C:\\a,b.pcap", "bad"}}}};
  CHECK(github_annotations(windows) == "::error file=C%3A\\a%2Cb.pcap,title=s%3A n::bad\n");
}
