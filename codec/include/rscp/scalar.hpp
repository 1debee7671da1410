// SPDX-License-Identifier: MIT
// The typed meaning of one payload that is not a container.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <rscp/bytes.hpp>
#include <rscp/data_type.hpp>

namespace rscp {

/// Seconds since 1970-01-01 UTC and nanoseconds, as the wire has them. Not normalised: any
/// 64-bit and any 32-bit number occurs in hostile input.
struct Timestamp {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// The number in an item of type Error. Names 1 to 8 from the public clients, proved by captures.
struct ErrorCode {
  std::uint32_t value = 0;
  friend auto operator<=>(const ErrorCode&, const ErrorCode&) = default;

  static constexpr std::uint32_t kNotHandled = 1;
  static constexpr std::uint32_t kAccessDenied = 2;
  static constexpr std::uint32_t kFormat = 3;
  static constexpr std::uint32_t kAgain = 4;
  static constexpr std::uint32_t kOutOfBounds = 5;
  static constexpr std::uint32_t kNotAvailable = 6;
  static constexpr std::uint32_t kUnknownTag = 7;
  static constexpr std::uint32_t kAlreadyInUse = 8;
};

/// "NOT_AVAILABLE"; empty if the number has no name.
std::string_view name_of(ErrorCode error);
std::optional<ErrorCode> error_from_name(std::string_view name);

/// No value, a number, text, raw bytes, a time or an error. Text and bytes point into the payload.
using Scalar = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, float, double,
                            std::string_view, Bytes, Timestamp, ErrorCode>;

/// Reads `payload` as `type`. Nothing if the size does not fit the type (the payload is then raw
/// bytes to its reader). Types without a meaning, ByteArray, Bitfield and the compressed
/// container give Bytes; Container gives nothing. Signed integers come as int64_t, unsigned as
/// uint64_t, and a Bool is true for every byte but 0.
std::optional<Scalar> scalar_of(DataType type, Bytes payload);

/// Whether encoding the scalar again gives exactly `payload` (false for a Bool of 2, say).
bool is_canonical(DataType type, Bytes payload);

/// "2026-01-01T00:00:00.000000000Z"; "@SECONDS.NANOSECONDS" outside the years 0 to 9999 or with
/// nanoseconds outside 0 to 999,999,999.
std::string to_string(Timestamp time);
/// Reads both forms of to_string; the fraction may have 0 to 9 digits.
std::optional<Timestamp> timestamp_from_string(std::string_view text);

/// Shortest decimal text that reads back as the same number; "nan", "inf", "-inf".
std::string to_string(float number);
std::string to_string(double number);

}  // namespace rscp
