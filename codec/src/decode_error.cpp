// SPDX-License-Identifier: MIT
#include <rscp/decode_error.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/protocol.hpp>

namespace rscp::inline v0_1 {
namespace {

std::string hex16(std::uint64_t value) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 0xFU];
  return text;
}

std::string hex32(std::uint64_t value) {
  return hex16(value >> 16U) + hex16(value & 0xFFFFU).substr(2);
}

}  // namespace

std::string DecodeError::message() const {
  std::string text;
  const std::string needed = std::to_string(expected);
  const std::string found = std::to_string(actual);
  switch (code) {
    case DecodeErrorCode::HeaderTruncated:
      text = "header needs " + needed + " bytes, " + found + " left";
      break;
    case DecodeErrorCode::PayloadTruncated:
      text = "length field says " + needed + " bytes, " + found + " left";
      break;
    case DecodeErrorCode::BadMagic:
      text = "frame begins with " + hex16(actual) + " instead of " + hex16(kMagic);
      break;
    case DecodeErrorCode::BadVersion:
      text = "protocol version " + found + ", expected 1";
      break;
    case DecodeErrorCode::ReservedBits:
      text = "reserved bits set in control field " + hex16(actual);
      break;
    case DecodeErrorCode::FrameTruncated:
      text = "frame needs " + needed + " bytes, " + found + " there";
      break;
    case DecodeErrorCode::BadCrc:
      text = "CRC is " + hex32(actual) + ", computed " + hex32(expected);
      break;
    case DecodeErrorCode::TooDeep:
      text = "containers nested deeper than " + needed + ", content kept as bytes";
      break;
  }
  text += " at byte " + std::to_string(offset);
  if (!path.empty()) {
    text += " in ";
    // Hostile nesting would make the path longer than the message is worth.
    constexpr std::size_t kShown = 6;
    for (std::size_t i = 0; i < path.size() && i < kShown; ++i) {
      if (i != 0) text += '/';
      text += Dictionary::builtin().label(path[i]);
    }
    if (path.size() > kShown) text += "/... (" + std::to_string(path.size()) + " deep)";
  }
  return text;
}

}  // namespace rscp::inline v0_1
