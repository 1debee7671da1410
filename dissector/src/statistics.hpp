// SPDX-License-Identifier: GPL-2.0-or-later
// Statistics > RSCP, and Statistics > Service Response Time > RSCP.
#pragma once

#include "packet_rscp.hpp"

namespace rscp::dissector {

void register_statistics();

}  // namespace rscp::dissector
