// SPDX-License-Identifier: MIT
#include <chrono>

#include <rscp/connection/frame_time.hpp>

namespace rscp::inline v0_1 {

Timestamp frame_time_now() {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())
                       .time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return {seconds.count(),
          static_cast<std::int32_t>(std::chrono::nanoseconds(now - seconds).count())};
}

}  // namespace rscp::inline v0_1
