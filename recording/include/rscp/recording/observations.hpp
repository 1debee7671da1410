// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <rscp/dictionary.hpp>
#include <rscp/value.hpp>

namespace rscp::recording {

/// What is worth telling about values that decoded: tags the dictionary does not know, types it
/// does not declare, payloads whose size does not fit their type. One sentence each, once per tag.
std::vector<std::string> observe(std::span<const Value> values, const Dictionary& dictionary);

}  // namespace rscp::recording
