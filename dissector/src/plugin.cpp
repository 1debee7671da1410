// SPDX-License-Identifier: GPL-2.0-or-later
// What Wireshark looks for in a plugin. The symbols need C linkage and default visibility; they
// are hidden otherwise.
#include "packet_rscp.hpp"

extern "C" {

// A constant has internal linkage in C++ unless it was declared extern before.
WS_DLL_PUBLIC const char plugin_version[];
WS_DLL_PUBLIC const int plugin_want_major;
WS_DLL_PUBLIC const int plugin_want_minor;

const char plugin_version[] = RSCP_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC guint32 plugin_describe(void);

void plugin_register(void) {
  static proto_plugin plugin;
  plugin.register_protoinfo = rscp::dissector::proto_register_rscp;
  plugin.register_handoff = rscp::dissector::proto_reg_handoff_rscp;
  proto_register_plugin(&plugin);
}

// Wireshark 4.2 and later ask what a plugin adds: 1 is WS_PLUGIN_DESC_DISSECTOR.
guint32 plugin_describe(void) { return 1; }
}
