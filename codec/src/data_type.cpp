// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>

#include "ascii.hpp"
#include <rscp/data_type.hpp>

namespace rscp::inline v0_1 {
namespace {

struct TypeFacts {
  DataType type;
  std::string_view name;
  int size;  // -1: variable
};

constexpr std::array kTypes = {
    TypeFacts{DataType::None, "None", 0},
    TypeFacts{DataType::Bool, "Bool", 1},
    TypeFacts{DataType::Char8, "Char8", 1},
    TypeFacts{DataType::UChar8, "UChar8", 1},
    TypeFacts{DataType::Int16, "Int16", 2},
    TypeFacts{DataType::UInt16, "UInt16", 2},
    TypeFacts{DataType::Int32, "Int32", 4},
    TypeFacts{DataType::UInt32, "UInt32", 4},
    TypeFacts{DataType::Int64, "Int64", 8},
    TypeFacts{DataType::UInt64, "UInt64", 8},
    TypeFacts{DataType::Float32, "Float32", 4},
    TypeFacts{DataType::Double64, "Double64", 8},
    TypeFacts{DataType::Bitfield, "Bitfield", -1},
    TypeFacts{DataType::CString, "CString", -1},
    TypeFacts{DataType::Container, "Container", -1},
    TypeFacts{DataType::Timestamp, "Timestamp", 12},
    TypeFacts{DataType::ByteArray, "ByteArray", -1},
    TypeFacts{DataType::CompressedContainer, "CompressedContainer", -1},
    TypeFacts{DataType::Error, "Error", -1},
};

const TypeFacts* facts_of(DataType type) {
  const auto code = static_cast<std::size_t>(type);
  if (type == DataType::Error) return &kTypes.back();
  return code + 1 < kTypes.size() ? &kTypes[code] : nullptr;
}

constexpr std::string_view kUnnamed = "Type0x";

}  // namespace

std::string name_of(DataType type) {
  if (const TypeFacts* facts = facts_of(type)) return std::string(facts->name);
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto code = static_cast<unsigned>(type);
  return std::string(kUnnamed) + kDigits[code >> 4U] + kDigits[code & 0x0FU];
}

std::optional<DataType> data_type_from_name(std::string_view name) {
  for (const TypeFacts& facts : kTypes) {
    if (ascii::equal_ignoring_case(facts.name, name)) return facts.type;
  }
  if (name.size() == kUnnamed.size() + 2 &&
      ascii::equal_ignoring_case(name.substr(0, kUnnamed.size()), kUnnamed)) {
    unsigned code = 0;
    const char* last = name.data() + name.size();
    const auto [end, status] = std::from_chars(last - 2, last, code, 16);
    if (status == std::errc() && end == last) return static_cast<DataType>(code);
  }
  return std::nullopt;
}

bool is_known(DataType type) { return facts_of(type) != nullptr; }

std::optional<std::size_t> fixed_size(DataType type) {
  const TypeFacts* facts = facts_of(type);
  if (facts == nullptr || facts->size < 0) return std::nullopt;
  return static_cast<std::size_t>(facts->size);
}

bool is_integer(DataType type) { return type >= DataType::Char8 && type <= DataType::UInt64; }

bool is_float(DataType type) { return type == DataType::Float32 || type == DataType::Double64; }

}  // namespace rscp::inline v0_1
