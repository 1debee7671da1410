// SPDX-License-Identifier: MIT
// The typed meaning of one payload that is not a container.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <rscp/bytes.hpp>
#include <rscp/data_type.hpp>

namespace rscp::inline v0_1 {

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

/// No value, a number, text, raw bytes, a time or an error.
template <class Text, class Raw>
using ScalarOf = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, float, double,
                              Text, Raw, Timestamp, ErrorCode>;
/// Text and bytes point into the payload.
using Scalar = ScalarOf<std::string_view, Bytes>;
/// The same with text and bytes of its own.
using OwnedScalar = ScalarOf<std::string, ByteBuffer>;
/// `scalar`, which must outlive the result, as a Scalar.
Scalar view_of(const OwnedScalar& scalar);
/// The number of a Bool, integer or float; nothing for the rest.
std::optional<double> number_of(const Scalar& scalar);
/// The integer of a Bool or integer that fits int64_t.
std::optional<std::int64_t> integer_of(const Scalar& scalar);

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

/// For whom a scalar is printed.
enum class ScalarStyle : std::uint8_t {
  Literal,  ///< the text form: "text" with escapes, x'00ff'; an error without a name is its number
  Shown,    ///< a reader: "text" as it is, of bytes the first sixteen, "error 77"
  Brief,    ///< a reader in a hurry: floats with two digits behind the point
};
/// The one printer of scalars: for text, messages and Wireshark alike.
std::string to_string(const Scalar& scalar, ScalarStyle style);

/// How Value::as<T> reads a scalar; nothing where it is none. chrono.hpp adds points in time.
template <class T>
struct ScalarReader {
  static std::optional<T> read(const Scalar& scalar) {
    if constexpr (std::same_as<T, bool>) {
      return held<bool>(scalar);
    } else if constexpr (std::integral<T>) {
      if (const auto* n = std::get_if<std::uint64_t>(&scalar)) return in_range(*n);
      const auto n = integer_of(scalar);
      return n ? in_range(*n) : std::nullopt;
    } else if constexpr (std::floating_point<T>) {
      const auto n = number_of(scalar);
      return n ? std::optional(static_cast<T>(*n)) : std::nullopt;
    } else if constexpr (std::same_as<T, std::string>) {
      const auto text = held<std::string_view>(scalar);
      return text ? std::optional(std::string(*text)) : std::nullopt;
    } else if constexpr (std::same_as<T, ByteBuffer>) {
      const auto bytes = held<Bytes>(scalar);
      return bytes ? std::optional(ByteBuffer(bytes->begin(), bytes->end())) : std::nullopt;
    } else {
      return held<T>(scalar);  // string_view, Bytes, Timestamp, ErrorCode
    }
  }

 private:
  template <class Held>
  static std::optional<Held> held(const Scalar& scalar) {
    const auto* found = std::get_if<Held>(&scalar);
    return found != nullptr ? std::optional(*found) : std::nullopt;
  }
  template <class N>
  static std::optional<T> in_range(N n) {
    return std::in_range<T>(n) ? std::optional(static_cast<T>(n)) : std::nullopt;
  }
};

}  // namespace rscp::inline v0_1
