// SPDX-License-Identifier: GPL-2.0-or-later
#include "credentials.hpp"

#include "tag_fields.hpp"
#include <rscp/frame.hpp>
#include <rscp/tags.hpp>

namespace rscp::dissector {
namespace {

int tap = -1;

// What listeners of the tap "credentials" expect. Wireshark's ui/tap-credentials.h says so, but is
// not among the headers for plugins.
struct Credential {
  guint num;
  guint username_num;
  guint password_hf_id;
  gchar* username;
  const gchar* proto;
  gchar* info;
};

// The user of a login request; null if the frame is none.
gchar* user_of(packet_info* pinfo, const SessionFrame* frame) {
  ItemReader items = frame->items();
  while (const auto item = items.next()) {
    if (item->tag != tag::RSCP_REQ_AUTHENTICATION || item->type != DataType::Container) continue;
    ItemReader parts(item->payload);
    while (const auto part = parts.next()) {
      if (part->tag != tag::RSCP_AUTHENTICATION_USER) continue;
      return wmem_strdup(pinfo->pool, repair_utf8(as_text(part->payload)).c_str());
    }
  }
  return nullptr;
}

}  // namespace

void register_credentials() { tap = register_tap("credentials"); }

void tap_credentials(packet_info* pinfo, const SessionFrame* frame) {
  if (frame->direction() != Direction::Request || !have_tap_listener(tap)) return;
  gchar* user = user_of(pinfo, frame);
  if (user == nullptr) return;
  auto* credential = wmem_new0(pinfo->pool, Credential);
  credential->num = pinfo->num;
  credential->username_num = pinfo->num;
  credential->password_hf_id = static_cast<guint>(tag_field(tag::RSCP_AUTHENTICATION_PASSWORD).hf);
  credential->username = user;
  credential->proto = "RSCP";
  credential->info = wmem_strdup_printf(pinfo->pool, "User: %s", user);
  tap_queue_packet(tap, pinfo, credential);
}

}  // namespace rscp::dissector
