// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <istream>
#include <string>

namespace rscp::recording {

enum class LineRead { Line, TooLong, End };

/// std::getline that stops at `longest` bytes: a file without line ends does not fill the memory.
inline LineRead read_line(std::istream& in, std::string& line, std::size_t longest) {
  line.clear();
  std::streambuf& buffer = *in.rdbuf();
  for (int c = in.good() ? buffer.sbumpc() : EOF; c != EOF; c = buffer.sbumpc()) {
    if (c == '\n') return LineRead::Line;
    if (line.size() == longest) return LineRead::TooLong;
    line.push_back(static_cast<char>(c));
  }
  in.setstate(std::ios::eofbit);
  return line.empty() ? LineRead::End : LineRead::Line;
}

}  // namespace rscp::recording
