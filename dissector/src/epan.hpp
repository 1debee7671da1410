// SPDX-License-Identifier: GPL-2.0-or-later
// Wireshark's headers, and the differences between its versions.
#pragma once

#include <glib.h>
#include <wireshark.h>
#include <ws_version.h>

#include <epan/address.h>
#include <epan/column-utils.h>
#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/expert.h>
#include <epan/exported_pdu.h>
#include <epan/follow.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/srt_table.h>
#include <epan/stats_tree.h>
#include <epan/tap.h>
#include <epan/to_str.h>
#include <epan/uat.h>
#include <epan/unit_strings.h>

// VERSION AT_LEAST(4, 4): gboolean became bool and guint became unsigned in most signatures.
#define RSCP_WIRESHARK_AT_LEAST(major, minor) \
  (WIRESHARK_VERSION_MAJOR > (major) ||       \
   (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))
