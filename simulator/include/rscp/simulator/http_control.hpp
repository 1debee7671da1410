// SPDX-License-Identifier: MIT
// Looking at a running simulator and changing it, over HTTP on the loopback interface.
//
//     GET  /                page with the energy flow and the last exchanges
//     GET  /api/state       clock, devices, powers, settings, counts
//     GET  /api/journal?after=N
//     GET  /api/expectations
//     GET  /metrics         for Prometheus
//     POST /api/values      {"EMS_POWER_PV": 1234, ...}        as `values:` of a scenario
//     POST /api/state       {"soc": 20}
//     POST /api/faults      [{"fault": "bad_crc", ...}, ...]   as `faults:` of a scenario
//     DELETE /api/values, /api/faults
//     POST /api/clock       {"time": "2026-03-29T01:30:00", "speed": 60}
//     POST /api/disconnect, /api/reload (a scenario as body, or the file again), /reset
//
// Every POST and DELETE takes ?device=NAME; without it the first device is meant. Requests with a
// foreign Host or Origin are refused: a web page must not drive the simulator of its reader.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include <rscp/simulator/simulator.hpp>

namespace rscp::simulator {

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;     ///< 0 takes a free one
  std::string scenario_file;  ///< read again by /api/reload; may be empty
};

class HttpControl {
 public:
  /// Starts serving in threads of its own; everything that touches the simulator runs on `io`.
  static Result<std::unique_ptr<HttpControl>> start(asio::io_context& io, Simulator& simulator,
                                                    const HttpOptions& options);
  ~HttpControl();
  HttpControl(const HttpControl&) = delete;
  HttpControl& operator=(const HttpControl&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Server;
  explicit HttpControl(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace rscp::simulator
