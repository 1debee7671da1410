// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <rscp/value.hpp>

/// Something for queries to find.
inline const std::vector<rscp::Value>& sample_tree() {
  using rscp::Value;
  static const std::vector<Value> tree = {
      Value{"PVI_DATA",
            {{"PVI_INDEX", 0},
             {"PVI_DC_POWER", {{"PVI_INDEX", 1}, {"PVI_VALUE", 1000.5F}}},
             {"PVI_ON_GRID", true}}},
      Value{"EMS_MODE", 1},
      Value{"INFO_SERIAL_NUMBER", "S10-1"},
      Value{"INFO_UTC_TIME", rscp::Timestamp{1700000000, 5}},
      Value{"BAT_DATA", rscp::DataType::Error, rscp::ErrorCode{6}},
      Value{"WB_EXTERN_DATA", rscp::ByteBuffer{1, 2, 3}}};
  return tree;
}
