// SPDX-License-Identifier: MIT
// The ways in which scenarios write scalars.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include <rscp/path.hpp>
#include <rscp/scenario/source_place.hpp>

namespace rscp::scenario {

/// Text that somebody chose: always in quotes, whatever it looks like.
struct Quoted {
  std::string_view text;
};
YAML::Emitter& operator<<(YAML::Emitter& out, Quoted text);

/// A tag or a path: in quotes where it has conditions or patterns.
struct PathText {
  std::string_view text;
};
YAML::Emitter& operator<<(YAML::Emitter& out, PathText path);

/// As short as it reads back the same; whole numbers without a point.
struct Number {
  double number;
};
YAML::Emitter& operator<<(YAML::Emitter& out, Number number);

/// "250ms"
YAML::Emitter& operator<<(YAML::Emitter& out, std::chrono::milliseconds time);

/// Lua: several lines as a block.
YAML::Emitter& operator<<(YAML::Emitter& out, const Script& script);

/// A member of a mapping.
template <class T>
void member(YAML::Emitter& out, std::string_view key, const T& value) {
  out << YAML::Key << std::string(key) << YAML::Value << value;
}
/// The same unless it is what would be anyway.
template <class T>
void member_unless(YAML::Emitter& out, std::string_view key, const T& value, const T& otherwise) {
  if (value != otherwise) member(out, key, value);
}

}  // namespace rscp::scenario
