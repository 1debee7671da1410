// SPDX-License-Identifier: GPL-2.0-or-later
#include "statistics.hpp"

#include "frame_text.hpp"
#include "tag_fields.hpp"
#include <rscp/dictionary.hpp>
#include <rscp/frame.hpp>

namespace rscp::dissector {
namespace {

int root_node = -1;
int tags_node = -1;
int namespaces_node = -1;
int errors_node = -1;
int times_node = -1;

constexpr const char* kRoot = "RSCP frames";
constexpr const char* kTags = "Tags";
constexpr const char* kNamespaces = "Namespaces";
constexpr const char* kErrors = "Errors";
constexpr const char* kTimes = "Milliseconds from request to answer";

void tree_init(stats_tree* tree) {
  root_node = stats_tree_create_node(tree, kRoot, 0, STAT_DT_INT, TRUE);
  tags_node = stats_tree_create_node(tree, kTags, 0, STAT_DT_INT, TRUE);
  namespaces_node = stats_tree_create_node(tree, kNamespaces, 0, STAT_DT_INT, TRUE);
  errors_node = stats_tree_create_node(tree, kErrors, 0, STAT_DT_INT, TRUE);
  times_node = stats_tree_create_node(tree, kTimes, 0, STAT_DT_FLOAT, TRUE);
}

void count(stats_tree* tree, const char* parent, int parent_id, const char* name) {
  tick_stat_node(tree, parent, 0, TRUE);
  tick_stat_node(tree, name, parent_id, FALSE);
}

void count_items(stats_tree* tree, ItemReader reader, std::size_t depth) {
  while (const auto item = reader.next()) {
    const TagInfo* info = Dictionary::builtin().find(item->tag);
    char code[16];
    g_snprintf(code, sizeof code, "0x%08X", code_of(item->tag));
    count(tree, kTags, tags_node, info != nullptr ? info->name.data() : code);
    const auto space = Dictionary::namespace_name(item->tag);
    count(tree, kNamespaces, namespaces_node, space.empty() ? "unknown" : space.data());
    if (item->type == DataType::Error) {
      const auto scalar = item->scalar();
      const auto name = scalar ? name_of(std::get<ErrorCode>(*scalar)) : std::string_view();
      count(tree, kErrors, errors_node, name.empty() ? "other" : name.data());
    }
    if (item->type == DataType::Container && depth < kMaxDepth) {
      count_items(tree, ItemReader(item->payload), depth + 1);
    }
  }
}

// Under the first tag of the request: that is what a client calls the request.
void count_time(stats_tree* tree, const SessionFrame* answer) {
  const SessionFrame* request = answer->partner;
  if (answer->direction() != Direction::Answer || request == nullptr) return;
  ItemReader items = request->items();
  const auto first = items.next();
  const TagInfo* info = first ? Dictionary::builtin().find(first->tag) : nullptr;
  const auto milliseconds =
      static_cast<gfloat>(static_cast<double>(answer->message.time - request->message.time) / 1e6);
  avg_stat_node_add_value_float(tree, kTimes, 0, TRUE, milliseconds);
  avg_stat_node_add_value_float(tree, info != nullptr ? info->name.data() : "other", times_node,
                                FALSE, milliseconds);
}

tap_packet_status tree_packet(stats_tree* tree, packet_info* /*pinfo*/, epan_dissect_t* /*edt*/,
                              const void* data, tap_flags_t /*flags*/) {
  const auto* record = static_cast<const TapRecord*>(data);
  count(tree, kRoot, root_node,
        record->frame->direction() == Direction::Request ? "Requests" : "Answers");
  count_items(tree, record->frame->items(), 0);
  count_time(tree, record->frame);
  return TAP_PACKET_REDRAW;
}

// One row a namespace: what was asked first decides.
void srt_init(struct register_srt* /*srt*/, GArray* tables) {
  srt_stat_table* table =
      init_srt_table("RSCP requests", nullptr, tables, 256, "Namespace", "rscp.namespace", nullptr);
  for (int code = 0; code < 256; ++code) {
    const auto name =
        Dictionary::namespace_name(static_cast<Tag>(static_cast<guint32>(code) << 24U));
    init_srt_table_row(table, code, name.empty() ? "unknown" : name.data());
  }
}

tap_packet_status srt_packet(void* tapdata, packet_info* pinfo, epan_dissect_t* /*edt*/,
                             const void* data, tap_flags_t /*flags*/) {
  const auto* record = static_cast<const TapRecord*>(data);
  const SessionFrame* request = record->frame->partner;
  if (record->frame->direction() != Direction::Answer || request == nullptr) {
    return TAP_PACKET_DONT_REDRAW;
  }
  int row = 0;
  ItemReader items = request->items();
  if (const auto first = items.next()) row = namespace_of(first->tag);
  auto* srt = static_cast<srt_data_t*>(tapdata);
  srt_stat_table* table = g_array_index(srt->srt_array, srt_stat_table*, 0);
  add_srt_table_data(table, row, &record->request_time, pinfo);
  return TAP_PACKET_REDRAW;
}

}  // namespace

void register_statistics() {
  stats_tree_register_plugin("rscp", "rscp", "RSCP", 0, tree_packet, tree_init, nullptr);
  register_srt_table(proto_rscp, "rscp", 1, srt_packet, srt_init, nullptr);
}

}  // namespace rscp::dissector
