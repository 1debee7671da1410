// SPDX-License-Identifier: MIT
#pragma once

#include <rscp/dictionary.hpp>
#include <rscp/tag.hpp>
#include <rscp/value.hpp>

namespace rscp {

/// Whether a request changes the device: it sets, starts, cancels, resets or deletes something.
/// Decided by the words of the tag's name (EMS_REQ_SET_POWER, EMS_REQ_START_MANUAL_CHARGE); a tag
/// without a name counts as one that writes.
bool is_write(Tag request, const Dictionary& dictionary = Dictionary::builtin());
/// The same for a value and everything inside it. Parameters and indices do not count.
bool writes(const Value& request, const Dictionary& dictionary = Dictionary::builtin());

}  // namespace rscp
