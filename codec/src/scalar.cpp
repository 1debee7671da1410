// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdio>

#include "ascii.hpp"
#include <rscp/scalar.hpp>

namespace rscp::inline v0_1 {
namespace {

constexpr std::array<std::string_view, 9> kErrorNames = {"",
                                                         "NOT_HANDLED",
                                                         "ACCESS_DENIED",
                                                         "FORMAT",
                                                         "AGAIN",
                                                         "OUT_OF_BOUNDS",
                                                         "NOT_AVAILABLE",
                                                         "UNKNOWN_TAG",
                                                         "ALREADY_IN_USE"};

template <class T>
std::string number_text(T number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  if (number == 0 && std::signbit(number)) return "-0.0";  // "-0" would read as an integer
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), result.ptr};
}

constexpr std::int32_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kYear0 = -62'167'219'200;      // 0000-01-01T00:00:00Z
constexpr std::int64_t kYear10000 = 253'402'300'800;  // 10000-01-01T00:00:00Z

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

// `count` is 18 at most, what fits.
std::optional<std::int64_t> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  std::int64_t value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!ascii::is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// "@SECONDS" or "@SECONDS.NANOSECONDS"; the second number is a count, not a fraction.
std::optional<Timestamp> from_numbers(std::string_view text) {
  Timestamp time;
  const char* last = text.data() + text.size();
  auto result = std::from_chars(text.data(), last, time.seconds);
  if (result.ec != std::errc()) return std::nullopt;
  if (result.ptr == last) return time;
  if (*result.ptr != '.') return std::nullopt;
  result = std::from_chars(result.ptr + 1, last, time.nanoseconds);
  if (result.ec != std::errc() || result.ptr != last) return std::nullopt;
  return time;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      default: {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20 || byte == 0x7F) {
          result += "\\x" + to_hex({&byte, 1});
        } else {
          result += c;
        }
      }
    }
  }
  return result + '"';
}

// Two digits behind the point are plenty for reading at a glance.
std::string rounded(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f", number);
  std::string result = text;
  if (result.find('.') != std::string::npos) {
    while (result.back() == '0') result.pop_back();
    if (result.back() == '.') result.pop_back();
  }
  return result == "-0" ? "0" : result;
}

struct ScalarPrinter {
  ScalarStyle style;

  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool b) const { return b ? "true" : "false"; }
  std::string operator()(std::int64_t n) const { return std::to_string(n); }
  std::string operator()(std::uint64_t n) const { return std::to_string(n); }
  std::string operator()(float n) const { return floating(n); }
  std::string operator()(double n) const { return floating(n); }
  std::string operator()(std::string_view text) const {
    return style == ScalarStyle::Literal ? quoted(text) : '"' + repair_utf8(text) + '"';
  }
  std::string operator()(Bytes bytes) const {
    if (style == ScalarStyle::Literal) return "x'" + to_hex(bytes) + '\'';
    constexpr std::size_t kShown = 16;
    std::string text = to_hex(bytes.first(std::min(bytes.size(), kShown)));
    if (bytes.size() > kShown) text += "... (" + std::to_string(bytes.size()) + " bytes)";
    return text;
  }
  std::string operator()(Timestamp time) const { return to_string(time); }
  std::string operator()(ErrorCode error) const {
    const auto name = name_of(error);
    if (!name.empty()) return std::string(name);
    return (style == ScalarStyle::Literal ? "" : "error ") + std::to_string(error.value);
  }

 private:
  template <class T>
  [[nodiscard]] std::string floating(T n) const {
    return style == ScalarStyle::Brief ? rounded(n) : to_string(n);
  }
};

}  // namespace

std::string_view name_of(ErrorCode error) {
  return error.value < kErrorNames.size() ? kErrorNames[error.value] : std::string_view();
}

std::optional<ErrorCode> error_from_name(std::string_view name) {
  for (std::uint32_t i = 1; i < kErrorNames.size(); ++i) {
    if (ascii::equal_ignoring_case(kErrorNames[i], name)) return ErrorCode{i};
  }
  return std::nullopt;
}

std::optional<Scalar> scalar_of(DataType type, Bytes payload) {
  if (const auto size = fixed_size(type); size && *size != payload.size()) return std::nullopt;
  const std::uint8_t* data = payload.data();
  switch (type) {
    case DataType::None:
      return std::monostate();
    case DataType::Bool:
      return data[0] != 0;
    case DataType::Char8:
      return std::int64_t{load_le<std::int8_t>(data)};
    case DataType::UChar8:
      return std::uint64_t{data[0]};
    case DataType::Int16:
      return std::int64_t{load_le<std::int16_t>(data)};
    case DataType::UInt16:
      return std::uint64_t{load_le<std::uint16_t>(data)};
    case DataType::Int32:
      return std::int64_t{load_le<std::int32_t>(data)};
    case DataType::UInt32:
      return std::uint64_t{load_le<std::uint32_t>(data)};
    case DataType::Int64:
      return load_le<std::int64_t>(data);
    case DataType::UInt64:
      return load_le<std::uint64_t>(data);
    case DataType::Float32:
      return std::bit_cast<float>(load_le<std::uint32_t>(data));
    case DataType::Double64:
      return std::bit_cast<double>(load_le<std::uint64_t>(data));
    case DataType::CString:
      return as_text(payload);
    case DataType::Timestamp:
      return Timestamp{load_le<std::int64_t>(data), load_le<std::int32_t>(data + 8)};
    case DataType::Error:
      if (payload.size() == 4) return ErrorCode{load_le<std::uint32_t>(data)};
      if (payload.size() == 1) return ErrorCode{data[0]};
      return std::nullopt;
    case DataType::Container:
      return std::nullopt;
    case DataType::Bitfield:
    case DataType::ByteArray:
    case DataType::CompressedContainer:
      break;
  }
  return payload;
}

bool is_canonical(DataType type, Bytes payload) {
  if (!scalar_of(type, payload)) return false;
  switch (type) {
    case DataType::Bool:
      return payload[0] <= 1;
    case DataType::Error:
      return payload.size() == 4;
    case DataType::CString:
      return is_utf8(as_text(payload));
    case DataType::Float32: {
      // One NaN can be written as text; the others differ in bits that text has no room for.
      const auto bits = load_le<std::uint32_t>(payload.data());
      return !std::isnan(std::bit_cast<float>(bits)) || bits == 0x7FC00000U;
    }
    case DataType::Double64: {
      const auto bits = load_le<std::uint64_t>(payload.data());
      return !std::isnan(std::bit_cast<double>(bits)) || bits == 0x7FF8000000000000U;
    }
    default:
      return true;
  }
}

std::string to_string(Timestamp time) {
  if (time.seconds < kYear0 || time.seconds >= kYear10000 || time.nanoseconds < 0 ||
      time.nanoseconds >= kNanosecondsPerSecond) {
    return '@' + std::to_string(time.seconds) + '.' + std::to_string(time.nanoseconds);
  }
  using namespace std::chrono;
  const sys_seconds point{seconds(time.seconds)};
  const auto day = floor<days>(point);
  const year_month_day date(day);
  const hh_mm_ss clock(point - day);
  return padded(int{date.year()}, 4) + '-' + padded(unsigned{date.month()}, 2) + '-' +
         padded(unsigned{date.day()}, 2) + 'T' + padded(clock.hours().count(), 2) + ':' +
         padded(clock.minutes().count(), 2) + ':' + padded(clock.seconds().count(), 2) + '.' +
         padded(time.nanoseconds, 9) + 'Z';
}

std::optional<Timestamp> timestamp_from_string(std::string_view text) {
  if (!text.empty() && text[0] == '@') return from_numbers(text.substr(1));
  // YYYY-MM-DDTHH:MM:SS[.fraction]Z
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size() || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != '0' && text[i] != kShape[i]) return std::nullopt;
  }
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  std::int32_t nanoseconds = 0;
  const std::string_view fraction = text.substr(kShape.size(), text.size() - kShape.size() - 1);
  if (!fraction.empty()) {
    const std::size_t count = fraction.size() - 1;
    if (fraction[0] != '.' || count == 0 || count > 9) return std::nullopt;
    const auto value = digits(fraction, 1, count);
    if (!value) return std::nullopt;
    nanoseconds = static_cast<std::int32_t>(*value);
    for (std::size_t i = count; i < 9; ++i) nanoseconds *= 10;
  }
  using namespace std::chrono;
  const year_month_day date(year(static_cast<int>(*y)), month(static_cast<unsigned>(*mo)),
                            day(static_cast<unsigned>(*d)));
  if (!date.ok()) return std::nullopt;
  const auto point = sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s);
  return Timestamp{duration_cast<seconds>(point.time_since_epoch()).count(), nanoseconds};
}

std::string to_string(float number) { return number_text(number); }
std::string to_string(double number) { return number_text(number); }

std::string to_string(const Scalar& scalar, ScalarStyle style) {
  return std::visit(ScalarPrinter{style}, scalar);
}

Scalar view_of(const OwnedScalar& scalar) {
  return std::visit([](const auto& held) -> Scalar { return held; }, scalar);
}

std::optional<double> number_of(const Scalar& scalar) {
  return std::visit(
      [](const auto& held) -> std::optional<double> {
        if constexpr (std::convertible_to<decltype(held), double>) {
          return static_cast<double>(held);
        }
        return std::nullopt;
      },
      scalar);
}

std::optional<std::int64_t> integer_of(const Scalar& scalar) {
  if (const auto* b = std::get_if<bool>(&scalar)) return *b ? 1 : 0;
  if (const auto* n = std::get_if<std::int64_t>(&scalar)) return *n;
  if (const auto* n = std::get_if<std::uint64_t>(&scalar)) {
    if (std::in_range<std::int64_t>(*n)) return static_cast<std::int64_t>(*n);
  }
  return std::nullopt;
}

}  // namespace rscp::inline v0_1
