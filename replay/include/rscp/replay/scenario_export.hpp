// SPDX-License-Identifier: MIT
// From a transcript to a scenario of `rscp simulate`: the same client against it sees the same
// answers.
#pragma once

#include <string>
#include <vector>

#include <rscp/recording/transcript.hpp>

namespace rscp::replay {

struct ExportedScenario {
  std::string yaml;
  std::vector<std::string> notes;  ///< what a scenario cannot say
};

/// Getters become `values`, everything else `handlers` by path. Answers that were always the same
/// stand once, others as a sequence. The start of history windows does not count. Requests without
/// an answer and connections that the device ended become faults. `key` is the passphrase of the
/// scenario; user and password are those of the recorded login unless they are masked there.
ExportedScenario export_scenario(const recording::Transcript& transcript, const std::string& name,
                                 const std::string& key);

}  // namespace rscp::replay
