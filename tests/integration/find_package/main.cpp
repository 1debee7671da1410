// SPDX-License-Identifier: MIT
#include <iostream>

#include <rscp/rscp.hpp>

int main() { std::cout << rscp::to_text(rscp::Value{"EMS_POWER_PV", 4687}); }
