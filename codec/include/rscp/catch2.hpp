// SPDX-License-Identifier: MIT
// For tests with Catch2, version 2 or 3: a comparison that fails shows values as text.
// All files of a test program must have it, or none: C++ wants one meaning of a template.
#pragma once

#if __has_include(<catch2/catch_tostring.hpp>)
#include <catch2/catch_tostring.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <rscp/direction.hpp>
#include <rscp/error.hpp>
#include <rscp/text.hpp>

namespace Catch {

template <>
struct StringMaker<rscp::Value> {
  static std::string convert(const rscp::Value& value) {
    rscp::TextOptions options;
    options.multi_line = false;
    return rscp::to_text(value, options);
  }
};

template <>
struct StringMaker<rscp::Timestamp> {
  static std::string convert(rscp::Timestamp time) { return rscp::to_string(time); }
};

template <>
struct StringMaker<rscp::ErrorCode> {
  static std::string convert(rscp::ErrorCode error) {
    return rscp::to_string(rscp::Scalar(error), rscp::ScalarStyle::Literal);
  }
};

template <>
struct StringMaker<rscp::Tag> {
  static std::string convert(rscp::Tag tag) { return rscp::Dictionary::builtin().label(tag); }
};

template <>
struct StringMaker<rscp::DataType> {
  static std::string convert(rscp::DataType type) { return rscp::name_of(type); }
};

template <>
struct StringMaker<rscp::Direction> {
  static std::string convert(rscp::Direction direction) {
    return std::string(rscp::name_of(direction));
  }
};

template <>
struct StringMaker<rscp::Error> {
  static std::string convert(const rscp::Error& error) { return error.to_string(); }
};

}  // namespace Catch
