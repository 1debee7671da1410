// SPDX-License-Identifier: MIT
// Lua reports errors by longjmp, which skips destructors. So nothing in a function that Lua calls
// owns memory at a moment when Lua can raise an error: such functions put text into scratch_ first,
// leave the scope of their objects, and only then talk to Lua. Everything that may allocate runs
// inside guarded().
#include "lua_engine.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>

#include <lua.hpp>
#include <rscp/scalar.hpp>

namespace rscp::simulator {
namespace {

constexpr unsigned kDeepest = 32;
constexpr int kHookEvery = 1'000;  // instructions
constexpr std::size_t kLongestList = 10'000;

LuaEngine* engine_of(lua_State* lua) { return *static_cast<LuaEngine**>(lua_getextraspace(lua)); }

}  // namespace

// What Lua calls. All of them keep to the rule above.
struct LuaEngine::Api {
  static void limit(lua_State* lua, lua_Debug*) {
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

  static int get_state(lua_State* lua) {
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

  static int set_state(lua_State* lua) {
    LuaEngine* engine = engine_of(lua);
    const char* name = luaL_checkstring(lua, 2);
    const double number = luaL_checknumber(lua, 3);
    if (!engine->station_.set_state(name, number)) {
      return luaL_error(lua, "the device's \"%s\" cannot be set; soc and reserve can", name);
    }
    return 0;
  }

  enum class Found : std::uint8_t { Nothing, Boolean, Integer, Number, Text, Fault };

  // Everything that owns memory stays in here.
  static Found look_up(LuaEngine* engine, const char* path, std::int64_t& integer, double& number) {
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

  static int get(lua_State* lua) {
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
  static int random(lua_State* lua) {
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

  static int log(lua_State* lua) {
    LuaEngine* engine = engine_of(lua);
    std::size_t size = 0;
    const char* text = luaL_tolstring(lua, 1, &size);
    write_log(engine, {text, size});
    return 0;
  }
  static void write_log(LuaEngine* engine, std::string_view text) {
    if (engine->log_) engine->log_(std::string(text));
  }

  // fail("NOT_AVAILABLE"): the marker of an Error item.
  static int fail(lua_State* lua) {
    luaL_checkstring(lua, 1);
    lua_createtable(lua, 0, 1);
    lua_pushvalue(lua, 1);
    lua_setfield(lua, -2, "error");
    return 1;
  }

  static int panic(lua_State*) {
    // guarded() leaves no way here.
    std::abort();
  }
};

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
std::expected<void, std::string> LuaEngine::guarded(Work&& work) {
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
  return std::unexpected(std::move(text));
}

LuaEngine::LuaEngine(Station& station, std::uint64_t seed, LuaLimits limits, Log log)
    : station_(station), random_(seed), limits_(limits), log_(std::move(log)) {
  allowance_.most = limits.memory;
  lua_ = lua_newstate(allocate, &allowance_);
  if (lua_ == nullptr) throw std::bad_alloc();
  lua_atpanic(lua_, Api::panic);
  *static_cast<LuaEngine**>(lua_getextraspace(lua_)) = this;
  open_libraries();
}

LuaEngine::~LuaEngine() { lua_close(lua_); }

void LuaEngine::open_libraries() {
  const auto opened = guarded([](lua_State* lua) {
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
                             "loadstring", "pcall", "print", "rawequal", "rawget", "rawlen",
                             "rawset", "require", "setmetatable", "warn", "xpcall", "_G"}) {
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
    lua_pushcfunction(lua, Api::get_state);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, Api::set_state);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
    lua_setglobal(lua, "device");
    lua_newtable(lua);
    lua_setglobal(lua, "vars");
    lua_register(lua, "get", Api::get);
    lua_register(lua, "random", Api::random);
    lua_register(lua, "log", Api::log);
    lua_register(lua, "fail", Api::fail);
  });
  if (!opened) throw std::bad_alloc();
}

std::expected<LuaEngine::Chunk, std::string> LuaEngine::compile(const Script& script) {
  // Empty lines in front make Lua count the lines of the file.
  const std::size_t lines = script.place.line + (script.block ? 1 : 0);
  const std::string source = std::string(lines > 0 ? lines - 1 : 0, '\n') + script.source;
  const std::string name = '@' + script.place.file;
  int chunk = LUA_NOREF;
  const auto compiled = guarded([&](lua_State* lua) {
    if (luaL_loadbufferx(lua, source.data(), source.size(), name.c_str(), "t") != LUA_OK) {
      lua_error(lua);
    }
    chunk = luaL_ref(lua, LUA_REGISTRYINDEX);
  });
  if (!compiled) return std::unexpected(compiled.error());
  return chunk;
}

std::expected<LuaItem, std::string> LuaEngine::run(Chunk chunk, const LuaContext& context) {
  context_ = &context;
  left_ = limits_.instructions;
  lua_sethook(lua_, Api::limit, LUA_MASKCOUNT, kHookEvery);
  int result = LUA_NOREF;
  const auto ran = guarded([&](lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(context.connection));
    lua_setglobal(lua, "connection");
    lua_pushinteger(lua, static_cast<lua_Integer>(context.count));
    lua_setglobal(lua, "count");
    lua_rawgeti(lua, LUA_REGISTRYINDEX, chunk);
    lua_call(lua, 0, 1);
    result = luaL_ref(lua, LUA_REGISTRYINDEX);
  });
  lua_sethook(lua_, nullptr, 0, 0);
  context_ = nullptr;
  if (!ran) return std::unexpected(ran.error());
  // From here on nothing allocates in Lua.
  lua_rawgeti(lua_, LUA_REGISTRYINDEX, result);
  auto item = item_at(lua_gettop(lua_), 0);
  lua_pop(lua_, 1);
  luaL_unref(lua_, LUA_REGISTRYINDEX, result);
  return item;
}

std::expected<LuaItem, std::string> LuaEngine::item_at(int index, unsigned depth) {
  LuaItem item;
  if (depth > kDeepest || lua_checkstack(lua_, 4) == 0) {
    return std::unexpected("the script gives tables nested deeper than " +
                           std::to_string(kDeepest));
  }
  const auto text_at = [this](int at) {
    std::size_t size = 0;
    const char* text = lua_tolstring(lua_, at, &size);
    return std::string(text, size);
  };
  switch (lua_type(lua_, index)) {
    case LUA_TNIL:
      return item;
    case LUA_TBOOLEAN:
      item.kind = LuaItem::Kind::Boolean;
      item.boolean = lua_toboolean(lua_, index) != 0;
      return item;
    case LUA_TNUMBER:
      item.kind = lua_isinteger(lua_, index) != 0 ? LuaItem::Kind::Integer : LuaItem::Kind::Number;
      item.integer = lua_tointegerx(lua_, index, nullptr);
      item.number = lua_tonumberx(lua_, index, nullptr);
      return item;
    case LUA_TSTRING:
      item.kind = LuaItem::Kind::Text;
      item.text = text_at(index);
      return item;
    case LUA_TTABLE:
      break;
    default:
      return std::unexpected(std::string("the script gives a ") +
                             lua_typename(lua_, lua_type(lua_, index)) +
                             ", expected a number, text, true, false, nil, fail(...) or a list");
  }
  // The key exists as a string already if the table has it; otherwise nothing is found.
  lua_pushnil(lua_);
  while (lua_next(lua_, index) != 0) {
    if (lua_type(lua_, -2) == LUA_TSTRING && lua_type(lua_, -1) == LUA_TSTRING &&
        std::strcmp(lua_tostring(lua_, -2), "error") == 0) {
      item.kind = LuaItem::Kind::Error;
      item.text = text_at(lua_gettop(lua_));
      lua_pop(lua_, 2);
      return item;
    }
    lua_pop(lua_, 1);
  }
  item.kind = LuaItem::Kind::List;
  const auto size = static_cast<std::size_t>(lua_rawlen(lua_, index));
  if (size > kLongestList) return std::unexpected("the script gives a list that is too long");
  for (std::size_t i = 1; i <= size; ++i) {
    lua_rawgeti(lua_, index, static_cast<lua_Integer>(i));
    const int entry = lua_gettop(lua_);
    LuaItem::Child child;
    if (lua_type(lua_, entry) == LUA_TTABLE) {
      lua_rawgeti(lua_, entry, 1);
      lua_rawgeti(lua_, entry, 2);
      lua_rawgeti(lua_, entry, 3);
    }
    if (lua_type(lua_, entry) != LUA_TTABLE || lua_type(lua_, entry + 1) != LUA_TSTRING) {
      lua_settop(lua_, entry - 1);
      return std::unexpected("element " + std::to_string(i) +
                             " of the script's list is not {\"TAG\", value} or {\"TAG\", value, "
                             "\"TYPE\"}");
    }
    child.tag = text_at(entry + 1);
    if (lua_type(lua_, entry + 3) == LUA_TSTRING) child.type = text_at(entry + 3);
    auto value = item_at(entry + 2, depth + 1);
    lua_settop(lua_, entry - 1);
    if (!value) return value;
    child.value = *std::move(value);
    item.list.push_back(std::move(child));
  }
  return item;
}

ScenarioError located(const Script& script, const std::string& message) {
  ScenarioError error{script.place, message};
  const std::string& file = script.place.file;
  if (!message.starts_with(file + ':')) return error;
  std::size_t line = 0;
  const char* end = message.data() + message.size();
  const auto [rest, fault] = std::from_chars(message.data() + file.size() + 1, end, line);
  if (fault != std::errc() || end - rest < 2 || rest[0] != ':') return error;
  if (line != script.place.line) error.place = {file, line, 1};
  error.message = std::string(rest + 2, end);
  return error;
}

namespace {

std::expected<std::uint32_t, std::string> error_code(const std::string& text) {
  if (const auto named = error_from_name(text)) return named->value;
  char* end = nullptr;
  const unsigned long number = std::strtoul(text.c_str(), &end, 0);
  if (text.empty() || *end != '\0' || number > 0xFFFFFFFFUL) {
    return std::unexpected("unknown error \"" + text + "\"");
  }
  return static_cast<std::uint32_t>(number);
}

// Lua makes no difference between 3 and 3.0; nor do integer tags, as long as nothing is lost.
Argument fitting(double number, DataType type) {
  const bool whole = is_integer(type) || type == DataType::Bool;
  if (whole && std::abs(number) < 9e15) return static_cast<std::int64_t>(std::llround(number));
  return number;
}

}  // namespace

std::expected<Value, std::string> value_of(const LuaItem& item, Tag tag,
                                           std::optional<DataType> type) {
  const TagInfo* info = Dictionary::builtin().find(tag);
  if (!type && info != nullptr) type = info->type;
  const auto make = [&](const Argument& argument,
                        DataType fallback) -> std::expected<Value, std::string> {
    auto made = Value::make(tag, type.value_or(fallback), argument);
    if (!made) return std::unexpected(std::move(made.error().message));
    return *std::move(made);
  };
  switch (item.kind) {
    case LuaItem::Kind::Nothing:
      return Value::raw(tag, DataType::None, {});
    case LuaItem::Kind::Boolean:
      return make(item.boolean, DataType::Bool);
    case LuaItem::Kind::Integer:
      return make(item.integer, DataType::Int32);
    case LuaItem::Kind::Number:
      return make(fitting(item.number, type.value_or(DataType::Double64)), DataType::Double64);
    case LuaItem::Kind::Text:
      return make(item.text, DataType::CString);
    case LuaItem::Kind::Error: {
      const auto code = error_code(item.text);
      if (!code) return std::unexpected(code.error());
      return error_value(tag, *code);
    }
    case LuaItem::Kind::List:
      break;
  }
  std::vector<Value> children;
  for (const LuaItem::Child& child : item.list) {
    const auto child_tag = Dictionary::builtin().resolve(child.tag);
    if (!child_tag) {
      return std::unexpected("unknown tag " + child.tag +
                             Dictionary::builtin().suggestion_text(child.tag));
    }
    std::optional<DataType> child_type;
    if (!child.type.empty()) {
      child_type = data_type_from_name(child.type);
      if (!child_type) return std::unexpected("unknown type " + child.type);
    }
    auto value = value_of(child.value, *child_tag, child_type);
    if (!value) return value;
    children.push_back(*std::move(value));
  }
  return Value::container(tag, std::move(children));
}

}  // namespace rscp::simulator
