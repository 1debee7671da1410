// SPDX-License-Identifier: MIT
#include "lua_item.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>

#include <lua.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/scalar.hpp>
#include <rscp/simulator/station.hpp>

namespace rscp::simulator {
namespace {

constexpr unsigned kDeepest = 32;
constexpr std::size_t kLongestList = 10'000;

std::unexpected<Error> wrong(std::string message) {
  return failure(ErrorKind::Invalid, std::move(message));
}

Result<std::uint32_t> error_code(const std::string& text) {
  if (const auto named = error_from_name(text)) return named->value;
  char* end = nullptr;
  const unsigned long number = std::strtoul(text.c_str(), &end, 0);
  if (text.empty() || *end != '\0' || number > 0xFFFFFFFFUL) {
    return wrong("unknown error \"" + text + "\"");
  }
  return static_cast<std::uint32_t>(number);
}

// Lua makes no difference between 3 and 3.0; nor do integer tags, as long as nothing is lost.
Argument fitting(double number, DataType type) {
  const bool whole = is_integer(type) || type == DataType::Bool;
  if (whole && std::abs(number) < 9e15) return static_cast<std::int64_t>(std::llround(number));
  return number;
}

struct ValueMaker {
  Tag tag;
  std::optional<DataType> type;

  Result<Value> make(const Argument& argument, DataType fallback) const {
    return Value::make(tag, type.value_or(fallback), argument);
  }

  Result<Value> operator()(LuaNothing) const { return Value::raw(tag, DataType::None, {}); }
  Result<Value> operator()(bool flag) const { return make(flag, DataType::Bool); }
  Result<Value> operator()(std::int64_t number) const { return make(number, DataType::Int32); }
  Result<Value> operator()(double number) const {
    return make(fitting(number, type.value_or(DataType::Double64)), DataType::Double64);
  }
  Result<Value> operator()(const std::string& text) const { return make(text, DataType::CString); }
  Result<Value> operator()(const LuaError& error) const {
    const auto code = error_code(error.code);
    if (!code) return std::unexpected(code.error());
    return error_value(tag, *code);
  }
  Result<Value> operator()(const std::vector<LuaChild>& list) const {
    std::vector<Value> children;
    for (const LuaChild& child : list) {
      const auto child_tag = Dictionary::builtin().resolve(child.tag);
      if (!child_tag) {
        return wrong("unknown tag " + child.tag + Dictionary::builtin().suggestion_text(child.tag));
      }
      std::optional<DataType> child_type;
      if (!child.type.empty()) {
        child_type = data_type_from_name(child.type);
        if (!child_type) return wrong("unknown type " + child.type);
      }
      auto value = value_of(child.value, *child_tag, child_type);
      if (!value) return value;
      children.push_back(*std::move(value));
    }
    return Value::container(tag, std::move(children));
  }
};

}  // namespace

Result<Value> value_of(const LuaItem& item, Tag tag, std::optional<DataType> type) {
  const TagInfo* info = Dictionary::builtin().find(tag);
  if (!type && info != nullptr) type = info->type;
  return std::visit(ValueMaker{tag, type}, item.what);
}

Result<LuaItem> item_at(lua_State* lua, int index, unsigned depth) {
  if (depth > kDeepest || lua_checkstack(lua, 4) == 0) {
    return wrong("the script gives tables nested deeper than " + std::to_string(kDeepest));
  }
  const auto text_at = [lua](int at) {
    std::size_t size = 0;
    const char* text = lua_tolstring(lua, at, &size);
    return std::string(text, size);
  };
  switch (lua_type(lua, index)) {
    case LUA_TNIL:
      return LuaItem{LuaNothing{}};
    case LUA_TBOOLEAN:
      return LuaItem{lua_toboolean(lua, index) != 0};
    case LUA_TNUMBER:
      if (lua_isinteger(lua, index) == 0)
        return LuaItem{double{lua_tonumberx(lua, index, nullptr)}};
      return LuaItem{std::int64_t{lua_tointegerx(lua, index, nullptr)}};
    case LUA_TSTRING:
      return LuaItem{text_at(index)};
    case LUA_TTABLE:
      break;
    default:
      return wrong(std::string("the script gives a ") + lua_typename(lua, lua_type(lua, index)) +
                   ", expected a number, text, true, false, nil, fail(...) or a list");
  }
  // The key exists as a string already if the table has it; otherwise nothing is found.
  lua_pushnil(lua);
  while (lua_next(lua, index) != 0) {
    if (lua_type(lua, -2) == LUA_TSTRING && lua_type(lua, -1) == LUA_TSTRING &&
        std::strcmp(lua_tostring(lua, -2), "error") == 0) {
      LuaError error{text_at(lua_gettop(lua))};
      lua_pop(lua, 2);
      return LuaItem{std::move(error)};
    }
    lua_pop(lua, 1);
  }
  std::vector<LuaChild> list;
  const auto size = static_cast<std::size_t>(lua_rawlen(lua, index));
  if (size > kLongestList) return wrong("the script gives a list that is too long");
  for (std::size_t i = 1; i <= size; ++i) {
    lua_rawgeti(lua, index, static_cast<lua_Integer>(i));
    const int entry = lua_gettop(lua);
    LuaChild child;
    if (lua_type(lua, entry) == LUA_TTABLE) {
      lua_rawgeti(lua, entry, 1);
      lua_rawgeti(lua, entry, 2);
      lua_rawgeti(lua, entry, 3);
    }
    if (lua_type(lua, entry) != LUA_TTABLE || lua_type(lua, entry + 1) != LUA_TSTRING) {
      lua_settop(lua, entry - 1);
      return wrong("element " + std::to_string(i) +
                   " of the script's list is not {\"TAG\", value} or {\"TAG\", value, "
                   "\"TYPE\"}");
    }
    child.tag = text_at(entry + 1);
    if (lua_type(lua, entry + 3) == LUA_TSTRING) child.type = text_at(entry + 3);
    auto value = item_at(lua, entry + 2, depth + 1);
    lua_settop(lua, entry - 1);
    if (!value) return value;
    child.value = *std::move(value);
    list.push_back(std::move(child));
  }
  return LuaItem{std::move(list)};
}

}  // namespace rscp::simulator
