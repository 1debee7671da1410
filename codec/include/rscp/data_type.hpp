// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rscp::inline v0_1 {

/// The type byte of an item. A byte that is none of these is carried as it is: the enumeration
/// is open, and such a payload is raw bytes.
enum class DataType : std::uint8_t {
  None = 0x00,  ///< no payload; most getters
  Bool = 0x01,
  Char8 = 0x02,  ///< a signed number, not a character
  UChar8 = 0x03,
  Int16 = 0x04,
  UInt16 = 0x05,
  Int32 = 0x06,
  UInt32 = 0x07,
  Int64 = 0x08,
  UInt64 = 0x09,
  Float32 = 0x0A,
  Double64 = 0x0B,
  Bitfield = 0x0C,  ///< any length: the public clients disagree on one
  CString = 0x0D,   ///< UTF-8 without a terminating zero
  Container = 0x0E,
  Timestamp = 0x0F,  ///< int64 seconds, int32 nanoseconds
  ByteArray = 0x10,
  CompressedContainer = 0x11,  ///< content not publicly known; raw bytes
  Error = 0xFF,                ///< uint32 error code; one byte is seen as well
};

/// The name as used in text and JSON, e.g. "UInt16"; "Type0x42" for a byte without a name.
std::string name_of(DataType type);

/// The type of that name, any case ("uint16", "Type0x42"); nothing if there is none.
std::optional<DataType> data_type_from_name(std::string_view name);

/// Whether this type byte has a meaning in the protocol.
bool is_known(DataType type);

/// The one payload size this type can have, in bytes; nothing for types of variable size.
/// Error counts as variable: four bytes is the rule, one byte is accepted.
std::optional<std::size_t> fixed_size(DataType type);

bool is_integer(DataType type);  ///< Char8 to UInt64
bool is_float(DataType type);    ///< Float32 and Double64

}  // namespace rscp::inline v0_1
