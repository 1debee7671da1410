// SPDX-License-Identifier: MIT
#include <rscp/version.hpp>

#define RSCP_TEXT_OF(number) #number
#define RSCP_JOINED(major, minor, patch) \
  RSCP_TEXT_OF(major) "." RSCP_TEXT_OF(minor) "." RSCP_TEXT_OF(patch)

namespace rscp::inline v0_1 {

std::string_view version() {
  return RSCP_JOINED(RSCP_VERSION_MAJOR, RSCP_VERSION_MINOR, RSCP_VERSION_PATCH);
}

}  // namespace rscp::inline v0_1
