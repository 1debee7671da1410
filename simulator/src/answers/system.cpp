// SPDX-License-Identifier: MIT
// RSCP, SYS, HA and SGR: the user's level, rebooting, switches, smart-grid ready.
#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr std::int64_t kGroupIndex = 255;

}  // namespace

void add_system_answers(AnswerTable& table) {
  table.on(tag::RSCP_REQ_USER_LEVEL,
           [](const Ask& a) -> Reply { return static_cast<double>(a.level); });
  table.on(tag::SYS_REQ_IS_SYSTEM_REBOOTING, [](const Ask&) -> Reply { return false; });
  table.on(tag::HA_REQ_DATAPOINT_LIST, [](const Ask&) -> Reply { return std::vector<Value>(); });
  table.on(tag::HA_REQ_ACTUATOR_STATES, [](const Ask&) -> Reply { return std::vector<Value>(); });
  table.on(tag::HA_REQ_CONFIGURATION_CHANGE_COUNTER, [](const Ask&) -> Reply { return 0.0; });
  auto& group = table.group(tag::SGR_REQ_DATA, tag::SGR_INDEX,
                            [](Station&, std::int64_t index) -> std::optional<std::size_t> {
                              if (index != kGroupIndex && index != 0) return std::nullopt;
                              return 0;
                            });
  group.absent = [](const Value&, Tag answer, Tag, std::int64_t) {
    return error_value(answer, ErrorCode::kNotAvailable);
  };
  // SgReadyState 2: normal.
  group.on(tag::SGR_REQ_STATE, [](const Ask&) -> Reply { return 2.0; });
  group.on(tag::SGR_REQ_READY_TO_USE, [](const Ask&) -> Reply { return 1.0; });
}

}  // namespace rscp::simulator
