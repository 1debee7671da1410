// SPDX-License-Identifier: MIT
#include <cmath>

#include "catch.hpp"
#include <rscp/chrono.hpp>
#include <rscp/scalar.hpp>

using namespace rscp;

namespace {

Scalar read(DataType type, std::string_view hex) {
  static ByteBuffer bytes;  // the scalar may point into it
  bytes = from_hex(hex).value();
  return scalar_of(type, bytes).value();
}

}  // namespace

TEST_CASE("each type reads its payload") {
  CHECK(std::holds_alternative<std::monostate>(read(DataType::None, "")));
  CHECK(std::get<bool>(read(DataType::Bool, "01")));
  CHECK_FALSE(std::get<bool>(read(DataType::Bool, "00")));
  CHECK(std::get<std::int64_t>(read(DataType::Char8, "fe")) == -2);
  CHECK(std::get<std::uint64_t>(read(DataType::UChar8, "fe")) == 254);
  CHECK(std::get<std::int64_t>(read(DataType::Int16, "0080")) == -32768);
  CHECK(std::get<std::uint64_t>(read(DataType::UInt16, "0080")) == 32768);
  CHECK(std::get<std::int64_t>(read(DataType::Int32, "4f120000")) == 4687);
  CHECK(std::get<std::uint64_t>(read(DataType::UInt32, "ffffffff")) == 4294967295U);
  CHECK(std::get<std::int64_t>(read(DataType::Int64, "feffffffffffffff")) == -2);
  CHECK(std::get<std::uint64_t>(read(DataType::UInt64, "feffffffffffffff")) ==
        18446744073709551614U);
  CHECK(std::get<float>(read(DataType::Float32, "00009d42")) == 78.5F);
  CHECK(std::get<double>(read(DataType::Double64, "0000000000e05040")) == 67.5);
  CHECK(std::get<std::string_view>(read(DataType::CString, "5331302d")) == "S10-");
  CHECK(std::get<Timestamp>(read(DataType::Timestamp, "00f153650000000015cd5b07")) ==
        Timestamp{1700000000, 123456789});
  CHECK(to_hex(std::get<Bytes>(read(DataType::ByteArray, "dc05"))) == "dc05");
  CHECK(to_hex(std::get<Bytes>(read(DataType::Bitfield, "a1b2c3"))) == "a1b2c3");
  CHECK(to_hex(std::get<Bytes>(read(DataType::CompressedContainer, "00"))) == "00");
  CHECK(to_hex(std::get<Bytes>(read(static_cast<DataType>(0x42), "1122"))) == "1122");
}

TEST_CASE("an error has four bytes, or one") {
  CHECK(std::get<ErrorCode>(read(DataType::Error, "06000000")).value == 6);
  CHECK(std::get<ErrorCode>(read(DataType::Error, "06")).value == 6);
  CHECK_FALSE(scalar_of(DataType::Error, ByteBuffer(2)));
  CHECK(name_of(ErrorCode{6}) == "NOT_AVAILABLE");
  CHECK(name_of(ErrorCode{0}).empty());
  CHECK(name_of(ErrorCode{0xFFFFFFFF}).empty());
  CHECK(error_from_name("access_denied")->value == 2);
  CHECK_FALSE(error_from_name(""));
}

TEST_CASE("a size that does not fit the type gives no scalar") {
  CHECK_FALSE(scalar_of(DataType::None, ByteBuffer(1)));
  CHECK_FALSE(scalar_of(DataType::Bool, {}));
  CHECK_FALSE(scalar_of(DataType::UInt16, ByteBuffer(3)));
  CHECK_FALSE(scalar_of(DataType::Timestamp, ByteBuffer(8)));
  CHECK_FALSE(scalar_of(DataType::Container, {}));
}

TEST_CASE("times print as ISO 8601 and as numbers beyond it") {
  const Timestamp time{1700000000, 123456789};
  CHECK(to_string(time) == "2023-11-14T22:13:20.123456789Z");
  CHECK(timestamp_from_string("2023-11-14T22:13:20.123456789Z") == time);
  CHECK(timestamp_from_string("2023-11-14T22:13:20Z") == Timestamp{1700000000, 0});
  CHECK(timestamp_from_string("2023-11-14T22:13:20.5Z") == Timestamp{1700000000, 500000000});
  CHECK(to_string(Timestamp{0, -1}) == "@0.-1");
  CHECK(timestamp_from_string("@0.-1") == Timestamp{0, -1});
  CHECK(timestamp_from_string("@-5") == Timestamp{-5, 0});
  const Timestamp far{INT64_MAX, INT32_MIN};
  CHECK(timestamp_from_string(to_string(far)) == far);
  CHECK_FALSE(timestamp_from_string("2023-02-30T00:00:00Z"));
  CHECK_FALSE(timestamp_from_string("2023-11-14T24:00:00Z"));
  CHECK_FALSE(timestamp_from_string("2023-11-14T22:13:20"));
  CHECK_FALSE(timestamp_from_string("2023-11-14T22:13:20.Z"));
  // More digits than a number holds: found by the fuzzer of text.
  CHECK_FALSE(timestamp_from_string("2023-11-14T22:13:20." + std::string(40, '8') + "Z"));
  CHECK_FALSE(timestamp_from_string(""));
}

TEST_CASE("numbers print as short as they can and read back the same") {
  CHECK(to_string(0.1F) == "0.1");
  CHECK(to_string(4687.0F) == "4687");
  CHECK(to_string(std::nan("")) == "nan");
  CHECK(to_string(-std::numeric_limits<float>::infinity()) == "-inf");
}

TEST_CASE("payloads that their scalar cannot give back are known") {
  CHECK(is_canonical(DataType::Bool, from_hex("01").value()));
  CHECK_FALSE(is_canonical(DataType::Bool, from_hex("02").value()));
  CHECK_FALSE(is_canonical(DataType::Error, from_hex("06").value()));
  CHECK_FALSE(is_canonical(DataType::CString, from_hex("ff").value()));
  CHECK(is_canonical(DataType::Float32, from_hex("0000c07f").value()));
  CHECK_FALSE(is_canonical(DataType::Float32, from_hex("0100c07f").value()));
}

TEST_CASE("one printer writes scalars for the text form, for readers and for readers in a hurry") {
  const auto texts = [](const OwnedScalar& scalar) {
    const Scalar view = view_of(scalar);
    return to_string(view, ScalarStyle::Literal) + '|' + to_string(view, ScalarStyle::Shown) + '|' +
           to_string(view, ScalarStyle::Brief);
  };
  CHECK(texts(std::monostate()) == "||");
  CHECK(texts(true) == "true|true|true");
  CHECK(texts(std::int64_t{-3}) == "-3|-3|-3");
  CHECK(texts(1.23456) == "1.23456|1.23456|1.23");
  CHECK(texts(0.1F) == "0.1|0.1|0.1");
  CHECK(texts(-0.001) == "-0.001|-0.001|0");
  CHECK(texts(std::string("a\n")) == "\"a\\n\"|\"a\n\"|\"a\n\"");
  CHECK(texts(ByteBuffer(17, 0xAB)).starts_with("x'abab"));
  CHECK(texts(ByteBuffer(17, 0xAB)).ends_with("... (17 bytes)"));
  CHECK(texts(ErrorCode{6}) == "NOT_AVAILABLE|NOT_AVAILABLE|NOT_AVAILABLE");
  CHECK(texts(ErrorCode{77}) == "77|error 77|error 77");
}

TEST_CASE("times convert to points in time and back, unless those cannot hold them") {
  using namespace std::chrono;
  const Timestamp time{1'700'000'000, 123'456'789};
  CHECK(sys_time_of<nanoseconds>(time) ==
        sys_time<nanoseconds>(nanoseconds(1'700'000'000'123'456'789)));
  CHECK(sys_time_of<milliseconds>(time) == sys_time<milliseconds>(milliseconds(1'700'000'000'123)));
  CHECK(sys_time_of<seconds>({-1, 5}) == sys_seconds(seconds(-1)));
  CHECK(sys_time_of<days>(time) == sys_days(2023y / 11 / 14));
  CHECK(timestamp_of(*sys_time_of<nanoseconds>(time)) == time);
  CHECK(timestamp_of(sys_time<milliseconds>(milliseconds(-1))) == Timestamp{-1, 999'000'000});
  CHECK_FALSE(sys_time_of<nanoseconds>({INT64_MAX, 0}));
  CHECK_FALSE(sys_time_of<nanoseconds>({INT64_MIN, 0}));
  CHECK_FALSE(sys_time_of<seconds>({0, 1'000'000'000}));
  CHECK_FALSE(sys_time_of<seconds>({0, -1}));
}
