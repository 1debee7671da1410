// SPDX-License-Identifier: MIT
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include <rscp/protocol.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {
namespace {

constexpr std::size_t kMaxPayload = std::numeric_limits<std::uint16_t>::max();

std::string describe(const OwnedScalar& scalar) {
  if (std::holds_alternative<std::string>(scalar)) return "text";
  if (std::holds_alternative<ByteBuffer>(scalar)) return "bytes";
  if (const auto* error = std::get_if<ErrorCode>(&scalar)) {
    return "error " + std::to_string(error->value);
  }
  return to_string(view_of(scalar), ScalarStyle::Literal);
}

using Payload = Result<ByteBuffer>;

std::unexpected<Error> does_not_fit(const OwnedScalar& holder, DataType type) {
  return failure(ErrorKind::Invalid, describe(holder) + " is no " + name_of(type));
}

template <class T>
Payload store(T value) {
  ByteBuffer bytes(sizeof(T));
  store_le(bytes.data(), value);
  return bytes;
}

// T from any integer, Bool included, that lies in T's range.
template <class T>
Payload store_integer(const OwnedScalar& holder, DataType type) {
  const auto in_range = [&](auto number) -> Payload {
    if (!std::in_range<T>(number)) {
      return failure(ErrorKind::Invalid, describe(holder) + " does not fit " + name_of(type) +
                                             " (" + std::to_string(std::numeric_limits<T>::min()) +
                                             " to " +
                                             std::to_string(std::numeric_limits<T>::max()) + ')');
    }
    return store(static_cast<T>(number));
  };
  if (const auto* b = std::get_if<bool>(&holder)) return store(static_cast<T>(*b ? 1 : 0));
  if (const auto* n = std::get_if<std::int64_t>(&holder)) return in_range(*n);
  if (const auto* n = std::get_if<std::uint64_t>(&holder)) return in_range(*n);
  return does_not_fit(holder, type);
}

template <class T, class Bits>
Payload store_float(const OwnedScalar& holder, DataType type) {
  T number = 0;
  if (const auto* d = std::get_if<double>(&holder)) {
    // Beyond the largest float the conversion is not defined.
    if (std::isfinite(*d) && std::abs(*d) > static_cast<double>(std::numeric_limits<T>::max())) {
      return failure(ErrorKind::Invalid, describe(holder) + " does not fit " + name_of(type));
    }
    number = static_cast<T>(*d);
  } else if (const auto* n = std::get_if<std::int64_t>(&holder)) {
    number = static_cast<T>(*n);
  } else if (const auto* u = std::get_if<std::uint64_t>(&holder)) {
    number = static_cast<T>(*u);
  } else {
    return does_not_fit(holder, type);
  }
  return store(std::bit_cast<Bits>(number));
}

Payload store_error(const OwnedScalar& holder) {
  if (const auto* error = std::get_if<ErrorCode>(&holder)) return store(error->value);
  return store_integer<std::uint32_t>(holder, DataType::Error);
}

Payload store_timestamp(const OwnedScalar& holder) {
  Timestamp time;
  if (const auto* given = std::get_if<Timestamp>(&holder)) {
    time = *given;
  } else {
    const auto whole = store_integer<std::int64_t>(holder, DataType::Timestamp);
    if (!whole) return does_not_fit(holder, DataType::Timestamp);
    time.seconds = load_le<std::int64_t>(whole->data());
  }
  ByteBuffer bytes(12);
  store_le(bytes.data(), time.seconds);
  store_le(bytes.data() + 8, time.nanoseconds);
  return bytes;
}

Payload store_bool(const OwnedScalar& holder) {
  const auto number = store_integer<std::uint8_t>(holder, DataType::Bool);
  if (!number || (*number)[0] > 1) return does_not_fit(holder, DataType::Bool);
  return number;
}

Payload store_bytes(const OwnedScalar& holder, DataType type) {
  if (const auto* bytes = std::get_if<ByteBuffer>(&holder)) return *bytes;
  return does_not_fit(holder, type);
}

Payload store_text(const OwnedScalar& holder) {
  if (const auto* text = std::get_if<std::string>(&holder)) {
    const Bytes bytes = as_bytes(*text);
    return ByteBuffer(bytes.begin(), bytes.end());
  }
  return does_not_fit(holder, DataType::CString);
}

Payload payload_of(DataType type, const OwnedScalar& holder) {
  switch (type) {
    case DataType::Bool:
      return store_bool(holder);
    case DataType::Char8:
      return store_integer<std::int8_t>(holder, type);
    case DataType::UChar8:
      return store_integer<std::uint8_t>(holder, type);
    case DataType::Int16:
      return store_integer<std::int16_t>(holder, type);
    case DataType::UInt16:
      return store_integer<std::uint16_t>(holder, type);
    case DataType::Int32:
      return store_integer<std::int32_t>(holder, type);
    case DataType::UInt32:
      return store_integer<std::uint32_t>(holder, type);
    case DataType::Int64:
      return store_integer<std::int64_t>(holder, type);
    case DataType::UInt64:
      return store_integer<std::uint64_t>(holder, type);
    case DataType::Float32:
      return store_float<float, std::uint32_t>(holder, type);
    case DataType::Double64:
      return store_float<double, std::uint64_t>(holder, type);
    case DataType::CString:
      return store_text(holder);
    case DataType::Timestamp:
      return store_timestamp(holder);
    case DataType::Error:
      return store_error(holder);
    case DataType::None:
      return failure(ErrorKind::Invalid, "takes no value unless a type is given with it");
    case DataType::Container:
      return does_not_fit(holder, type);
    default:
      return store_bytes(holder, type);
  }
}

const TagInfo* info_of(Tag tag) { return Dictionary::builtin().find(tag); }

DataType declared_type(Tag tag) {
  const TagInfo* info = info_of(tag);
  return info != nullptr && info->type ? *info->type : DataType::None;
}

Tag resolve_or_throw(std::string_view name) {
  const Dictionary& dictionary = Dictionary::builtin();
  if (const auto tag = dictionary.resolve(name)) return *tag;
  throw std::invalid_argument("unknown tag " + std::string(name) +
                              dictionary.suggestion_text(name));
}

Value make_or_throw(Tag tag, DataType type, const Argument& argument) {
  auto value = Value::make(tag, type, argument);
  if (!value)
    throw std::invalid_argument(Dictionary::builtin().label(tag) + ": " + value.error().message);
  return *std::move(value);
}

void decode_into(Bytes data, std::uint64_t offset, std::vector<Tag>& path, DecodedValues& top,
                 std::vector<Value>& values, Bytes& trailing);

Value decode_container(const ItemView& item, std::vector<Tag>& path, DecodedValues& top) {
  path.push_back(item.tag);
  std::vector<Value> children;
  Bytes trailing;
  if (path.size() > kMaxDepth) {
    top.errors.push_back({DecodeErrorCode::TooDeep, item.offset, kMaxDepth, path.size(), path});
    trailing = item.payload;
  } else {
    decode_into(item.payload, item.payload_offset(), path, top, children, trailing);
  }
  path.pop_back();
  return Value::container(item.tag, std::move(children), trailing);
}

void decode_into(Bytes data, std::uint64_t offset, std::vector<Tag>& path, DecodedValues& top,
                 std::vector<Value>& values, Bytes& trailing) {
  ItemReader reader(data, offset);
  while (const auto item = reader.next()) {
    values.push_back(item->type == DataType::Container
                         ? decode_container(*item, path, top)
                         : Value::raw(item->tag, item->type, item->payload));
  }
  if (const auto& fault = reader.fault()) {
    top.errors.push_back({fault->code, fault->offset, fault->expected, fault->actual, path});
  }
  trailing = reader.rest();
}

}  // namespace

TagName::TagName(const char* name) : tag_(resolve_or_throw(name)) {}
TagName::TagName(std::string_view name) : tag_(resolve_or_throw(name)) {}
TagName::TagName(const std::string& name) : tag_(resolve_or_throw(name)) {}

Value::Value(TagName tag) : tag_(tag.tag()) {
  if (declared_type(tag_) == DataType::Container) type_ = DataType::Container;
}

Value::Value(TagName tag, const Argument& argument)
    : Value(make_or_throw(tag.tag(), declared_type(tag.tag()), argument)) {}

Value::Value(TagName tag, DataType type, const Argument& argument)
    : Value(make_or_throw(tag.tag(), type, argument)) {}

Value::Value(TagName tag, std::initializer_list<Value> children)
    : Value(tag, std::vector<Value>(children)) {}

Value::Value(TagName tag, std::vector<Value> children)
    : tag_(tag.tag()), type_(DataType::Container), children_(std::move(children)) {}

Result<Value> Value::make(Tag tag, DataType type, const Argument& argument) {
  auto payload = payload_of(type, argument.scalar());
  if (!payload) return std::unexpected(std::move(payload.error()));
  if (payload->size() > kMaxPayload) {
    return failure(ErrorKind::Invalid,
                   std::to_string(payload->size()) + " bytes; an item holds 65535 at most");
  }
  return raw(tag, type, *payload);
}

Value Value::raw(Tag tag, DataType type, Bytes payload) {
  Value value;
  value.tag_ = tag;
  value.type_ = type;
  value.bytes_ = as_text(payload);
  return value;
}

Value Value::container(Tag tag, std::vector<Value> children, Bytes trailing) {
  Value value;
  value.tag_ = tag;
  value.type_ = DataType::Container;
  value.children_ = std::move(children);
  value.bytes_ = as_text(trailing);
  return value;
}

std::optional<double> Value::number() const {
  const auto value = scalar();
  return value ? number_of(*value) : std::nullopt;
}

std::optional<std::int64_t> Value::integer() const {
  const auto value = scalar();
  return value ? integer_of(*value) : std::nullopt;
}

std::optional<std::string_view> Value::text() const {
  if (type_ != DataType::CString) return std::nullopt;
  return std::string_view(bytes_);
}

std::optional<ErrorCode> Value::error() const {
  if (!is_error()) return std::nullopt;
  const auto value = scalar();
  return value ? std::optional(std::get<ErrorCode>(*value)) : std::nullopt;
}

const Value* Value::child(TagName tag) const {
  for (const Value& candidate : children_) {
    if (candidate.tag() == tag.tag()) return &candidate;
  }
  return nullptr;
}

std::size_t Value::encoded_size() const {
  std::size_t size = kItemHeaderSize + bytes_.size();
  for (const Value& child : children_) size += child.encoded_size();
  return size;
}

DecodedValues decode_values(Bytes data, std::uint64_t offset) {
  DecodedValues result;
  std::vector<Tag> path;
  Bytes trailing;
  decode_into(data, offset, path, result, result.values, trailing);
  result.trailing.assign(trailing.begin(), trailing.end());
  return result;
}

}  // namespace rscp::inline v0_1
