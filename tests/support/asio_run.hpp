// SPDX-License-Identifier: MIT
// Running coroutines in a test, with an end to it if they hang.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>

#include <rscp/connection/asio.hpp>

namespace test {

/// Runs `work` on `io` until it is done; throws if it has not ended after half a minute, which is a
/// hang and no matter of speed.
inline void run_to_end(asio::io_context& io, asio::awaitable<void> work) {
  bool done = false;
  std::exception_ptr failure;
  asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& error) {
    failure = error;
    done = true;
    io.stop();
  });
  io.restart();
  constexpr std::chrono::seconds kHang{30};
  io.run_for(kHang);
  if (failure) std::rethrow_exception(failure);
  if (!done) throw std::runtime_error("the coroutine hangs");
}

inline asio::awaitable<void> sleep_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace test
