// SPDX-License-Identifier: MIT
// The form of the tables that compile_dictionary writes.
#pragma once

#include <span>

#include <rscp/dictionary.hpp>

namespace rscp::tables {

struct NameIndex {
  std::string_view name;  ///< upper case; sorted
  std::uint32_t index;    ///< into the tags
};

struct NamespaceInfo {
  std::uint8_t code;
  std::string_view name;
};

struct IrregularPair {
  Tag request;
  Tag answer;
};

struct Tables {
  std::span<const TagInfo> tags;  ///< sorted by code
  std::span<const NameIndex> names;
  std::span<const NamespaceInfo> namespaces;
  std::span<const IrregularPair> irregular_pairs;
  std::span<const Enumeration> enumerations;
};

extern const Tables all;

}  // namespace rscp::tables
