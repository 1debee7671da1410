// SPDX-License-Identifier: MIT
#include "serving.hpp"

#include <csignal>
#include <cstdio>

#include <asio/ip/address.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <rscp/json.hpp>

namespace rscp::cli {

void warn_if_reachable(const Say& say, const std::string& listen) {
  asio::error_code error;
  const auto address = asio::ip::make_address(listen, error);
  if (error || address.is_loopback()) return;
  say("listens on " + listen +
      ": others on the network can reach it; RSCP's encryption does not protect against changed "
      "bytes");
}

Result<void> write_ready_file(const std::string& file, const Json& content) {
  if (file.empty()) return {};
  // Under another name first: who waits for the file finds it whole.
  const std::string draft = file + ".new";
  if (!write_file(draft, content.dump() + '\n') || std::rename(draft.c_str(), file.c_str()) != 0) {
    return failure(ErrorKind::InputOutput, file, "cannot be written");
  }
  return {};
}

void run_until_stopped(asio::io_context& io, double seconds) {
  const auto stop = [&io](const asio::error_code& error) {
    if (!error) io.stop();
  };
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const asio::error_code& error, int) { stop(error); });
  asio::steady_timer end(io);
  if (seconds > 0) {
    end.expires_after(milliseconds(seconds));
    end.async_wait(stop);
  }
  io.run();
}

}  // namespace rscp::cli
