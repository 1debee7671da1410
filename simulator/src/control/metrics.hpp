// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <rscp/simulator/simulator.hpp>

namespace rscp::simulator {

/// Prometheus' text format. No secrets, no user names.
std::string metrics_text(Simulator& simulator);

/// The whole state as JSON.
Json state_json(Simulator& simulator);

}  // namespace rscp::simulator
