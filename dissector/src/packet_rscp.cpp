// SPDX-License-Identifier: GPL-2.0-or-later
// The dissector itself. Wireshark's first pass feeds each segment to the connection's Session;
// every pass then shows what the Session noted for the packet. TCP is never asked to join segments:
// the lengths are encrypted, and the Session has to see every byte anyway.
#include "packet_rscp.hpp"

#include "conversation_keys.hpp"
#include "credentials.hpp"
#include "exported_pdu.hpp"
#include "follow_stream.hpp"
#include "frame_text.hpp"
#include "frame_tree.hpp"
#include "statistics.hpp"
#include "tag_fields.hpp"
#include <rscp/frame.hpp>

namespace rscp::dissector {

int proto_rscp = -1;
Fields hf;
Trees ett;
Experts ei;
BoolPreference show_secrets = FALSE;
int rscp_tap = -1;

namespace {

int expert_tap = -1;
constexpr const char* kPorts = "5033-5034";
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
dissector_handle_t rscp_handle;

// Of the capture that is open; each belongs to its ConversationData.
std::vector<Session*> sessions;

// The first pass is over: what has no answer now will have none.
void finish_sessions() {
  for (Session* session : sessions) session->finish();
}

// What hangs on a conversation. epan owns it (file scope), so it is plain and points to the rest.
struct ConversationData {
  Session* session;
  guint32 server_port;
  guint32 stream;
  bool rejected;  // the heuristic found no key that fits
};

WmemCallbackResult destroy_session(wmem_allocator_t* /*scope*/, wmem_cb_event_t /*event*/,
                                   void* data) {
  auto* conversation = static_cast<ConversationData*>(data);
  std::erase(sessions, conversation->session);
  delete conversation->session;
  conversation->session = nullptr;
  return FALSE;  // once is enough
}

// The device's port: as the handshake has it, else the one this dissector is registered for, else
// the lower one.
guint32 server_port_of(packet_info* pinfo, const struct tcp_analysis* tcp) {
  if (tcp != nullptr && tcp->server_port != 0) return tcp->server_port;
  for (const guint32 port : {pinfo->destport, pinfo->srcport}) {
    if (port == kDefaultPort || port == kFarmPort || port == pinfo->match_uint) return port;
  }
  return MIN(pinfo->srcport, pinfo->destport);
}

// Bits of tcp_analysis::conversation_completeness.
constexpr guint8 kSawSyn = 0x01;
constexpr guint8 kSawSynAck = 0x02;

ConversationData* conversation_data(packet_info* pinfo, conversation_t* conversation) {
  auto* data =
      static_cast<ConversationData*>(conversation_get_proto_data(conversation, proto_rscp));
  if (data != nullptr) return data;
  const struct tcp_analysis* tcp = get_tcp_conversation_data(conversation, pinfo);
  data = wmem_new0(wmem_file_scope(), ConversationData);
  data->server_port = server_port_of(pinfo, tcp);
  data->stream = tcp != nullptr ? tcp->stream : 0;
  const bool beginning =
      tcp != nullptr && (tcp->conversation_completeness & (kSawSyn | kSawSynAck)) != 0;
  const bool to_server = pinfo->destport == data->server_port;
  data->session =
      new Session(keys_for(to_server ? pinfo->dst : pinfo->src, data->server_port), beginning);
  sessions.push_back(data->session);
  wmem_register_callback(wmem_file_scope(), destroy_session, data);
  conversation_add_proto_data(conversation, proto_rscp, data);
  return data;
}

Direction direction_of(packet_info* pinfo, const ConversationData* data) {
  return pinfo->destport == data->server_port && pinfo->srcport != data->server_port
             ? Direction::Request
         : pinfo->srcport == data->server_port ? Direction::Answer
                                               : Direction::Request;
}

// Sequence number of the stream's first byte, in the form that `tcpinfo` has: relative numbers
// start at 1, absolute ones behind the SYN's.
guint32 first_sequence(packet_info* pinfo, conversation_t* conversation, guint32 sequence) {
  const struct tcp_analysis* tcp = get_tcp_conversation_data(conversation, pinfo);
  if (tcp == nullptr || tcp->fwd == nullptr) return sequence;
  const guint32 absolute = tcp->fwd->base_seq + 1;
  const auto near = [&](guint32 candidate) {
    const auto distance = static_cast<gint32>(sequence - candidate);
    return distance < 0 ? -static_cast<gint64>(distance) : static_cast<gint64>(distance);
  };
  const guint32 first = near(1) <= near(absolute) ? 1 : absolute;
  constexpr gint64 kImplausible = 1 << 24;
  return near(first) < kImplausible ? first : sequence;
}

// First pass: the only place where the session changes. No exception leaves it.
void feed(tvbuff_t* tvb, packet_info* pinfo, conversation_t* conversation, ConversationData* data,
          guint32 sequence) {
  Session::Segment segment;
  segment.packet = pinfo->num;
  segment.time = pinfo->abs_ts.secs * kNanosecondsPerSecond + pinfo->abs_ts.nsecs;
  segment.direction = direction_of(pinfo, data);
  segment.sequence = sequence;
  segment.first_sequence = first_sequence(pinfo, conversation, sequence);
  const guint size = tvb_captured_length(tvb);
  segment.bytes = {tvb_get_ptr(tvb, 0, static_cast<gint>(size)), size};
  data->session->add(segment);
}

// Makes the plaintext of a frame a tab of its own.
tvbuff_t* plaintext_tvb(tvbuff_t* tvb, packet_info* pinfo, const SessionFrame* frame) {
  const auto size = static_cast<guint>(frame->message.plaintext.size());
  auto* copy = static_cast<guint8*>(wmem_alloc(pinfo->pool, size));
  {
    const ByteBuffer shown = shown_plaintext(frame->message, show_secrets != 0);
    std::copy(shown.begin(), shown.end(), copy);
  }
  tvbuff_t* plain = tvb_new_child_real_data(tvb, copy, size, static_cast<gint>(size));
  add_new_data_source(pinfo, plain, "Decrypted RSCP");
  return plain;
}

const char* info_in_packet_memory(packet_info* pinfo, const SessionFrame* frame) {
  return wmem_strdup(pinfo->pool,
                     info_text(frame->direction(), frame->items(), show_secrets != 0).c_str());
}

const char* loss_in_packet_memory(packet_info* pinfo, const StreamLoss& loss) {
  return wmem_strdup(pinfo->pool, loss.message().c_str());
}

nstime_t to_nstime(std::int64_t nanoseconds) {
  nstime_t time;
  time.secs = static_cast<time_t>(nanoseconds / kNanosecondsPerSecond);
  time.nsecs = static_cast<int>(nanoseconds % kNanosecondsPerSecond);
  return time;
}

void add_partner(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, proto_item* node,
                 const SessionFrame* frame) {
  const SessionFrame* partner = frame->partner;
  switch (frame->alone) {
    case SessionFrame::Alone::No:
      break;
    case SessionFrame::Alone::Unanswered:
      expert_add_info(pinfo, node, &ei.unanswered);
      break;
    case SessionFrame::Alone::AnswerLost:
      expert_add_info_format(pinfo, node, &ei.unanswered,
                             "No answer: it may lie in bytes that were not captured");
      break;
    case SessionFrame::Alone::Unexpected:
      expert_add_info(pinfo, node, &ei.unexpected);
      break;
  }
  if (partner == nullptr) return;
  const bool answer = frame->direction() == Direction::Answer;
  proto_item* item =
      proto_tree_add_uint(tree, answer ? hf.request_in : hf.answer_in, tvb, 0, 0, partner->packet);
  proto_item_set_generated(item);
  if (!answer) return;
  nstime_t delta = to_nstime(frame->message.time - partner->message.time);
  item = proto_tree_add_time(tree, hf.response_time, tvb, 0, 0, &delta);
  proto_item_set_generated(item);
}

void add_segments(tvbuff_t* tvb, proto_tree* tree, const SessionFrame* frame) {
  if (frame->segments.size() < 2) return;
  const auto count = static_cast<guint>(frame->segments.size());
  proto_item* item = proto_tree_add_uint(tree, hf.segment_count, tvb, 0, 0, count);
  proto_item_set_generated(item);
  proto_tree* list = proto_item_add_subtree(item, ett.segments);
  for (guint i = 0; i < count; ++i) {
    const SegmentRef segment = frame->segments[i];
    item = proto_tree_add_uint_format_value(list, hf.segment, tvb, 0, 0, segment.packet,
                                            "%u (%u bytes)", segment.packet, segment.bytes);
    proto_item_set_generated(item);
  }
}

void show_frame(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, const SessionFrame* frame,
                bool first) {
  const char* info = info_in_packet_memory(pinfo, frame);
  if (first) {
    col_clear(pinfo->cinfo, COL_INFO);
  } else {
    col_append_str(pinfo->cinfo, COL_INFO, " | ");
  }
  col_append_str(pinfo->cinfo, COL_INFO, info);
  tvbuff_t* plain = plaintext_tvb(tvb, pinfo, frame);
  proto_item* node = nullptr;
  const auto number = static_cast<guint>(frame->message.number);
  proto_tree* subtree =
      proto_tree_add_subtree_format(tree, plain, 0, static_cast<gint>(tvb_captured_length(plain)),
                                    ett.frame, &node, "RSCP frame %u: %s", number, info);
  proto_item* counted = proto_tree_add_uint(subtree, hf.frame, plain, 0, 0, number);
  proto_item_set_generated(counted);
  add_partner(plain, pinfo, subtree, node, frame);
  add_segments(plain, subtree, frame);
  // Without a tree only expert infos come of it, and those only matter if somebody listens.
  if (tree != nullptr || have_tap_listener(expert_tap)) {
    add_frame_tree(plain, pinfo, subtree, frame->message.frame);
  }
  follow_frame(pinfo, tvb, frame);
  export_frame(pinfo, plain);
  tap_credentials(pinfo, frame);
  if (have_tap_listener(rscp_tap)) {
    auto* record = wmem_new(pinfo->pool, TapRecord);
    record->frame = frame;
    record->request_time =
        to_nstime((frame->partner != nullptr ? frame->partner : frame)->message.time);
    tap_queue_packet(rscp_tap, pinfo, record);
  }
}

void show_losses(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, const PacketNotes* notes) {
  if (notes->missing != 0) {
    proto_item* item = proto_tree_add_uint(tree, hf.missing, tvb, 0, 0, notes->missing);
    proto_item_set_generated(item);
    expert_add_info_format(pinfo, item, &ei.lost,
                           "%u bytes before these are missing; if the packets are there but out of "
                           "order, switch on \"Reassemble out-of-order segments\" in TCP's "
                           "preferences",
                           notes->missing);
  }
  const std::size_t count = notes->losses.size();
  for (std::size_t i = 0; i < count; ++i) {
    const StreamLoss loss = notes->losses[i];
    if (loss.reason == LossReason::NoKeyFits) continue;
    proto_item* item = proto_tree_add_uint64(tree, hf.lost, tvb, 0, 0, loss.end - loss.begin);
    proto_item_set_generated(item);
    expert_add_info_format(pinfo, item, &ei.lost, "%s", loss_in_packet_memory(pinfo, loss));
  }
}

// What stands in place of values where there are none.
void show_undecrypted(packet_info* pinfo, proto_item* item, const PacketNotes* notes) {
  if (notes->retransmission) {
    col_add_str(pinfo->cinfo, COL_INFO, "Retransmission");
    return;
  }
  if (notes->no_key || notes->undecrypted) {
    col_add_fstr(pinfo->cinfo, COL_INFO, "Encrypted RSCP data, %u bytes%s", notes->encrypted,
                 notes->no_key ? ", no passphrase" : "");
  } else if (notes->frames.empty()) {
    col_add_fstr(pinfo->cinfo, COL_INFO, "Part of an RSCP frame, %u bytes", notes->encrypted);
  }
  if (notes->no_key) {
    expert_add_info(pinfo, item, &ei.no_key);
  } else if (notes->wrong_key) {
    expert_add_info(pinfo, item, &ei.wrong_key);
  }
}

void show(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, const ConversationData* data,
          const PacketNotes* notes) {
  const Direction direction = direction_of(pinfo, data);
  const bool answer = direction == Direction::Answer;
  col_set_str(pinfo->cinfo, COL_PROTOCOL, "RSCP");
  col_clear(pinfo->cinfo, COL_INFO);
  const auto size = static_cast<gint>(tvb_captured_length(tvb));
  proto_item* item = proto_tree_add_item(tree, proto_rscp, tvb, 0, size, ENC_NA);
  proto_item_append_text(item, ", %s", answer ? "Answer" : "Request");
  proto_tree* subtree = proto_item_add_subtree(item, ett.protocol);
  proto_item* generated = proto_tree_add_uint(subtree, hf.stream, tvb, 0, 0, data->stream);
  proto_item_set_generated(generated);
  generated = proto_tree_add_uint(subtree, hf.direction, tvb, 0, 0, answer ? 1 : 0);
  proto_item_set_generated(generated);
  proto_tree_add_item(subtree, hf.encrypted, tvb, 0, size, ENC_NA);
  if (notes == nullptr) return;
  if (notes->continues != nullptr) {
    generated =
        proto_tree_add_uint(subtree, hf.reassembled_in, tvb, 0, 0, notes->continues->packet);
    proto_item_set_generated(generated);
  }
  show_undecrypted(pinfo, item, notes);
  show_losses(tvb, pinfo, subtree, notes);
  const std::size_t count = notes->frames.size();
  for (std::size_t i = 0; i < count; ++i) {
    show_frame(tvb, pinfo, subtree, notes->frames[i], i == 0);
  }
}

guint32 sequence_of(const void* data) {
  return data != nullptr ? static_cast<const struct tcpinfo*>(data)->seq : 0;
}

int dissect_rscp(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data) {
  conversation_t* conversation = find_or_create_conversation(pinfo);
  ConversationData* state = conversation_data(pinfo, conversation);
  const guint32 sequence = sequence_of(data);
  const PacketNotes* notes = state->session->notes(pinfo->num, sequence);
  if (notes == nullptr && !PINFO_FD_VISITED(pinfo)) {
    feed(tvb, pinfo, conversation, state, sequence);
    notes = state->session->notes(pinfo->num, sequence);
  }
  show(tvb, pinfo, tree, state, notes);
  return static_cast<int>(tvb_captured_length(tvb));
}

// On other ports: RSCP if a key gives a frame. Frames are whole blocks, so most other traffic is
// told by its length alone; large segments may hold any part of a frame.
bool may_be_rscp(tvbuff_t* tvb, const ConversationData* data) {
  constexpr guint kLarge = 1000;
  const guint size = tvb_captured_length(tvb);
  return !data->rejected && (size % kCipherBlockSize == 0 || size >= kLarge);
}

HeuristicResult dissect_rscp_heuristic(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree,
                                       void* data) {
  if (!have_keys() || data == nullptr || tvb_captured_length(tvb) == 0) return FALSE;
  conversation_t* conversation = find_or_create_conversation(pinfo);
  // Second pass: the conversation has its dissector, or this packet was not recognised.
  if (PINFO_FD_VISITED(pinfo)) return FALSE;
  ConversationData* state = conversation_data(pinfo, conversation);
  if (!may_be_rscp(tvb, state)) {
    state->rejected = true;
    return FALSE;
  }
  const guint32 sequence = sequence_of(data);
  feed(tvb, pinfo, conversation, state, sequence);
  const Conversation::Standing standing = state->session->standing();
  if (standing != Conversation::Standing::Recognised) {
    state->rejected = standing == Conversation::Standing::Hopeless;
    return FALSE;
  }
  // From here on, so that later passes show the same as this one.
  conversation_set_dissector_from_frame_number(conversation, pinfo->num, rscp_handle);
  show(tvb, pinfo, tree, state, state->session->notes(pinfo->num, sequence));
  return TRUE;
}

const value_string kDirections[] = {{0, "Request"}, {1, "Answer"}, {0, nullptr}};
const true_false_string kPresent = {"Present", "Absent"};

void register_fields() {
  static hf_register_info fields[] = {
      {&hf.stream,
       {"Stream index", "rscp.stream", FT_UINT32, BASE_DEC, nullptr, 0,
        "TCP stream of the connection", HFILL}},
      {&hf.frame,
       {"Frame number in the connection", "rscp.frame", FT_UINT32, BASE_DEC, nullptr, 0,
        "Counts requests and answers together", HFILL}},
      {&hf.direction,
       {"Direction", "rscp.direction", FT_UINT8, BASE_DEC, VALS(kDirections), 0,
        "Request: from the client to the device", HFILL}},
      {&hf.encrypted,
       {"Encrypted data", "rscp.encrypted", FT_BYTES, BASE_NONE, nullptr, 0,
        "Rijndael-256 ciphertext", HFILL}},
      {&hf.lost,
       {"Bytes without a frame", "rscp.lost", FT_UINT64, BASE_DEC, nullptr, 0,
        "Bytes of this direction that belong to no frame that could be read", HFILL}},
      {&hf.missing,
       {"Missing bytes", "rscp.missing", FT_UINT32, BASE_DEC, nullptr, 0,
        "Bytes before this packet's that are not in the capture", HFILL}},
      {&hf.segment,
       {"Segment", "rscp.segment", FT_FRAMENUM, BASE_NONE, nullptr, 0,
        "Packet that brought a part of the frame", HFILL}},
      {&hf.segment_count,
       {"Segments", "rscp.segment.count", FT_UINT32, BASE_DEC, nullptr, 0,
        "Packets that brought the frame", HFILL}},
      {&hf.reassembled_in,
       {"Frame completed in", "rscp.reassembled_in", FT_FRAMENUM, BASE_NONE, nullptr, 0,
        "The packet that brought the rest of the frame", HFILL}},
      {&hf.magic, {"Magic", "rscp.magic", FT_UINT16, BASE_HEX, nullptr, 0, "E3 DC", HFILL}},
      {&hf.control, {"Control", "rscp.control", FT_UINT16, BASE_HEX, nullptr, 0, nullptr, HFILL}},
      {&hf.version,
       {"Protocol version", "rscp.control.version", FT_UINT16, BASE_DEC, nullptr,
        kControlVersionMask, nullptr, HFILL}},
      {&hf.crc_present,
       {"Checksum", "rscp.control.crc", FT_BOOLEAN, 16, TFS(&kPresent), kControlCrcBit, nullptr,
        HFILL}},
      {&hf.reserved,
       {"Reserved", "rscp.control.reserved", FT_UINT16, BASE_HEX, nullptr, kControlReservedMask,
        nullptr, HFILL}},
      {&hf.time,
       {"Time", "rscp.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, nullptr, 0, "The sender's clock",
        HFILL}},
      {&hf.data_length,
       {"Data length", "rscp.data_length", FT_UINT16, BASE_DEC, nullptr, 0,
        "Bytes of values in the frame", HFILL}},
      {&hf.crc,
       {"CRC", "rscp.crc", FT_UINT32, BASE_HEX, nullptr, 0, "CRC-32 of header and data", HFILL}},
      {&hf.crc_status,
       {"CRC status", "rscp.crc.status", FT_UINT8, BASE_NONE, VALS(proto_checksum_vals), 0, nullptr,
        HFILL}},
      {&hf.padding,
       {"Padding", "rscp.padding", FT_BYTES, BASE_NONE, nullptr, 0, "Up to the next cipher block",
        HFILL}},
      {&hf.trailing,
       {"Bytes that are no item", "rscp.trailing", FT_BYTES, BASE_NONE, nullptr, 0, nullptr,
        HFILL}},
      {&hf.tag,
       {"Tag", "rscp.tag", FT_UINT32, BASE_HEX | BASE_EXT_STRING, tag_names(), 0, nullptr, HFILL}},
      {&hf.name_space,
       {"Namespace", "rscp.namespace", FT_UINT8, BASE_HEX, VALS(namespace_names()), 0,
        "Top byte of the tag", HFILL}},
      {&hf.type, {"Type", "rscp.type", FT_UINT8, BASE_HEX, VALS(type_names()), 0, nullptr, HFILL}},
      {&hf.length,
       {"Length", "rscp.length", FT_UINT16, BASE_DEC, nullptr, 0, "Bytes of the item's payload",
        HFILL}},
      {&hf.error,
       {"Error", "rscp.error", FT_UINT32, BASE_DEC, VALS(error_names()), 0, nullptr, HFILL}},
      {&hf.value_none,
       {"Item", "rscp.item", FT_NONE, BASE_NONE, nullptr, 0,
        "An item whose tag has no field for a value of this type", HFILL}},
      {&hf.value_bool,
       {"Value", "rscp.value.bool", FT_BOOLEAN, BASE_NONE, nullptr, 0, nullptr, HFILL}},
      {&hf.value_int, {"Value", "rscp.value.int", FT_INT64, BASE_DEC, nullptr, 0, nullptr, HFILL}},
      {&hf.value_uint,
       {"Value", "rscp.value.uint", FT_UINT64, BASE_DEC, nullptr, 0, nullptr, HFILL}},
      {&hf.value_float,
       {"Value", "rscp.value.float", FT_DOUBLE, BASE_NONE, nullptr, 0, nullptr, HFILL}},
      {&hf.value_string,
       {"Value", "rscp.value.string", FT_STRING, BASE_NONE, nullptr, 0, nullptr, HFILL}},
      {&hf.value_bytes,
       {"Value", "rscp.value.bytes", FT_BYTES, BASE_NONE, nullptr, 0, nullptr, HFILL}},
      {&hf.value_time,
       {"Value", "rscp.value.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, nullptr, 0, nullptr,
        HFILL}},
      {&hf.request_in,
       {"Request in", "rscp.request_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST),
        0, "The request that this answers", HFILL}},
      {&hf.answer_in,
       {"Answer in", "rscp.answer_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE),
        0, "The answer to this request", HFILL}},
      {&hf.response_time,
       {"Response time", "rscp.response_time", FT_RELATIVE_TIME, BASE_NONE, nullptr, 0,
        "From the end of the request to the end of the answer", HFILL}},
  };
  proto_register_field_array(proto_rscp, fields, array_length(fields));
  static gint* trees[] = {&ett.protocol, &ett.frame, &ett.control, &ett.segments, &ett.item};
  proto_register_subtree_array(trees, array_length(trees));
}

void register_experts() {
  static ei_register_info infos[] = {
      {&ei.wrong_key,
       {"rscp.wrong_key", PI_DECRYPTION, PI_WARN, "Decrypts to no RSCP frame: wrong passphrase?",
        EXPFILL}},
      {&ei.no_key,
       {"rscp.no_key", PI_DECRYPTION, PI_NOTE,
        "No passphrase: enter it in Edit > Preferences > Protocols > RSCP, or with -o "
        "rscp.passphrase:...",
        EXPFILL}},
      {&ei.bad_crc, {"rscp.bad_crc", PI_CHECKSUM, PI_ERROR, "The checksum is wrong", EXPFILL}},
      {&ei.error_answer,
       {"rscp.error_answer", PI_RESPONSE_CODE, PI_NOTE, "Answered with an error", EXPFILL}},
      {&ei.login_failed,
       {"rscp.login_failed", PI_SECURITY, PI_WARN, "Login refused: wrong user or password",
        EXPFILL}},
      {&ei.wrong_type,
       {"rscp.wrong_type", PI_PROTOCOL, PI_CHAT, "The type is not the one in the dictionary",
        EXPFILL}},
      {&ei.unknown_tag,
       {"rscp.unknown_tag", PI_UNDECODED, PI_NOTE,
        "The tag is not in the dictionary: new firmware?", EXPFILL}},
      {&ei.bad_length,
       {"rscp.bad_length", PI_MALFORMED, PI_ERROR, "The length field lies", EXPFILL}},
      {&ei.trailing,
       {"rscp.trailing_bytes", PI_MALFORMED, PI_WARN, "Bytes behind the last item", EXPFILL}},
      {&ei.lost,
       {"rscp.lost_bytes", PI_SEQUENCE, PI_WARN, "Bytes that belong to no readable frame",
        EXPFILL}},
      {&ei.clock,
       {"rscp.clock", PI_COMMENTS_GROUP, PI_CHAT, "The sender's clock is far from the capture's",
        EXPFILL}},
      {&ei.unanswered,
       {"rscp.no_answer", PI_SEQUENCE, PI_NOTE, "The request has no answer", EXPFILL}},
      {&ei.unexpected,
       {"rscp.unexpected", PI_SEQUENCE, PI_WARN, "An answer that no request asked for", EXPFILL}},
      {&ei.reserved,
       {"rscp.reserved_bits", PI_PROTOCOL, PI_WARN, "Reserved bits are set", EXPFILL}},
      {&ei.version,
       {"rscp.bad_header", PI_MALFORMED, PI_ERROR, "Not a frame of protocol version 1", EXPFILL}},
      {&ei.too_deep,
       {"rscp.too_deep", PI_MALFORMED, PI_WARN, "Containers nested too deep to be followed",
        EXPFILL}},
      {&ei.bad_size,
       {"rscp.bad_size", PI_MALFORMED, PI_WARN, "The payload's size does not fit its type",
        EXPFILL}},
  };
  expert_module_t* module = expert_register_protocol(proto_rscp);
  expert_register_field_array(module, infos, array_length(infos));
}

}  // namespace

void proto_register_rscp() {
  proto_rscp = proto_register_protocol("E3/DC Remote Storage Control Protocol", "RSCP", "rscp");
  register_fields();
  register_tag_field_prefix(proto_rscp);
  register_experts();
  rscp_handle = register_dissector("rscp", dissect_rscp, proto_rscp);
  rscp_tap = register_tap("rscp");
  module_t* preferences = prefs_register_protocol(proto_rscp, nullptr);
  register_key_preferences(preferences);
  prefs_register_bool_preference(preferences, "show_secrets", "Show passwords",
                                 "Show passwords instead of asterisks, in the decrypted bytes too",
                                 &show_secrets);
  register_postseq_cleanup_routine(finish_sessions);
  register_exported_pdus();
  register_follow();
  register_credentials();
  register_statistics();
}

void proto_reg_handoff_rscp() {
  expert_tap = find_tap_id("expert");
  dissector_add_uint_range_with_preference("tcp.port", kPorts, rscp_handle);
  heur_dissector_add("tcp", dissect_rscp_heuristic, "RSCP with a known passphrase", "rscp_tcp",
                     proto_rscp, HEURISTIC_ENABLE);
}

}  // namespace rscp::dissector
