// SPDX-License-Identifier: MIT
// The captures in the tree, and those that real clients made (beside a developer's checkout).
#include <cmath>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "process.hpp"

using nlohmann::json;

namespace {

const std::filesystem::path kCaptures = RSCP_SOURCE_DIR "/captures";
const std::filesystem::path kShared = RSCP_SOURCE_DIR "/../shared/captures";

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

// What both sides of a comparison with the shared expectations have: code, type, value. Texts are
// left out there, and floats have six digits.
bool same(const json& expected, const json& actual) {
  if (expected["code"] != actual["code"] || expected["type"] != actual["type"]) return false;
  const json& a = expected["value"];
  const json& b = actual["value"];
  if (expected["type"] == "CString") return b.is_string();
  if (expected["type"] == "Container") {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same);
  }
  if (a.is_number_float() || b.is_number_float()) {
    const double x = a.get<double>();
    const double y = b.get<double>();
    return std::abs(x - y) <= std::abs(x) * 1e-5;
  }
  return a == b;
}

struct SharedCapture {
  const char* name;
  const char* key;
};

}  // namespace

TEST_CASE("the sample captures decode to their golden files") {
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kCaptures)) {
    const auto& path = entry.path();
    if (path.extension() != ".pcap" && path.extension() != ".pcapng") continue;
    CAPTURE(path);
    ++found;
    const auto result =
        test::run({RSCP_COMMAND, "decode", "--key-file", (kCaptures / "rscp_keys").string(),
                   "--format", "ndjson", path.string()});
    CHECK(result.status == 0);
    auto golden = path;
    CHECK(result.out == test::read_file(golden.replace_extension(".ndjson").string()));
  }
  CHECK(found == 4);
}

TEST_CASE("captures of real clients decode as expected, field for field") {
  if (!std::filesystem::exists(kShared)) {
    WARN("no shared captures beside this checkout: " << kShared);
    return;
  }
  for (const SharedCapture& capture :
       {SharedCapture{"rscp-lib", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"},
        SharedCapture{"easy-rscp-js", "pa$$ w0rd!"},
        SharedCapture{"hard-b-mid-connection", "pa$$ w0rd!"},
        SharedCapture{"hard-h-auth-fail-int32", "AuthKey"}}) {
    CAPTURE(capture.name);
    const auto stem = kShared / capture.name;
    const auto result = test::run({RSCP_COMMAND, "decode", "--key", capture.key, "--format",
                                   "ndjson", stem.string() + ".pcap"});
    CHECK(result.status == 0);
    const auto expected = lines_of(test::read_file(stem.string() + ".ndjson"));
    std::vector<json> actual;
    for (auto& line : lines_of(result.out)) {
      if (!line["values"].is_null()) actual.push_back(line);
    }
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(i, expected[i].dump(), actual[i].dump());
      CHECK(actual[i]["direction"] == expected[i]["direction"]);
      CHECK(actual[i]["crc"] == expected[i]["crc"]);
      REQUIRE(actual[i]["values"].size() == expected[i]["values"].size());
      CHECK(std::equal(expected[i]["values"].begin(), expected[i]["values"].end(),
                       actual[i]["values"].begin(), same));
    }
  }
}
