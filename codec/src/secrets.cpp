// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include <rscp/secrets.hpp>

namespace rscp {

bool is_secret(Tag tag, const Dictionary& dictionary) {
  const TagInfo* info = dictionary.find(tag);
  if (info == nullptr) return false;
  // Only what can hold text or bytes; "is a password set" is a Bool and no secret.
  const auto type = info->type.value_or(DataType::None);
  const bool asks = info->name.find("_REQ_") != std::string_view::npos &&
                    type != DataType::CString && type != DataType::ByteArray;
  if (asks || type == DataType::Bool || type == DataType::Container) return false;
  static constexpr std::array kWords = {"*PASSWORD*",   "*PASSWD*",      "*PASSPHRASE*",
                                        "*PARAM_TOKEN", "*PRIVATE_KEY*", "*SECRET*"};
  return std::ranges::any_of(
      kWords, [&](std::string_view pattern) { return glob_match(pattern, info->name); });
}

}  // namespace rscp
