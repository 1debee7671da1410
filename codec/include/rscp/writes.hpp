// SPDX-License-Identifier: MIT
// What changes a device. Fail closed: a request writes unless the table says that it reads.
#pragma once

#include <optional>
#include <span>
#include <string>

#include <rscp/dictionary.hpp>
#include <rscp/tag.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// Whether a request of this tag changes the device, or may: Access::Write, or a tag that no table
/// knows.
bool is_write(Tag request, const Dictionary& dictionary = Dictionary::builtin());

/// An item that changes the device, or may.
struct Write {
  std::string path;         ///< "WB_REQ_DATA/WB_REQ_SET_EXTERN"
  std::string_view reason;  ///< "changes the device", ...

  /// "WB_REQ_DATA/WB_REQ_SET_EXTERN changes the device"
  [[nodiscard]] std::string message() const;
};

/// The first item of a request, at any depth, that changes the device or may: one that writes, one
/// that no table knows, a getter with a value where the table knows of none, and anything at the
/// top that is no request. Parameters and indices inside a request that takes them do not count.
std::optional<Write> first_write(const Value& request,
                                 const Dictionary& dictionary = Dictionary::builtin());
std::optional<Write> first_write(std::span<const Value> requests,
                                 const Dictionary& dictionary = Dictionary::builtin());

}  // namespace rscp::inline v0_1
