// SPDX-License-Identifier: MIT
#include "lua_api.hpp"

#include <cmath>
#include <cstdlib>
#include <initializer_list>

#include <rscp/path.hpp>

namespace rscp::simulator {

LuaEngine* LuaEngine::Api::engine_of(lua_State* lua) {
  return *static_cast<LuaEngine**>(lua_getextraspace(lua));
}

void LuaEngine::Api::limit(lua_State* lua, lua_Debug*) {
  LuaEngine* engine = engine_of(lua);
  if (engine->left_ > static_cast<std::uint64_t>(kHookEvery)) {
    engine->left_ -= kHookEvery;
    return;
  }
  luaL_where(lua, 0);
  lua_pushfstring(lua, "the script ran for more than %d instructions: an endless loop?",
                  static_cast<int>(engine->limits_.instructions));
  lua_concat(lua, 2);
  lua_error(lua);
}

int LuaEngine::Api::get_state(lua_State* lua) {
  LuaEngine* engine = engine_of(lua);
  const char* name = luaL_checkstring(lua, 2);
  const std::optional<double> number = engine->station_.state(name);
  if (!number) return luaL_error(lua, "the device has no state called \"%s\"", name);
  if (*number == std::floor(*number) && std::abs(*number) < 1e15) {
    lua_pushinteger(lua, static_cast<lua_Integer>(*number));
  } else {
    lua_pushnumber(lua, *number);
  }
  return 1;
}

int LuaEngine::Api::set_state(lua_State* lua) {
  LuaEngine* engine = engine_of(lua);
  const char* name = luaL_checkstring(lua, 2);
  const double number = luaL_checknumber(lua, 3);
  if (!engine->station_.set_state(name, number)) {
    return luaL_error(lua, "the device's \"%s\" cannot be set; soc and reserve can", name);
  }
  return 0;
}

// Everything that owns memory stays in here.
LuaEngine::Api::Found LuaEngine::Api::look_up(LuaEngine* engine, const char* path,
                                              std::int64_t& integer, double& number) {
  const auto query = PathQuery::parse(path);
  if (!query) {
    engine->scratch_ = "get(\"" + std::string(path) + "\"): " + query.error().message;
    return Found::Fault;
  }
  if (engine->context_ == nullptr) return Found::Nothing;
  const Value* value = query->first(engine->context_->request);
  if (value == nullptr) return Found::Nothing;
  if (value->type() == DataType::Bool) {
    integer = value->integer().value_or(0);
    return Found::Boolean;
  }
  if (const auto whole = value->integer()) {
    integer = *whole;
    return Found::Integer;
  }
  if (const auto real = value->number()) {
    number = *real;
    return Found::Number;
  }
  if (const auto text = value->text()) {
    engine->scratch_ = *text;
    return Found::Text;
  }
  integer = 1;  // it is there: a container, a getter
  return Found::Boolean;
}

int LuaEngine::Api::get(lua_State* lua) {
  LuaEngine* engine = engine_of(lua);
  const char* path = luaL_checkstring(lua, 1);
  std::int64_t integer = 0;
  double number = 0;
  switch (look_up(engine, path, integer, number)) {
    case Found::Nothing:
      lua_pushnil(lua);
      return 1;
    case Found::Boolean:
      lua_pushboolean(lua, integer != 0 ? 1 : 0);
      return 1;
    case Found::Integer:
      lua_pushinteger(lua, integer);
      return 1;
    case Found::Number:
      lua_pushnumber(lua, number);
      return 1;
    case Found::Text:
      lua_pushlstring(lua, engine->scratch_.data(), engine->scratch_.size());
      return 1;
    case Found::Fault:
      break;
  }
  return luaL_error(lua, "%s", engine->scratch_.c_str());
}

// random(): 0 to 1; random(n): 1 to n; random(a, b): a to b. From the scenario's seed.
int LuaEngine::Api::random(lua_State* lua) {
  LuaEngine* engine = engine_of(lua);
  const int count = lua_gettop(lua);
  if (count == 0) {
    lua_pushnumber(lua, engine->random_.unit());
    return 1;
  }
  const lua_Integer low = count > 1 ? luaL_checkinteger(lua, 1) : 1;
  const lua_Integer high = luaL_checkinteger(lua, count > 1 ? 2 : 1);
  if (low > high) {
    return luaL_error(lua, "random: %d is more than %d", static_cast<int>(low),
                      static_cast<int>(high));
  }
  // Unsigned, where the whole range has no overflow.
  const auto first = static_cast<std::uint64_t>(low);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - first + 1;
  const std::uint64_t drawn = first + engine->random_.below(span);
  lua_pushinteger(lua, static_cast<lua_Integer>(drawn));
  return 1;
}

int LuaEngine::Api::log(lua_State* lua) {
  LuaEngine* engine = engine_of(lua);
  std::size_t size = 0;
  const char* text = luaL_tolstring(lua, 1, &size);
  write_log(engine, {text, size});
  return 0;
}
void LuaEngine::Api::write_log(LuaEngine* engine, std::string_view text) {
  if (engine->log_) engine->log_(std::string(text));
}

// fail("NOT_AVAILABLE"): the marker of an Error item.
int LuaEngine::Api::fail(lua_State* lua) {
  luaL_checkstring(lua, 1);
  lua_createtable(lua, 0, 1);
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "error");
  return 1;
}

int LuaEngine::Api::panic(lua_State*) {
  // guarded() leaves no way here.
  std::abort();
}

void LuaEngine::Api::open(lua_State* lua) {
  const auto keep = [lua](const char* library, lua_CFunction open, const char* as,
                          std::initializer_list<const char*> names) {
    luaL_requiref(lua, library, open, 0);
    if (as == nullptr) {
      for (const char* name : names) {
        lua_getfield(lua, -1, name);
        lua_setglobal(lua, name);
      }
    } else {
      lua_newtable(lua);
      for (const char* name : names) {
        lua_getfield(lua, -2, name);
        lua_setfield(lua, -2, name);
      }
      lua_setglobal(lua, as);
    }
    lua_pop(lua, 1);
  };
  // The base library also fills the table of globals: everything else in there is taken out.
  luaL_requiref(lua, "_G", luaopen_base, 0);
  for (const char* name : {"collectgarbage", "dofile", "getmetatable", "load", "loadfile",
                           "loadstring", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset",
                           "require", "setmetatable", "warn", "xpcall", "_G"}) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, name);
  }
  lua_pop(lua, 1);
  keep("math", luaopen_math, "math",
       {"abs", "ceil", "cos",        "exp",       "floor",      "fmod", "huge",
        "log", "max",  "maxinteger", "min",       "mininteger", "modf", "pi",
        "sin", "sqrt", "tan",        "tointeger", "type",       "ult"});
  keep("string", luaopen_string, "string",
       {"byte", "char", "format", "len", "lower", "rep", "reverse", "sub", "upper"});
  // ("text"):rep(2) looks methods up in the metatable of strings: the same few there.
  lua_pushliteral(lua, "");
  if (lua_getmetatable(lua, -1) != 0) {
    lua_getglobal(lua, "string");
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  keep("table", luaopen_table, "table", {"concat", "insert", "remove", "sort", "unpack"});
  lua_newtable(lua);  // device
  lua_createtable(lua, 0, 2);
  lua_pushcfunction(lua, get_state);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, set_state);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, -2);
  lua_setglobal(lua, "device");
  lua_newtable(lua);
  lua_setglobal(lua, "vars");
  lua_register(lua, "get", get);
  lua_register(lua, "random", random);
  lua_register(lua, "log", log);
  lua_register(lua, "fail", fail);
}

}  // namespace rscp::simulator
