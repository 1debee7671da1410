// SPDX-License-Identifier: MIT
// The worked frames of tests/unit/vectors.json. Three implementations that share no code
// (py3rijndael, rijndael-js, the vendor's C++) agree on them bit for bit.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <rscp/bytes.hpp>

namespace test {

struct Vector {
  std::string session;
  std::string key;
  bool from_client;
  std::string label;
  rscp::ByteBuffer plain;
  rscp::ByteBuffer cipher;
};

inline std::vector<Vector> load_vectors() {
  std::ifstream in(RSCP_TEST_DATA "/unit/vectors.json");
  std::vector<Vector> vectors;
  for (const auto& entry : nlohmann::json::parse(in)) {
    vectors.push_back({entry["session"], entry["key"], entry["dir"] == "C", entry["label"],
                       rscp::from_hex(entry["plain"].get<std::string>()).value(),
                       rscp::from_hex(entry["cipher"].get<std::string>()).value()});
  }
  return vectors;
}

/// One direction of one session, in order.
inline std::vector<Vector> direction(const std::string& session, bool from_client) {
  std::vector<Vector> result;
  for (auto& vector : load_vectors()) {
    if (vector.session == session && vector.from_client == from_client) result.push_back(vector);
  }
  return result;
}

}  // namespace test
