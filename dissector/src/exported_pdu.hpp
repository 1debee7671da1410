// SPDX-License-Identifier: GPL-2.0-or-later
// File > Export PDUs: decrypted frames as a capture that opens without a key.
#pragma once

#include "packet_rscp.hpp"

namespace rscp::dissector {

void register_exported_pdus();
/// Hands a frame to the export, if one is running.
void export_frame(packet_info* pinfo, tvbuff_t* plain);

}  // namespace rscp::dissector
