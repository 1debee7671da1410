// SPDX-License-Identifier: MIT
#include "yaml_writer.hpp"

#include <algorithm>
#include <cmath>

#include <rscp/scalar.hpp>

namespace rscp::scenario {
namespace {

// Whether a block gives the text back: it ends with one line break, begins with a word, and has
// nothing that an editor could lose.
bool fits_block(const std::string& text) {
  const auto odd = [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7F; };
  return text.size() > 1 && text.ends_with('\n') && !text.ends_with("\n\n") &&
         text.front() != ' ' && text.front() != '\n' && std::ranges::none_of(text, odd);
}

}  // namespace

YAML::Emitter& operator<<(YAML::Emitter& out, Quoted text) {
  return out << YAML::DoubleQuoted << std::string(text.text);
}

YAML::Emitter& operator<<(YAML::Emitter& out, PathText path) {
  const auto plain = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '/';
  };
  const bool bare =
      !path.text.empty() && path.text.front() >= 'A' && std::ranges::all_of(path.text, plain);
  if (!bare) return out << Quoted{path.text};
  return out << std::string(path.text);
}

YAML::Emitter& operator<<(YAML::Emitter& out, Number number) {
  constexpr double kAllWhole = 9e15;
  if (number.number == std::floor(number.number) && std::abs(number.number) < kAllWhole) {
    return out << std::to_string(static_cast<std::int64_t>(number.number));
  }
  return out << to_string(number.number);
}

YAML::Emitter& operator<<(YAML::Emitter& out, std::chrono::milliseconds time) {
  return out << std::to_string(time.count()) + "ms";
}

YAML::Emitter& operator<<(YAML::Emitter& out, const Script& script) {
  if (!fits_block(script.source)) return out << Quoted{script.source};
  return out << YAML::Literal << script.source.substr(0, script.source.size() - 1);
}

}  // namespace rscp::scenario
