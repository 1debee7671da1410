// SPDX-License-Identifier: MIT
// One thing of each installed library, so that each is linked.
#include <iostream>

#include <rscp/connection/frame_time.hpp>
#include <rscp/json.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/rscp.hpp>
#include <rscp/scenario/read.hpp>
#include <rscp/tags.hpp>
#include <rscp/version.hpp>

int main() {
  const rscp::Value power{rscp::tag::EMS_POWER_PV, 4687};
  std::cout << rscp::to_text(power) << rscp::Json(power)["value"] << '\n';
  const bool all =
      rscp::frame_time_now().seconds > 0 && !rscp::recording::CaptureFile::open("no such file") &&
      rscp::scenario::parse_scenario("name: mine", "mine.yaml") && !rscp::version().empty();
  return all ? 0 : 1;
}
