// SPDX-License-Identifier: GPL-2.0-or-later
#include "tag_fields.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <rscp/scalar.hpp>

namespace rscp::dissector {
namespace {

// Lives as long as Wireshark does; epan keeps pointers into it.
struct Tables {
  std::vector<value_string> tags;
  std::vector<value_string> errors;
  std::vector<value_string> namespaces;
  std::vector<value_string> types;
  value_string_ext* tags_ext = nullptr;
};

Tables make_tables() {
  Tables tables;
  for (const TagInfo* info : Dictionary::builtin().all()) {
    tables.tags.push_back({code_of(info->tag), info->name.data()});
  }
  tables.tags.push_back({0, nullptr});
  for (std::uint32_t code = 1; !name_of(ErrorCode{code}).empty(); ++code) {
    tables.errors.push_back({code, name_of(ErrorCode{code}).data()});
  }
  tables.errors.push_back({0, nullptr});
  for (std::uint32_t code = 0; code < 256; ++code) {
    const auto name = Dictionary::namespace_name(static_cast<Tag>(code << 24U));
    if (!name.empty()) tables.namespaces.push_back({code, name.data()});
  }
  tables.namespaces.push_back({0, nullptr});
  for (std::uint32_t code = 0; code < 256; ++code) {
    const auto type = static_cast<DataType>(code);
    if (is_known(type)) tables.types.push_back({code, g_strdup(name_of(type).c_str())});
  }
  tables.types.push_back({0, nullptr});
  return tables;
}

Tables& tables() {
  static Tables instance = make_tables();
  return instance;
}

int protocol = -1;

struct Registered {
  std::vector<hf_register_info> infos;
  std::vector<int> ids;
  std::vector<TagField> fields;  // in the order of the dictionary
  std::vector<std::string> abbreviations;
  std::vector<std::unique_ptr<value_string[]>> strings;
  std::vector<std::unique_ptr<unit_name_string>> units;
  std::vector<std::string> unit_texts;
  std::unordered_map<std::uint32_t, std::size_t> index;
};

Registered* registered = nullptr;

struct Shape {
  FieldKind kind;
  ftenum type;
  int base;
};

Shape shape_of(const TagInfo& info) {
  if (!info.type) return {FieldKind::None, FT_NONE, BASE_NONE};
  switch (*info.type) {
    case DataType::Bool:
      return {FieldKind::Boolean, FT_BOOLEAN, BASE_NONE};
    case DataType::Char8:
      return {FieldKind::Signed, FT_INT8, BASE_DEC};
    case DataType::UChar8:
      return {FieldKind::Unsigned, FT_UINT8, BASE_DEC};
    case DataType::Int16:
      return {FieldKind::Signed, FT_INT16, BASE_DEC};
    case DataType::UInt16:
      return {FieldKind::Unsigned, FT_UINT16, BASE_DEC};
    case DataType::Int32:
      return {FieldKind::Signed, FT_INT32, BASE_DEC};
    case DataType::UInt32:
      return {FieldKind::Unsigned, FT_UINT32, BASE_DEC};
    case DataType::Int64:
      return {FieldKind::Signed, FT_INT64, BASE_DEC};
    case DataType::UInt64:
      return {FieldKind::Unsigned, FT_UINT64, BASE_DEC};
    case DataType::Float32:
      return {FieldKind::Float, FT_FLOAT, BASE_NONE};
    case DataType::Double64:
      return {FieldKind::Double, FT_DOUBLE, BASE_NONE};
    case DataType::CString:
      return {FieldKind::Text, FT_STRING, BASE_NONE};
    case DataType::Timestamp:
      return {FieldKind::Time, FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC};
    case DataType::Error:
      return {FieldKind::Error, FT_UINT32, BASE_DEC};
    case DataType::Bitfield:
    case DataType::ByteArray:
    case DataType::CompressedContainer:
      return {FieldKind::ByteString, FT_BYTES, BASE_NONE};
    case DataType::None:
    case DataType::Container:
      break;
  }
  return {FieldKind::None, FT_NONE, BASE_NONE};
}

bool is_wide(ftenum type) { return type == FT_INT64 || type == FT_UINT64; }

// "rscp.ems.power_pv"
std::string abbreviation(const TagInfo& info) {
  std::string_view rest = info.name;
  std::string name = "rscp.";
  const auto space = Dictionary::namespace_name(info.tag);
  if (!space.empty()) {
    name += space;
    name += '.';
    if (rest.starts_with(space) && rest.size() > space.size() && rest[space.size()] == '_') {
      rest.remove_prefix(space.size() + 1);
    }
  }
  name += rest;
  // Two names stand for two tags each; the one that the name does not lead to has its code.
  if (Dictionary::builtin().find(info.name) != &info) name += '_' + hex_code(info.tag).substr(2);
  std::ranges::transform(name, name.begin(), [](char c) { return g_ascii_tolower(c); });
  return name;
}

void add_enumeration(Registered& r, const Enumeration& enumeration, header_field_info& field) {
  if (enumeration.kind != EnumerationKind::Number || is_wide(field.type)) return;
  auto strings = std::make_unique<value_string[]>(enumeration.entries.size() + 1);
  std::size_t i = 0;
  for (const EnumerationEntry& entry : enumeration.entries) {
    strings[i++] = {static_cast<guint32>(entry.value), entry.name.data()};
  }
  field.strings = strings.get();
  r.strings.push_back(std::move(strings));
}

void add_unit(Registered& r, std::string_view unit, header_field_info& field) {
  if (unit.empty()) return;
  r.unit_texts.push_back(' ' + std::string(unit));
  r.units.push_back(std::make_unique<unit_name_string>());
  r.units.back()->singular = g_strdup(r.unit_texts.back().c_str());
  r.units.back()->plural = nullptr;
  field.strings = r.units.back().get();
  field.display |= BASE_UNIT_STRING;
}

void register_fields() {
  if (registered != nullptr) return;
  const auto all = Dictionary::builtin().all();
  registered = new Registered;  // epan keeps pointers into it until it ends
  Registered& r = *registered;
  r.ids.assign(all.size(), -1);
  r.infos.reserve(all.size());
  r.abbreviations.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const TagInfo& info = *all[i];
    const Shape shape = shape_of(info);
    r.abbreviations.push_back(abbreviation(info));
    header_field_info field{};
    field.name = info.name.data();
    field.abbrev = r.abbreviations.back().c_str();
    field.type = shape.type;
    field.display = shape.base;
    const bool number = shape.kind == FieldKind::Unsigned || shape.kind == FieldKind::Signed;
    const bool fraction = shape.kind == FieldKind::Float || shape.kind == FieldKind::Double;
    if (shape.kind == FieldKind::Error) field.strings = error_names();
    if (number && info.enumeration != nullptr) add_enumeration(r, *info.enumeration, field);
    if ((number || fraction) && field.strings == nullptr) add_unit(r, info.printed_unit(), field);
    // What HFILL fills in.
    field.id = -1;
    field.same_name_prev_id = -1;
    r.infos.push_back({&r.ids[i], field});
    r.fields.push_back({-1, shape.kind});
    r.index.emplace(code_of(info.tag), i);
  }
  proto_register_field_array(protocol, r.infos.data(), static_cast<int>(r.infos.size()));
  for (std::size_t i = 0; i < all.size(); ++i) r.fields[i].hf = r.ids[i];
}

void on_prefix(const char* /*match*/) { register_fields(); }

}  // namespace

const value_string_ext* tag_names() {
  Tables& t = tables();
  if (t.tags_ext == nullptr) {
    t.tags_ext =
        value_string_ext_new(t.tags.data(), static_cast<guint>(t.tags.size()), "rscp_tags");
  }
  return t.tags_ext;
}
const value_string* error_names() { return tables().errors.data(); }
const value_string* namespace_names() { return tables().namespaces.data(); }
const value_string* type_names() { return tables().types.data(); }

void register_tag_field_prefix(int proto) {
  protocol = proto;
  proto_register_prefix("rscp", on_prefix);
}

TagField tag_field(Tag tag) {
  register_fields();
  const auto it = registered->index.find(code_of(tag));
  return it == registered->index.end() ? TagField{} : registered->fields[it->second];
}

}  // namespace rscp::dissector
