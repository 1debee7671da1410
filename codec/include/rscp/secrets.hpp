// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <rscp/dictionary.hpp>
#include <rscp/tag.hpp>

namespace rscp {

/// What stands in place of a secret in all output.
inline constexpr std::string_view kMask = "********";

/// Whether the payload of this tag is a password, a passphrase, a token or a private key. Decided
/// by the tag's name, so that tags added by the user are covered.
bool is_secret(Tag tag, const Dictionary& dictionary = Dictionary::builtin());

}  // namespace rscp
