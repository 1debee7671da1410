// SPDX-License-Identifier: MIT
// One function a part of a scenario.
#pragma once

#include "yaml_writer.hpp"
#include <rscp/scenario/scenario.hpp>

namespace rscp::scenario {

/// On one line. `tag` is the item's.
void write_value(YAML::Emitter& out, const ValueTemplate& value, Tag tag);
/// A literal to compare with.
void write_literal(YAML::Emitter& out, const Argument& literal);
/// As a member `device`, if it differs from the default station.
void write_device_config(YAML::Emitter& out, const DeviceConfig& config);
void write_fault(YAML::Emitter& out, const FaultSpec& spec);
void write_expectation(YAML::Emitter& out, const Expectation& expectation);

}  // namespace rscp::scenario
