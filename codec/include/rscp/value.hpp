// SPDX-License-Identifier: MIT
// The owned tree of an item: for building, editing, printing and tests.
#pragma once

#include <concepts>
#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <rscp/bytes.hpp>
#include <rscp/decode_error.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/error.hpp>
#include <rscp/item.hpp>
#include <rscp/scalar.hpp>

namespace rscp::inline v0_1 {

/// What a value can be built from. Numbers are converted to the type of the tag and must fit it.
class Argument {
 public:
  template <class T>
    requires std::integral<T> || std::floating_point<T> ||
             std::convertible_to<const T&, std::string_view>
  Argument(const T& value) : scalar_(hold(value)) {}         // NOLINT(google-explicit-constructor)
  Argument(ByteBuffer bytes) : scalar_(std::move(bytes)) {}  // NOLINT(google-explicit-constructor)
  Argument(Timestamp time) : scalar_(time) {}                // NOLINT(google-explicit-constructor)
  Argument(ErrorCode error) : scalar_(error) {}              // NOLINT(google-explicit-constructor)

  [[nodiscard]] const OwnedScalar& scalar() const { return scalar_; }

  friend bool operator==(const Argument&, const Argument&) = default;

 private:
  template <class T>
  static OwnedScalar hold(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      return value;
    } else if constexpr (std::signed_integral<T>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::unsigned_integral<T>) {
      return static_cast<std::uint64_t>(value);
    } else if constexpr (std::floating_point<T>) {
      return static_cast<double>(value);
    } else {
      return std::string(std::string_view(value));
    }
  }

  OwnedScalar scalar_;
};

/// A tag given by code or by name. A name is looked up in the built-in dictionary; one that does
/// not exist is a mistake of the program and throws std::invalid_argument with suggestions.
class TagName {
 public:
  TagName(Tag tag) : tag_(tag) {}    // NOLINT(google-explicit-constructor)
  TagName(const char* name);         // NOLINT(google-explicit-constructor)
  TagName(std::string_view name);    // NOLINT(google-explicit-constructor)
  TagName(const std::string& name);  // NOLINT(google-explicit-constructor)
  [[nodiscard]] Tag tag() const { return tag_; }

 private:
  Tag tag_;
};

/// An item with its content.
///
///     Value request{"BAT_REQ_DATA", {{"BAT_INDEX", 0}, {"BAT_REQ_RSOC"}}};
///
/// Types come from the dictionary unless given. A container that holds bytes which are not items
/// keeps them as `trailing`, so that every decoded value encodes to the bytes it came from.
class Value {
 public:
  Value() = default;
  /// A container if the dictionary says so, otherwise an item of type None (a getter).
  Value(TagName tag);  // NOLINT(google-explicit-constructor)
  /// Throws std::invalid_argument if the argument cannot be the tag's type.
  Value(TagName tag, const Argument& argument);
  Value(TagName tag, DataType type, const Argument& argument);
  Value(TagName tag, std::initializer_list<Value> children);
  Value(TagName tag, std::vector<Value> children);

  /// The same without exceptions, for input from outside.
  static Result<Value> make(Tag tag, DataType type, const Argument& argument);
  /// An item of any type with these payload bytes. Containers are not looked into.
  static Value raw(Tag tag, DataType type, Bytes payload);
  static Value container(Tag tag, std::vector<Value> children = {}, Bytes trailing = {});

  [[nodiscard]] Tag tag() const { return tag_; }
  [[nodiscard]] DataType type() const { return type_; }
  [[nodiscard]] bool is_container() const { return type_ == DataType::Container; }
  [[nodiscard]] bool is_error() const { return type_ == DataType::Error; }

  [[nodiscard]] const std::vector<Value>& children() const { return children_; }
  [[nodiscard]] std::vector<Value>& children() { return children_; }
  /// Payload of an item that is no container.
  [[nodiscard]] Bytes payload() const { return is_container() ? Bytes{} : as_bytes(bytes_); }
  /// Bytes at the end of a container that are no items; empty in sound traffic.
  [[nodiscard]] Bytes trailing() const { return is_container() ? as_bytes(bytes_) : Bytes{}; }

  /// The typed payload; nothing for containers and for sizes that do not fit the type.
  [[nodiscard]] std::optional<Scalar> scalar() const { return scalar_of(type_, payload()); }
  /// The payload as a T if it is one: value.as<double>(), as<std::uint16_t>(), as<std::string>(),
  /// as<Timestamp>(). Numbers are converted if they fit; bool wants a Bool. With <rscp/chrono.hpp>
  /// also points in time.
  template <class T>
  [[nodiscard]] std::optional<T> as() const {
    const auto held = scalar();
    return held ? ScalarReader<T>::read(*held) : std::nullopt;
  }
  /// The number of a Bool, integer or float; nothing for the rest.
  [[nodiscard]] std::optional<double> number() const;
  /// The integer of a Bool or integer type that fits int64_t.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<std::string_view> text() const;  ///< CString only
  [[nodiscard]] std::optional<ErrorCode> error() const;        ///< Error of four bytes or of one

  /// The first child with this tag; null if there is none or this is no container.
  [[nodiscard]] const Value* child(TagName tag) const;

  /// Size on the wire, header included. May exceed what the length field can say.
  [[nodiscard]] std::size_t encoded_size() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Tag tag_{};
  DataType type_ = DataType::None;
  std::string bytes_;  // small payloads stay inside the object
  std::vector<Value> children_;
};

/// What decode_values found.
struct DecodedValues {
  std::vector<Value> values;
  ByteBuffer trailing;              ///< bytes behind the last whole item
  std::vector<DecodeError> errors;  ///< every fault, outermost first; the rest was still decoded
};

/// Reads all items of `data`. A malformed item does not lose the items before it, nor, inside a
/// container, those behind the container. `offset` counts as the offset of the first byte.
DecodedValues decode_values(Bytes data, std::uint64_t offset = 0);

/// The bytes of `values`, one after another. Fails if one payload is longer than 65,535 bytes.
Result<ByteBuffer> encode_values(std::span<const Value> values, Bytes trailing = {});

}  // namespace rscp::inline v0_1
