// SPDX-License-Identifier: MIT
#include <iostream>

#include <rscp/login.hpp>
#include <rscp/rscp.hpp>

int main() {
  std::cout << rscp::to_text(rscp::Value{"EMS_POWER_PV", 4687});
  return rscp::login_request("user", "password").children().size() == 2 ? 0 : 1;
}
