// SPDX-License-Identifier: MIT
// Scenarios from YAML. Every mistake found is reported, not just the first; the place of each is
// "file:line:column".
#pragma once

#include <string>
#include <vector>

#include <rscp/error.hpp>
#include <rscp/scenario/scenario.hpp>

namespace rscp::scenario {

/// At least one.
using Errors = std::vector<Error>;
template <class T>
using Checked = std::expected<T, Errors>;

/// The scenario of `file`: a path, or the name of a shipped one ("s10").
Checked<Scenario> load_scenario(const std::string& file);
/// The same from text; `name` stands in messages, files it includes are relative to `folder`.
Checked<Scenario> parse_scenario(const std::string& text, const std::string& name,
                                 const std::string& folder = ".");

/// Single parts, for the HTTP control; YAML or JSON.
Checked<std::vector<Override>> parse_values(const std::string& text, const std::string& name);
Checked<std::vector<FaultSpec>> parse_faults(const std::string& text, const std::string& name);

}  // namespace rscp::scenario
