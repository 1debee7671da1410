// SPDX-License-Identifier: GPL-2.0-or-later
// Analyze > Follow > RSCP Stream: the connection as readable text.
#pragma once

#include "packet_rscp.hpp"

namespace rscp::dissector {

void register_follow();
/// Hands a frame's text to the follower, if one is running.
void follow_frame(packet_info* pinfo, tvbuff_t* tvb, const SessionFrame* frame);

}  // namespace rscp::dissector
