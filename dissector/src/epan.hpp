// SPDX-License-Identifier: GPL-2.0-or-later
// Wireshark's headers, and the differences between its versions.
#pragma once

#include <glib.h>
#include <type_traits>
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

#define RSCP_WIRESHARK_AT_LEAST(major, minor) \
  (WIRESHARK_VERSION_MAJOR > (major) ||       \
   (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

namespace rscp::dissector {

// gboolean became bool between 4.0 and 4.4, at different times in different places: asked of the
// headers instead of the version.
template <class Function>
struct ResultOf;
template <class Result, class... Arguments>
struct ResultOf<Result (*)(Arguments...)> {
  using type = Result;
};
template <class Preference>
Preference preference_type(void (*)(module_t*, const char*, const char*, const char*, Preference*));

using HeuristicResult = ResultOf<heur_dissector_t>::type;
using WmemCallbackResult = ResultOf<wmem_user_cb_t>::type;
using UatCheckResult = ResultOf<uat_update_cb_t>::type;
using BoolPreference = decltype(preference_type(prefs_register_bool_preference));

}  // namespace rscp::dissector
