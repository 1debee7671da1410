// SPDX-License-Identifier: GPL-2.0-or-later
// Tools > Credentials, tshark -z credentials: who logged in where.
#pragma once

#include "packet_rscp.hpp"

namespace rscp::dissector {

void register_credentials();
/// Tells Wireshark of the login in a frame, if there is one.
void tap_credentials(packet_info* pinfo, const SessionFrame* frame);

}  // namespace rscp::dissector
