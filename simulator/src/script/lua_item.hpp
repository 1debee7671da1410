// SPDX-License-Identifier: MIT
// What a script says about an item.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <rscp/error.hpp>
#include <rscp/value.hpp>

struct lua_State;

namespace rscp::simulator {

/// nil
struct LuaNothing {};
/// fail("NOT_AVAILABLE"): the error's name or number.
struct LuaError {
  std::string code;
};
struct LuaChild;

struct LuaItem {
  std::variant<LuaNothing, bool, std::int64_t, double, std::string, LuaError, std::vector<LuaChild>>
      what;
};

/// Of a list: {{"TAG", value}, {"TAG", value, "Int32"}, ...}.
struct LuaChild {
  std::string tag;
  std::string type;  ///< empty: the declared one
  LuaItem value;
};

/// Reads what lies at this index of Lua's stack, an absolute one. Allocates nothing in Lua.
Result<LuaItem> item_at(lua_State* lua, int index, unsigned depth = 0);

/// The value that a script's answer stands for.
Result<Value> value_of(const LuaItem& item, Tag tag, std::optional<DataType> type);

}  // namespace rscp::simulator
