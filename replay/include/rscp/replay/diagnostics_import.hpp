// SPDX-License-Identifier: MIT
// From the diagnostics that Home Assistant's e3dc_rscp integration lets its users download, and
// that they attach to bug reports, to a scenario of `rscp simulate`: somebody else's station at
// hand.
//
// The file holds what python-e3dc's getters gave, under their names. Facts about them:
// https://github.com/torbennehmer/hacs-e3dc (diagnostics.py),
// https://github.com/fsantini/python-e3dc
#pragma once

#include <string>

#include <rscp/json_fwd.hpp>
#include <rscp/replay/scenario_export.hpp>

namespace rscp::replay {

/// Whether this is such a file: an object, or its member "data", with what the getters gave.
bool is_diagnostics(const Json& json);

/// Batteries, inverters, meters and wallboxes become devices of the station, every value that says
/// its tag a fixed value. What was redacted, what is null and what failed when the file was made is
/// left to the simulator's model. `key` is the passphrase of the scenario.
ExportedScenario import_diagnostics(const Json& json, const std::string& name,
                                    const std::string& key);

}  // namespace rscp::replay
