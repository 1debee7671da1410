// SPDX-License-Identifier: MIT
// Lua for scenarios, shut in: no files, no processes, no loading of code, no pattern matching (it
// can take exponential time), a limit on instructions and on memory. Each device has its own.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/simulator/random.hpp>
#include <rscp/simulator/scenario.hpp>
#include <rscp/simulator/station.hpp>

struct lua_State;

namespace rscp::simulator {

struct LuaLimits {
  std::uint64_t instructions = 1'000'000;  ///< a call
  std::size_t memory = 16 << 20;           ///< bytes, a device
};

/// What a script says about an item.
struct LuaItem {
  enum class Kind : std::uint8_t { Nothing, Boolean, Integer, Number, Text, Error, List };
  Kind kind = Kind::Nothing;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string text;  ///< Text; Error: the error's name or number
  struct Child;
  std::vector<Child> list;  ///< {{"TAG", value}, {"TAG", value, "Int32"}, ...}
};
struct LuaItem::Child {
  std::string tag;
  std::string type;  ///< empty: the declared one
  LuaItem value;
};

/// What a script can see of the moment it runs in.
struct LuaContext {
  std::span<const Value> request;  ///< what get("PATH") searches
  std::uint64_t connection = 0;
  std::uint64_t count = 0;  ///< how often this piece of the scenario ran, from 1
};

class LuaEngine {
 public:
  using Log = std::function<void(const std::string&)>;

  LuaEngine(Station& station, std::uint64_t seed, LuaLimits limits, Log log);
  LuaEngine(const LuaEngine&) = delete;
  LuaEngine& operator=(const LuaEngine&) = delete;
  ~LuaEngine();

  using Chunk = int;
  /// The error names file and line.
  std::expected<Chunk, std::string> compile(const Script& script);
  std::expected<LuaItem, std::string> run(Chunk chunk, const LuaContext& context);

 private:
  struct Allowance {
    std::size_t used = 0;
    std::size_t most = 0;
  };
  struct Api;
  static void* allocate(void* user, void* block, std::size_t old_size, std::size_t new_size);
  template <class Work>
  std::expected<void, std::string> guarded(Work&& work);
  void open_libraries();
  std::expected<LuaItem, std::string> item_at(int index, unsigned depth);

  Station& station_;
  Random random_;
  LuaLimits limits_;
  Log log_;
  Allowance allowance_;
  lua_State* lua_ = nullptr;
  const LuaContext* context_ = nullptr;
  std::uint64_t left_ = 0;  // instructions of the call that runs
  std::string scratch_;     // text on its way into Lua: must outlive a jump out of C
};

/// An error of Lua with its place: "FILE:LINE: text" names it, otherwise it is the script's.
ScenarioError located(const Script& script, const std::string& message);

/// The value that a script's answer stands for.
std::expected<Value, std::string> value_of(const LuaItem& item, Tag tag,
                                           std::optional<DataType> type);

}  // namespace rscp::simulator
