// SPDX-License-Identifier: GPL-2.0-or-later
// epan leaves functions by longjmp, which skips destructors: nothing here that lives across a call
// of epan has one. The codec's views are made of plain data, so the tree is built straight from
// them.
#include "frame_tree.hpp"

#include <cstdio>
#include <limits>
#include <type_traits>

#include "frame_text.hpp"
#include "tag_fields.hpp"
#include <rscp/frame.hpp>
#include <rscp/secrets.hpp>
#include <rscp/tags.hpp>

namespace rscp::dissector {
namespace {

static_assert(std::is_trivially_destructible_v<FrameView> &&
              std::is_trivially_destructible_v<ItemReader> &&
              std::is_trivially_destructible_v<std::optional<ItemView>> &&
              std::is_trivially_destructible_v<std::optional<Scalar>> &&
              std::is_trivially_destructible_v<TagField>);

struct Context {
  tvbuff_t* tvb;
  packet_info* pinfo;
};

// The tag's name, or its code in packet memory.
const char* label(packet_info* pinfo, Tag tag) {
  const TagInfo* info = Dictionary::builtin().find(tag);
  if (info != nullptr) return info->name.data();
  return wmem_strdup_printf(pinfo->pool, "Tag 0x%08X", code_of(tag));
}

// Behind a call, so that the string is gone before epan is called again.
const char* text_in_packet_memory(packet_info* pinfo, const ItemView& item) {
  const std::string text = value_text(item, show_secrets != 0);
  return wmem_strdup(pinfo->pool, text.c_str());
}

const char* type_name(packet_info* pinfo, DataType type) {
  return wmem_strdup(pinfo->pool,
                     val_to_str(static_cast<guint32>(type), type_names(), "unknown type 0x%02X"));
}

// An integer of any type as the 32- or 64-bit number a field takes; false if it is no integer.
bool integer_of(const Scalar& scalar, gint64* number, bool* is_unsigned) {
  *is_unsigned = false;
  if (const auto* b = std::get_if<bool>(&scalar)) {
    *number = *b ? 1 : 0;
  } else if (const auto* n = std::get_if<std::int64_t>(&scalar)) {
    *number = *n;
  } else if (const auto* n64 = std::get_if<std::uint64_t>(&scalar)) {
    *number = static_cast<gint64>(*n64);
    *is_unsigned = true;
  } else {
    return false;
  }
  return true;
}

// The tag's own field, if the wire's type can be put into it; null otherwise.
proto_item* add_own_field(const Context& c, proto_tree* tree, const ItemView& item, TagField field,
                          int offset, int length, const std::optional<Scalar>& scalar) {
  if (field.hf <= 0) return nullptr;
  const auto type = static_cast<int>(proto_registrar_get_ftype(field.hf));
  if (field.kind == FieldKind::None) {
    const bool empty = item.type == DataType::None || item.type == DataType::Container;
    return empty ? proto_tree_add_item(tree, field.hf, c.tvb, offset, length, ENC_NA) : nullptr;
  }
  if (item.type == DataType::Error || !scalar) return nullptr;
  gint64 number = 0;
  bool is_unsigned = false;
  const bool integer = integer_of(*scalar, &number, &is_unsigned);
  switch (field.kind) {
    case FieldKind::Boolean:
      if (!integer) return nullptr;
      return proto_tree_add_boolean(tree, field.hf, c.tvb, offset, length,
                                    static_cast<guint32>(number != 0));
    case FieldKind::Unsigned:
      if (!integer || (!is_unsigned && number < 0)) return nullptr;
      if (type == FT_UINT64) {
        return proto_tree_add_uint64(tree, field.hf, c.tvb, offset, length,
                                     static_cast<guint64>(number));
      }
      if (static_cast<guint64>(number) > std::numeric_limits<guint32>::max()) return nullptr;
      return proto_tree_add_uint(tree, field.hf, c.tvb, offset, length,
                                 static_cast<guint32>(number));
    case FieldKind::Signed:
      if (!integer || (is_unsigned && number < 0)) return nullptr;
      if (type == FT_INT64) {
        return proto_tree_add_int64(tree, field.hf, c.tvb, offset, length, number);
      }
      if (number > std::numeric_limits<gint32>::max() ||
          number < std::numeric_limits<gint32>::min()) {
        return nullptr;
      }
      return proto_tree_add_int(tree, field.hf, c.tvb, offset, length, static_cast<gint32>(number));
    case FieldKind::Float:
    case FieldKind::Double: {
      double value = static_cast<double>(number);
      if (const auto* f = std::get_if<float>(&*scalar)) {
        value = *f;
      } else if (const auto* d = std::get_if<double>(&*scalar)) {
        value = *d;
      } else if (!integer) {
        return nullptr;
      }
      if (field.kind == FieldKind::Float) {
        return proto_tree_add_float(tree, field.hf, c.tvb, offset, length,
                                    static_cast<float>(value));
      }
      return proto_tree_add_double(tree, field.hf, c.tvb, offset, length, value);
    }
    case FieldKind::Text: {
      if (item.type != DataType::CString) return nullptr;
      const char* text = reinterpret_cast<const char*>(
          tvb_get_string_enc(c.pinfo->pool, c.tvb, offset + 7, length - 7, ENC_UTF_8 | ENC_NA));
      return proto_tree_add_string(tree, field.hf, c.tvb, offset, length, text);
    }
    case FieldKind::Time: {
      const auto* time = std::get_if<Timestamp>(&*scalar);
      if (time == nullptr) return nullptr;
      nstime_t value;
      value.secs = static_cast<time_t>(time->seconds);
      value.nsecs = time->nanoseconds;
      return proto_tree_add_time(tree, field.hf, c.tvb, offset, length, &value);
    }
    case FieldKind::ByteString:
      if (length <= 7) return nullptr;
      return proto_tree_add_bytes(tree, field.hf, c.tvb, offset, length,
                                  tvb_get_ptr(c.tvb, offset + 7, length - 7));
    case FieldKind::Error:
    case FieldKind::None:
      break;
  }
  return nullptr;
}

// The value under the name of its type: fields that filter any tag.
void add_value(const Context& c, proto_tree* tree, const ItemView& item, int offset, int length,
               const std::optional<Scalar>& scalar) {
  if (!scalar) {
    if (length > 0) proto_tree_add_item(tree, hf.value_bytes, c.tvb, offset, length, ENC_NA);
    return;
  }
  if (const auto* b = std::get_if<bool>(&*scalar)) {
    proto_tree_add_boolean(tree, hf.value_bool, c.tvb, offset, length, *b ? 1U : 0U);
  } else if (const auto* n = std::get_if<std::int64_t>(&*scalar)) {
    proto_tree_add_int64(tree, hf.value_int, c.tvb, offset, length, *n);
  } else if (const auto* u = std::get_if<std::uint64_t>(&*scalar)) {
    proto_tree_add_uint64(tree, hf.value_uint, c.tvb, offset, length, *u);
  } else if (const auto* f = std::get_if<float>(&*scalar)) {
    proto_tree_add_double(tree, hf.value_float, c.tvb, offset, length, static_cast<double>(*f));
  } else if (const auto* d = std::get_if<double>(&*scalar)) {
    proto_tree_add_double(tree, hf.value_float, c.tvb, offset, length, *d);
  } else if (item.type == DataType::CString) {
    proto_tree_add_item(tree, hf.value_string, c.tvb, offset, length, ENC_UTF_8 | ENC_NA);
  } else if (const auto* time = std::get_if<Timestamp>(&*scalar)) {
    nstime_t value;
    value.secs = static_cast<time_t>(time->seconds);
    value.nsecs = time->nanoseconds;
    proto_tree_add_time(tree, hf.value_time, c.tvb, offset, length, &value);
  } else if (length > 0) {
    proto_tree_add_item(tree, hf.value_bytes, c.tvb, offset, length, ENC_NA);
  }
}

void add_item_experts(const Context& c, proto_item* item_node, const ItemView& item,
                      const std::optional<Scalar>& scalar) {
  const TagInfo* info = Dictionary::builtin().find(item.tag);
  if (info == nullptr) {
    expert_add_info_format(c.pinfo, item_node, &ei.unknown_tag,
                           "Tag 0x%08X is not in the dictionary: new firmware?", code_of(item.tag));
  } else if (info->type && *info->type != DataType::None && *info->type != item.type &&
             item.type != DataType::None && item.type != DataType::Error) {
    expert_add_info_format(c.pinfo, item_node, &ei.wrong_type, "%s is %s, the dictionary says %s",
                           info->name.data(), type_name(c.pinfo, item.type),
                           type_name(c.pinfo, *info->type));
  }
  if (!scalar && item.type != DataType::Container) {
    expert_add_info_format(c.pinfo, item_node, &ei.bad_size, "%u bytes do not fit %s",
                           static_cast<unsigned>(item.payload.size()),
                           type_name(c.pinfo, item.type));
  }
  const ErrorCode* error = scalar ? std::get_if<ErrorCode>(&*scalar) : nullptr;
  const bool login = item.tag == tag::RSCP_AUTHENTICATION;
  gint64 level = 0;
  bool is_unsigned = false;
  if (login &&
      (error != nullptr || (scalar && integer_of(*scalar, &level, &is_unsigned) && level == 0))) {
    expert_add_info(c.pinfo, item_node, &ei.login_failed);
  } else if (error != nullptr) {
    expert_add_info_format(c.pinfo, item_node, &ei.error_answer, "%s answered with %s",
                           label(c.pinfo, item.tag), text_in_packet_memory(c.pinfo, item));
  }
}

void add_items(const Context& c, proto_tree* tree, Bytes data, int offset, unsigned depth);

void add_item(const Context& c, proto_tree* tree, const ItemView& item, unsigned depth) {
  const auto offset = static_cast<int>(item.offset);
  const int length = static_cast<int>(kItemHeaderSize + item.payload.size());
  const std::optional<Scalar> scalar = item.scalar();
  const TagField field = tag_field(item.tag);
  const char* name = label(c.pinfo, item.tag);
  proto_item* node = add_own_field(c, tree, item, field, offset, length, scalar);
  if (node == nullptr) {
    node = proto_tree_add_none_format(tree, hf.value_none, c.tvb, offset, length, "%s", name);
    const char* text = text_in_packet_memory(c.pinfo, item);
    if (*text != '\0') proto_item_append_text(node, ": %s", text);
  } else if (field.kind != FieldKind::None && field.kind != FieldKind::ByteString) {
    const TagInfo* info = Dictionary::builtin().find(item.tag);
    if (info != nullptr && info->enumeration != nullptr &&
        info->enumeration->kind == EnumerationKind::Bitmask) {
      proto_item_set_text(node, "%s: %s", name, text_in_packet_memory(c.pinfo, item));
    }
  }
  proto_tree* subtree = proto_item_add_subtree(node, ett.item);
  proto_tree_add_item(subtree, hf.tag, c.tvb, offset, 4, ENC_LITTLE_ENDIAN);
  proto_item* space =
      proto_tree_add_uint(subtree, hf.name_space, c.tvb, offset + 3, 1, namespace_of(item.tag));
  proto_item_set_generated(space);
  proto_tree_add_item(subtree, hf.type, c.tvb, offset + 4, 1, ENC_LITTLE_ENDIAN);
  proto_tree_add_item(subtree, hf.length, c.tvb, offset + 5, 2, ENC_LITTLE_ENDIAN);
  const int payload = offset + static_cast<int>(kItemHeaderSize);
  const int payload_length = length - static_cast<int>(kItemHeaderSize);
  if (item.type == DataType::Container) {
    if (depth >= kMaxDepth) {
      expert_add_info(c.pinfo, node, &ei.too_deep);
      proto_tree_add_item(subtree, hf.value_bytes, c.tvb, payload, payload_length, ENC_NA);
    } else {
      add_items(c, subtree, item.payload, payload, depth + 1);
    }
  } else if (item.type == DataType::Error && scalar) {
    proto_tree_add_uint(subtree, hf.error, c.tvb, payload, payload_length,
                        std::get<ErrorCode>(*scalar).value);
  } else {
    add_value(c, subtree, item, payload, payload_length, scalar);
  }
  add_item_experts(c, node, item, scalar);
}

void add_items(const Context& c, proto_tree* tree, Bytes data, int offset, unsigned depth) {
  ItemReader reader(data, static_cast<std::uint64_t>(offset));
  while (const auto item = reader.next()) add_item(c, tree, *item, depth);
  if (!reader.fault()) return;
  const ItemFault fault = *reader.fault();
  proto_item* node = proto_tree_add_item(tree, hf.trailing, c.tvb, static_cast<int>(fault.offset),
                                         static_cast<int>(reader.rest().size()), ENC_NA);
  if (fault.code == DecodeErrorCode::PayloadTruncated) {
    expert_add_info_format(
        c.pinfo, node, &ei.bad_length, "Length field says %u bytes, %u left in what holds the item",
        static_cast<unsigned>(fault.expected), static_cast<unsigned>(fault.actual));
  } else {
    expert_add_info_format(c.pinfo, node, &ei.trailing,
                           "%u bytes behind the last item are too few for another",
                           static_cast<unsigned>(fault.actual));
  }
}

void add_header(const Context& c, proto_tree* tree, const FrameHeader& header) {
  proto_tree_add_item(tree, hf.magic, c.tvb, 0, 2, ENC_BIG_ENDIAN);
  proto_item* control = proto_tree_add_item(tree, hf.control, c.tvb, 2, 2, ENC_LITTLE_ENDIAN);
  proto_tree* bits = proto_item_add_subtree(control, ett.control);
  proto_tree_add_item(bits, hf.version, c.tvb, 2, 2, ENC_LITTLE_ENDIAN);
  proto_tree_add_item(bits, hf.crc_present, c.tvb, 2, 2, ENC_LITTLE_ENDIAN);
  proto_tree_add_item(bits, hf.reserved, c.tvb, 2, 2, ENC_LITTLE_ENDIAN);
  if (header.has_reserved_bits()) expert_add_info(c.pinfo, control, &ei.reserved);
  nstime_t time;
  time.secs = static_cast<time_t>(header.time.seconds);
  time.nsecs = header.time.nanoseconds;
  proto_item* clock = proto_tree_add_time(tree, hf.time, c.tvb, 4, 12, &time);
  // Ten minutes: more than a clock drifts, less than a wrong time zone.
  constexpr double kFar = 600;
  const double off = static_cast<double>(time.secs) - static_cast<double>(c.pinfo->abs_ts.secs);
  if (off > kFar || off < -kFar) {
    expert_add_info_format(c.pinfo, clock, &ei.clock,
                           "The sender's clock is %.0f seconds %s the capture's",
                           off < 0 ? -off : off, off < 0 ? "behind" : "ahead of");
  }
  proto_tree_add_item(tree, hf.data_length, c.tvb, 16, 2, ENC_LITTLE_ENDIAN);
}

}  // namespace

void add_frame_tree(tvbuff_t* plain, packet_info* pinfo, proto_tree* tree, const FrameView& frame) {
  const Context c{plain, pinfo};
  const auto size = static_cast<int>(tvb_captured_length(plain));
  const Bytes bytes(tvb_get_ptr(plain, 0, size), static_cast<std::size_t>(size));
  add_header(c, tree, frame.header);
  const Bytes payload = bytes.subspan(kFrameHeaderSize, frame.header.length);
  add_items(c, tree, payload, static_cast<int>(kFrameHeaderSize), 0);
  int at = static_cast<int>(kFrameHeaderSize) + frame.header.length;
  if (frame.header.has_crc()) {
    proto_tree_add_checksum(tree, plain, static_cast<guint>(at), hf.crc, hf.crc_status, &ei.bad_crc,
                            pinfo, frame.computed_crc, ENC_LITTLE_ENDIAN, PROTO_CHECKSUM_VERIFY);
    at += static_cast<int>(kCrcSize);
  }
  if (at < size) proto_tree_add_item(tree, hf.padding, plain, at, size - at, ENC_NA);
}

}  // namespace rscp::dissector
