// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/bytes.hpp>
#include <rscp/scalar.hpp>
#include <rscp/simulator/expectations.hpp>

namespace rscp::simulator {
namespace {

// Text as an XML attribute; characters that XML cannot hold become U+FFFD.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : repair_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace

std::string junit_xml(const std::vector<Suite>& suites, double seconds) {
  const auto failed = [](const Outcome& one) { return one.state == Outcome::State::Failed; };
  const std::string time = to_string(seconds);
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const Suite& suite : suites) {
    const auto failures = std::ranges::count_if(suite.outcomes, failed);
    xml += "  <testsuite name=\"" + escaped(suite.name) + "\" tests=\"" +
           std::to_string(suite.outcomes.size()) + "\" failures=\"" + std::to_string(failures) +
           "\" errors=\"0\" time=\"" + time + "\">\n";
    for (const Outcome& one : suite.outcomes) {
      xml += "    <testcase classname=\"" + escaped(suite.name) + "\" name=\"" + escaped(one.name) +
             '"';
      if (failed(one)) {
        xml += ">\n      <failure message=\"" + escaped(one.message) + "\">" + escaped(one.place) +
               ": " + escaped(one.message) + "</failure>\n    </testcase>\n";
      } else {
        xml += "/>\n";
      }
    }
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace rscp::simulator
