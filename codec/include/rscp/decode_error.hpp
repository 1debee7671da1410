// SPDX-License-Identifier: MIT
// What can be wrong with bytes from the wire. Errors are values: nothing here is thrown.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <rscp/tag.hpp>

namespace rscp::inline v0_1 {

enum class DecodeErrorCode : std::uint8_t {
  HeaderTruncated,   ///< fewer bytes left than an item or frame header has
  PayloadTruncated,  ///< an item's length field reaches past the end of what holds it
  BadMagic,          ///< the frame does not begin with E3 DC
  BadVersion,        ///< protocol version other than 1
  ReservedBits,      ///< control bits set that have no meaning
  FrameTruncated,    ///< the frame's length field reaches past the bytes there are
  BadCrc,
  TooDeep,  ///< containers nested deeper than the limit
};

/// One fault, with its place.
struct DecodeError {
  DecodeErrorCode code{};
  std::uint64_t offset = 0;    ///< byte the fault begins at, from the start of what was decoded
  std::uint64_t expected = 0;  ///< bytes needed, or the value expected
  std::uint64_t actual = 0;    ///< bytes there are, or the value found
  std::vector<Tag> path;       ///< the containers around the fault, outermost first

  /// One sentence: what, where, what was expected. Uses the built-in dictionary for tag names.
  [[nodiscard]] std::string message() const;
};

template <class T>
using Decoded = std::expected<T, DecodeError>;

}  // namespace rscp::inline v0_1
