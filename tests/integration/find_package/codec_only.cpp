// SPDX-License-Identifier: MIT
// Needs no library but the codec.
#include <iostream>

#include <rscp/rscp.hpp>

int main() { std::cout << rscp::to_text(rscp::Value{"EMS_POWER_PV", 4687}); }
