// SPDX-License-Identifier: MIT
// Lua for scenarios, shut in: no files, no processes, no loading of code, no pattern matching (it
// can take exponential time), a limit on instructions and on memory. Each station has its own.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>

#include "lua_item.hpp"
#include <rscp/scenario/source_place.hpp>
#include <rscp/simulator/random.hpp>
#include <rscp/simulator/station.hpp>

struct lua_State;

namespace rscp::simulator {

struct LuaLimits {
  std::uint64_t instructions = 1'000'000;  ///< a call
  std::size_t memory = 16 << 20;           ///< bytes, a station
};

/// What a script can see of the moment it runs in.
struct LuaContext {
  std::span<const Value> request;  ///< what get("PATH") searches
  std::uint64_t connection = 0;
};

/// All errors have the place: file, line and column.
class LuaEngine {
 public:
  using Log = std::function<void(const std::string&)>;

  LuaEngine(Station& station, std::uint64_t seed, LuaLimits limits, Log log);
  LuaEngine(const LuaEngine&) = delete;
  LuaEngine& operator=(const LuaEngine&) = delete;
  ~LuaEngine();

  /// The script is known by its address from here on.
  Result<void> compile(const Script& script);
  /// Runs a script that was compiled; it sees how often it ran, from 1, as `count`.
  Result<LuaItem> run(const Script& script, const LuaContext& context);

 private:
  struct Chunk {
    int reference = 0;  // in Lua's registry
    std::uint64_t runs = 0;
  };
  struct Allowance {
    std::size_t used = 0;
    std::size_t most = 0;
  };
  struct Api;
  static void* allocate(void* user, void* block, std::size_t old_size, std::size_t new_size);
  template <class Work>
  Result<void> guarded(Work&& work);
  Result<int> call(Chunk& chunk, const LuaContext& context);

  Station& station_;
  Random random_;
  LuaLimits limits_;
  Log log_;
  std::unordered_map<const Script*, Chunk> chunks_;
  Allowance allowance_;
  lua_State* lua_ = nullptr;
  const LuaContext* context_ = nullptr;
  std::uint64_t left_ = 0;  // instructions of the call that runs
  std::string scratch_;     // text on its way into Lua: must outlive a jump out of C
};

/// An error of Lua with its place: "FILE:LINE: text" names it, otherwise it is the script's.
Error located(const Script& script, const std::string& message);

}  // namespace rscp::simulator
