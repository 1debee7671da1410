// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/bytes.hpp>
#include <rscp/json.hpp>
#include <rscp/report/check_report.hpp>
#include <rscp/scalar.hpp>

namespace rscp::inline v0_1 {
namespace {

// Text as an XML attribute; characters that XML cannot hold become U+FFFD.
std::string xml(const std::string& text) {
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

// A description must not look like a directive, nor end its line.
std::string tap_description(const std::string& text) {
  std::string out;
  for (const char c : repair_utf8(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

// As GitHub's own toolkit escapes; in properties the separators as well.
std::string command_text(const std::string& text, bool property) {
  std::string out;
  for (const char c : repair_utf8(text)) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
      out += c == '%' ? "%25" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : c == ':' ? "%3A" : "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

struct Place {
  std::string file;
  std::string line;
  std::string column;
};

// Takes the numbers off the end of "file:line:column".
Place split(const std::string& text) {
  Place place{text, "", ""};
  std::vector<std::string> numbers;
  while (numbers.size() < 2) {
    const std::size_t colon = place.file.rfind(':');
    if (colon == std::string::npos || colon + 1 == place.file.size()) break;
    std::string number = place.file.substr(colon + 1);
    if (!std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) break;
    numbers.push_back(std::move(number));
    place.file.resize(colon);
  }
  if (!numbers.empty()) place.line = numbers.back();
  if (numbers.size() == 2) place.column = numbers.front();
  return place;
}

}  // namespace

std::string junit_xml(std::span<const CheckSuite> suites, double seconds) {
  const auto failed = [](const CheckResult& one) { return !one.failure.empty(); };
  const std::string time = to_string(seconds);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const CheckSuite& suite : suites) {
    const auto failures = std::ranges::count_if(suite.results, failed);
    out += "  <testsuite name=\"" + xml(suite.name) + "\" tests=\"" +
           std::to_string(suite.results.size()) + "\" failures=\"" + std::to_string(failures) +
           "\" errors=\"0\" time=\"" + time + "\">\n";
    for (const CheckResult& one : suite.results) {
      out += "    <testcase classname=\"" + xml(suite.name) + "\" name=\"" + xml(one.name) + '"';
      if (failed(one)) {
        out += ">\n      <failure message=\"" + xml(one.failure) + "\">";
        if (!one.place.empty()) out += xml(one.place) + ": ";
        out += xml(one.failure) + "</failure>\n    </testcase>\n";
      } else {
        out += "/>\n";
      }
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

std::string tap(std::span<const CheckSuite> suites) {
  std::size_t count = 0;
  for (const CheckSuite& suite : suites) count += suite.results.size();
  std::string out = "TAP version 14\n1.." + std::to_string(count) + '\n';
  std::size_t number = 0;
  for (const CheckSuite& suite : suites) {
    for (const CheckResult& one : suite.results) {
      out += (one.failure.empty() ? "ok " : "not ok ") + std::to_string(++number) + " - " +
             tap_description(suite.name + ": " + one.name) + '\n';
      if (one.failure.empty()) continue;
      // JSON strings are YAML strings.
      const auto quoted = [](const std::string& text) {
        return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
      };
      out += "  ---\n  message: " + quoted(one.failure) + '\n';
      if (!one.place.empty()) out += "  at: " + quoted(one.place) + '\n';
      out += "  ...\n";
    }
  }
  return out;
}

std::string github_annotations(std::span<const CheckSuite> suites) {
  std::string out;
  for (const CheckSuite& suite : suites) {
    for (const CheckResult& one : suite.results) {
      if (one.failure.empty()) continue;
      out += "::error ";
      if (!one.place.empty()) {
        const Place place = split(one.place);
        out += "file=" + command_text(place.file, true) + ',';
        if (!place.line.empty()) out += "line=" + place.line + ',';
        if (!place.column.empty()) out += "col=" + place.column + ',';
      }
      out += "title=" + command_text(suite.name + ": " + one.name, true) +
             "::" + command_text(one.failure, false) + '\n';
    }
  }
  return out;
}

}  // namespace rscp::inline v0_1
