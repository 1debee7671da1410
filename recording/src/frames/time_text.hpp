// SPDX-License-Identifier: MIT
// Times are nanoseconds since 1970 here, seconds and nanoseconds on the wire and in text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <rscp/scalar.hpp>

namespace rscp::recording {

/// "2026-01-01T00:00:00.000000000Z"
std::string time_text(std::int64_t nanoseconds);
/// Nothing for times so far away that their difference would not fit: about 146 years from 1970.
std::optional<std::int64_t> nanoseconds_of(Timestamp time);

}  // namespace rscp::recording
