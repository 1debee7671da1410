// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "packet_rscp.hpp"

namespace rscp::dissector {

/// Shows one plaintext frame: header, values, checksum, padding. `plain` holds exactly the frame
/// and its padding. `frame` is of the plaintext as it was sent, which `plain` may mask.
void add_frame_tree(tvbuff_t* plain, packet_info* pinfo, proto_tree* tree, const FrameView& frame);

}  // namespace rscp::dissector
