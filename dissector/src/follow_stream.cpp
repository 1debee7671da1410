// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow_stream.hpp"

#include <cstring>

#include "frame_text.hpp"

namespace rscp::dissector {
namespace {

int follow_tap = -1;

// tcp_follow_conv_filter is not for plugins; this does the same through the conversation.
gchar* conversation_filter(epan_dissect_t* /*edt*/, packet_info* pinfo, guint* stream,
                           guint* sub_stream) {
  conversation_t* conversation = find_conversation_pinfo(pinfo, 0);
  if (conversation == nullptr) return nullptr;
  const struct tcp_analysis* tcp = get_tcp_conversation_data(conversation, pinfo);
  if (tcp == nullptr) return nullptr;
  *stream = tcp->stream;
  *sub_stream = 0;
  return g_strdup_printf("tcp.stream eq %u", tcp->stream);
}

gchar* index_filter(guint stream, guint /*sub_stream*/) {
  return g_strdup_printf("tcp.stream eq %u", stream);
}

gchar* address_filter(address* source, address* destination, int source_port,
                      int destination_port) {
  const char* ip = source->type == AT_IPv6 ? "ipv6" : "ip";
  char* from = address_to_str(nullptr, source);
  char* to = address_to_str(nullptr, destination);
  gchar* filter =
      g_strdup_printf("(%s.addr eq %s and %s.addr eq %s) and (tcp.port eq %d and tcp.port eq %d)",
                      ip, from, ip, to, source_port, destination_port);
  wmem_free(nullptr, from);
  wmem_free(nullptr, to);
  return filter;
}

gchar* port_to_display(wmem_allocator_t* allocator, guint port) {
  return wmem_strdup_printf(allocator, "%u", port);
}

const char* text_of(wmem_allocator_t* scope, const SessionFrame* frame) {
  return wmem_strdup(scope, frame_text(frame->message, show_secrets != 0).c_str());
}

}  // namespace

void register_follow() {
  follow_tap = register_tap("rscp_follow");
#if RSCP_WIRESHARK_AT_LEAST(4, 4)
  register_follow_stream(proto_rscp, "rscp_follow", conversation_filter, index_filter,
                         address_filter, port_to_display, follow_tvb_tap_listener,
                         get_tcp_stream_count, nullptr);
#else
  register_follow_stream(proto_rscp, "rscp_follow", conversation_filter, index_filter,
                         address_filter, port_to_display, follow_tvb_tap_listener);
#endif
}

void follow_frame(packet_info* pinfo, tvbuff_t* tvb, const SessionFrame* frame) {
  if (!have_tap_listener(follow_tap)) return;
  const char* text = text_of(pinfo->pool, frame);
  const auto size = static_cast<guint>(std::strlen(text));
  tap_queue_packet(follow_tap, pinfo,
                   tvb_new_child_real_data(tvb, reinterpret_cast<const guint8*>(text), size,
                                           static_cast<gint>(size)));
}

}  // namespace rscp::dissector
