// SPDX-License-Identifier: MIT
// What scripts can call.
//
// Lua reports errors by longjmp, which skips destructors. So nothing in a function that Lua calls
// owns memory at a moment when Lua can raise an error: such functions put text into scratch_ first,
// leave the scope of their objects, and only then talk to Lua.
#pragma once

#include "lua_engine.hpp"
#include <lua.hpp>

namespace rscp::simulator {

struct LuaEngine::Api {
  static LuaEngine* engine_of(lua_State* lua);
  /// Counts instructions.
  static void limit(lua_State* lua, lua_Debug* debug);
  static int get_state(lua_State* lua);
  static int set_state(lua_State* lua);
  static int get(lua_State* lua);
  static int random(lua_State* lua);
  static int log(lua_State* lua);
  static int fail(lua_State* lua);
  static int panic(lua_State* lua);

  /// The libraries that are let in, and the functions above. Raises errors of Lua.
  static void open(lua_State* lua);

  static constexpr int kHookEvery = 1'000;  // instructions

 private:
  enum class Found : std::uint8_t { Nothing, Boolean, Integer, Number, Text, Fault };
  static Found look_up(LuaEngine* engine, const char* path, std::int64_t& integer, double& number);
  static void write_log(LuaEngine* engine, std::string_view text);
};

}  // namespace rscp::simulator
