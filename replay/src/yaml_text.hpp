// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <rscp/json.hpp>

namespace rscp::replay {

/// Text as YAML takes it anywhere: JSON strings are YAML strings.
inline std::string yaml_text(std::string_view text) {
  return Json(std::string(text)).dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace rscp::replay
