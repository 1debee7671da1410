// SPDX-License-Identifier: GPL-2.0-or-later
#include "exported_pdu.hpp"

#include "frame_text.hpp"
#include "frame_tree.hpp"
#include <rscp/frame.hpp>

namespace rscp::dissector {
namespace {

int export_tap = -1;
constexpr const char* kPlainName = "rscp.plaintext";

// Plaintext that is in no session: somebody's export. False if it is no frame.
bool parse(tvbuff_t* plain, FrameView* frame) {
  const auto size = tvb_captured_length(plain);
  const auto view = FrameView::parse({tvb_get_ptr(plain, 0, static_cast<gint>(size)), size});
  if (view) *frame = *view;
  return view.has_value();
}

// Answers are known by their first tag.
const char* info_of(packet_info* pinfo, const FrameView& frame) {
  ItemReader items = frame.items();
  const auto first = items.next();
  const bool answer = first && has_answer_bit(first->tag);
  return wmem_strdup(pinfo->pool, info_text(answer ? Direction::Answer : Direction::Request,
                                            frame.items(), show_secrets != 0)
                                      .c_str());
}

int dissect_plaintext(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* /*data*/) {
  const auto size = static_cast<gint>(tvb_captured_length(tvb));
  col_set_str(pinfo->cinfo, COL_PROTOCOL, "RSCP");
  proto_item* item = proto_tree_add_item(tree, proto_rscp, tvb, 0, size, ENC_NA);
  proto_tree* subtree = proto_item_add_subtree(item, ett.protocol);
  FrameView frame;
  if (!parse(tvb, &frame)) {
    col_set_str(pinfo->cinfo, COL_INFO, "No RSCP frame");
    proto_item* node = proto_tree_add_item(subtree, hf.trailing, tvb, 0, size, ENC_NA);
    expert_add_info(pinfo, node, &ei.version);
    return size;
  }
  col_add_str(pinfo->cinfo, COL_INFO, info_of(pinfo, frame));
  add_frame_tree(tvb, pinfo, subtree, frame);
  return size;
}

// A masked password has changed the bytes; the export's checksum fits what it holds.
void renew_checksum(guint8* data, std::size_t size) {
  const auto view = FrameView::parse({data, size});
  if (!view || view->crc != CrcStatus::Bad) return;
  store_le(data + kFrameHeaderSize + view->header.length, view->computed_crc);
}

}  // namespace

void register_exported_pdus() {
  export_tap = register_export_pdu_tap("RSCP");
  register_dissector(kPlainName, dissect_plaintext, proto_rscp);
}

void export_frame(packet_info* pinfo, tvbuff_t* plain) {
  if (!have_tap_listener(export_tap)) return;
  const auto size = tvb_captured_length(plain);
  auto* data = static_cast<guint8*>(tvb_memdup(pinfo->pool, plain, 0, size));
  if (!show_secrets) renew_checksum(data, size);
  exp_pdu_data_t* pdu =
      export_pdu_create_common_tags(pinfo, kPlainName, EXP_PDU_TAG_DISSECTOR_NAME);
  pdu->tvb_captured_length = size;
  pdu->tvb_reported_length = size;
  pdu->pdu_tvb = tvb_new_child_real_data(plain, data, size, static_cast<gint>(size));
  tap_queue_packet(export_tap, pinfo, pdu);
}

}  // namespace rscp::dissector
