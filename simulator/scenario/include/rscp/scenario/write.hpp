// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <rscp/scenario/scenario.hpp>

namespace rscp::scenario {

/// The YAML of a scenario: name, passphrase, and what differs from the defaults. Whatever was read
/// is written such that it reads back equal; what it was included from is not kept.
std::string write_scenario(const Scenario& scenario);

}  // namespace rscp::scenario
