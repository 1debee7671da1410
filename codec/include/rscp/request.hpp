// SPDX-License-Identifier: MIT
// Requests as a person writes them.
#pragma once

#include <string_view>
#include <vector>

#include <rscp/dictionary.hpp>
#include <rscp/error.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// Reads the text form. The name of an answer stands for its request, since it is what people know
/// and what documentation lists: EMS_POWER_PV asks EMS_REQ_POWER_PV. The error's place is
/// "line:column".
Result<std::vector<Value>> parse_requests(std::string_view text,
                                          const Dictionary& dictionary = Dictionary::builtin());

}  // namespace rscp::inline v0_1
