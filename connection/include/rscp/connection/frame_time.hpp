// SPDX-License-Identifier: MIT
#pragma once

#include <rscp/scalar.hpp>

namespace rscp::inline v0_1 {

/// The present time, UTC, in whole microseconds as real devices send it.
Timestamp frame_time_now();

}  // namespace rscp::inline v0_1
