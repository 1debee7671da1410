// SPDX-License-Identifier: GPL-2.0-or-later
// One display filter field for every tag of the dictionary: rscp.ems.power_pv. There are over
// 3,800, so they are registered when the first filter or frame needs them, not at start-up
// (proto_register_prefix, as packet-diameter.c does).
#pragma once

#include "epan.hpp"
#include <rscp/dictionary.hpp>

namespace rscp::dissector {

/// What a field can hold.
enum class FieldKind {
  None,
  Boolean,
  Unsigned,
  Signed,
  Float,
  Double,
  Text,
  ByteString,
  Time,
  Error
};

struct TagField {
  int hf = -1;
  FieldKind kind = FieldKind::None;
};

/// At start-up: names and errors by number, for fields that are registered at once.
const value_string_ext* tag_names();
const value_string* error_names();
const value_string* namespace_names();
const value_string* type_names();

/// At start-up: remembers the protocol and promises the fields.
void register_tag_field_prefix(int proto);
/// The field of a tag; hf is -1 for a tag that the dictionary lacks.
TagField tag_field(Tag tag);

}  // namespace rscp::dissector
