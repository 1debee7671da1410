// SPDX-License-Identifier: MIT
// The name of the JSON type, for headers that only mention it.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace rscp::inline v0_1 {

using Json = nlohmann::ordered_json;

}  // namespace rscp::inline v0_1
