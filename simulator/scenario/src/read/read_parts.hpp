// SPDX-License-Identifier: MIT
// One function a part of a scenario.
#pragma once

#include "yaml_reader.hpp"
#include <rscp/scenario/scenario.hpp>

namespace rscp::scenario {

/// What an item shall be. `tag` decides types and names of enumerations, unless `type` is given.
std::optional<ValueTemplate> read_value(YamlReader& yaml, const YAML::Node& node, Tag tag,
                                        std::optional<DataType> type = std::nullopt);
/// A literal to compare with.
std::optional<Argument> read_literal(YamlReader& yaml, const YAML::Node& node, Tag tag);
Script read_script(YamlReader& yaml, const YAML::Node& node);
void read_scripts(YamlReader& yaml, const YAML::Node& node, std::vector<Script>& scripts);

void read_clock(YamlReader& yaml, const YAML::Node& node, Scenario& scenario);
void read_login(YamlReader& yaml, const YAML::Node& node, DeviceScenario& device);
void read_timed(YamlReader& yaml, const YAML::Node& node, std::vector<Timed>& all);
void read_device_config(YamlReader& yaml, const YAML::Node& node, DeviceConfig& config);
void read_values(YamlReader& yaml, const YAML::Node& node, std::vector<Override>& values);
void read_handlers(YamlReader& yaml, const YAML::Node& node, std::vector<Handler>& handlers);
void read_faults(YamlReader& yaml, const YAML::Node& node, std::vector<FaultSpec>& faults);
void read_expectations(YamlReader& yaml, const YAML::Node& node,
                       std::vector<Expectation>& expectations);

}  // namespace rscp::scenario
