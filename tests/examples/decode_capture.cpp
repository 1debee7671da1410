// SPDX-License-Identifier: MIT
// docs/library.md: decode a capture. decode_capture FILE PASSPHRASE
#include <iostream>

#include <rscp/chrono.hpp>
#include <rscp/ostream.hpp>
#include <rscp/recording/read_capture.hpp>

int decode(const std::string& file, const rscp::Key& key) {
  auto frames = rscp::read_capture(file, key);
  for (const auto& frame : frames) {
    std::cout << frame.number << ' ' << frame.direction << ' ' << frame.time << '\n';
    for (const rscp::Value& value : frame.values) std::cout << "  " << value << '\n';
  }
  if (!frames.error()) return 0;
  std::cerr << *frames.error() << '\n';  // missing, no capture, cut off
  return 1;
}

int main(int, char** arguments) {
  return decode(arguments[1], rscp::Key::from_passphrase(arguments[2]).value());
}
