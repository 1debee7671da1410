// SPDX-License-Identifier: MIT
// Everything that may allocate in Lua runs inside guarded(): see lua_api.hpp for why.
#include "lua_engine.hpp"

#include <charconv>
#include <cstdlib>
#include <new>

#include "lua_api.hpp"

namespace rscp::simulator {

void* LuaEngine::allocate(void* user, void* block, std::size_t old_size, std::size_t new_size) {
  auto& allowance = *static_cast<Allowance*>(user);
  const std::size_t had = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    std::free(block);
    allowance.used -= had;
    return nullptr;
  }
  if (new_size > had && allowance.used + (new_size - had) > allowance.most) return nullptr;
  void* moved = std::realloc(block, new_size);
  if (moved != nullptr) allowance.used = allowance.used - had + new_size;
  return moved;
}

// Runs `work` so that an error of Lua comes back as a sentence.
template <class Work>
Result<void> LuaEngine::guarded(Work&& work) {
  const int top = lua_gettop(lua_);
  const auto call = [](lua_State* lua) -> int {
    (*static_cast<std::remove_reference_t<Work>*>(lua_touserdata(lua, 1)))(lua);
    return 0;
  };
  lua_pushcfunction(lua_, call);
  lua_pushlightuserdata(lua_, &work);
  if (lua_pcall(lua_, 1, 0, 0) == LUA_OK) return {};
  const char* message = lua_type(lua_, -1) == LUA_TSTRING ? lua_tostring(lua_, -1) : nullptr;
  std::string text = message == nullptr ? "the script failed without a message" : message;
  if (text == "not enough memory") {
    text = "the scripts of this device use more than " + std::to_string(limits_.memory >> 20) +
           " MiB of memory";
  }
  lua_settop(lua_, top);
  return failure(ErrorKind::Invalid, std::move(text));
}

LuaEngine::LuaEngine(Station& station, std::uint64_t seed, LuaLimits limits, Log log)
    : station_(station), random_(seed), limits_(limits), log_(std::move(log)) {
  allowance_.most = limits.memory;
  lua_ = lua_newstate(allocate, &allowance_);
  if (lua_ == nullptr) throw std::bad_alloc();
  lua_atpanic(lua_, Api::panic);
  *static_cast<LuaEngine**>(lua_getextraspace(lua_)) = this;
  if (!guarded([](lua_State* lua) { Api::open(lua); })) throw std::bad_alloc();
}

LuaEngine::~LuaEngine() { lua_close(lua_); }

Result<void> LuaEngine::compile(const Script& script) {
  // Empty lines in front make Lua count the lines of the file.
  const std::size_t lines = script.place.line + (script.block ? 1 : 0);
  const std::string source = std::string(lines > 0 ? lines - 1 : 0, '\n') + script.source;
  const std::string name = '@' + script.place.file;
  int reference = LUA_NOREF;
  const auto compiled = guarded([&](lua_State* lua) {
    if (luaL_loadbufferx(lua, source.data(), source.size(), name.c_str(), "t") != LUA_OK) {
      lua_error(lua);
    }
    reference = luaL_ref(lua, LUA_REGISTRYINDEX);
  });
  if (!compiled) {
    Error error = located(script, compiled.error().message);
    error.message = "no valid Lua: " + error.message;
    return std::unexpected(std::move(error));
  }
  chunks_.insert_or_assign(&script, Chunk{reference, 0});
  return {};
}

// The result's place in Lua's registry.
Result<int> LuaEngine::call(Chunk& chunk, const LuaContext& context) {
  ++chunk.runs;
  context_ = &context;
  left_ = limits_.instructions;
  lua_sethook(lua_, Api::limit, LUA_MASKCOUNT, Api::kHookEvery);
  int result = LUA_NOREF;
  const auto ran = guarded([&](lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(context.connection));
    lua_setglobal(lua, "connection");
    lua_pushinteger(lua, static_cast<lua_Integer>(chunk.runs));
    lua_setglobal(lua, "count");
    lua_rawgeti(lua, LUA_REGISTRYINDEX, chunk.reference);
    lua_call(lua, 0, 1);
    result = luaL_ref(lua, LUA_REGISTRYINDEX);
  });
  lua_sethook(lua_, nullptr, 0, 0);
  context_ = nullptr;
  if (!ran) return std::unexpected(ran.error());
  return result;
}

Result<LuaItem> LuaEngine::run(const Script& script, const LuaContext& context) {
  const auto result = call(chunks_.at(&script), context);
  if (!result) return std::unexpected(located(script, result.error().message));
  // From here on nothing allocates in Lua.
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, *result);
  auto item = item_at(lua_, lua_gettop(lua_));
  lua_pop(lua_, 1);
  luaL_unref(lua_, LUA_REGISTRYINDEX, *result);
  if (!item) return std::unexpected(located(script, item.error().message));
  return item;
}

Error located(const Script& script, const std::string& message) {
  Error error{ErrorKind::Invalid, script.place.to_string(), message};
  const std::string& file = script.place.file;
  if (!message.starts_with(file + ':')) return error;
  std::size_t line = 0;
  const char* end = message.data() + message.size();
  const auto [rest, fault] = std::from_chars(message.data() + file.size() + 1, end, line);
  if (fault != std::errc() || end - rest < 2 || rest[0] != ':') return error;
  if (line != script.place.line) error.place = SourcePlace{file, line, 1}.to_string();
  error.message = std::string(rest + 2, end);
  return error;
}

}  // namespace rscp::simulator
