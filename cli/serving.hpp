// SPDX-License-Identifier: MIT
// What the commands share that listen: the warning, the ready file, the end.
#pragma once

#include <string>

#include <asio/io_context.hpp>

#include "command.hpp"
#include <rscp/json_fwd.hpp>
namespace rscp::cli {

/// Says so if a server listens where others on the network reach it.
void warn_if_reachable(const Say& say, const std::string& listen);

/// Writes the file that tells scripts that a server listens, with its ports; none if there is no
/// name. It appears whole.
Result<void> write_ready_file(const std::string& file, const Json& content);

/// Runs until a signal comes, until `seconds` are over unless they are 0, or until somebody stops
/// the context.
void run_until_stopped(asio::io_context& io, double seconds);

}  // namespace rscp::cli
