// SPDX-License-Identifier: MIT
// Lets coroutines of one strand through one at a time, in the order they came.
#pragma once

#include <deque>
#include <memory>
#include <utility>

#include <rscp/connection/asio.hpp>

namespace rscp::inline v0_1 {

class Turnstile {
 public:
  explicit Turnstile(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// The right to be inside; leaving scope lets the next one in.
  class Pass {
   public:
    explicit Pass(Turnstile* turnstile) : turnstile_(turnstile) {}
    Pass(Pass&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (turnstile_ != nullptr) turnstile_->leave();
    }

   private:
    Turnstile* turnstile_;
  };

  asio::awaitable<Pass> enter() {
    if (!std::exchange(taken_, true)) co_return Pass(this);
    auto waiter = std::make_shared<Waiter>(executor_);
    // A cancelled wait destroys the coroutine: the place in the line goes with it.
    const Place place(*this, waiter);
    asio::error_code ignored;
    co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!waiter->let_in) throw asio::system_error(asio::error::operation_aborted);
    waiter->used = true;
    co_return Pass(this);
  }

 private:
  struct Waiter {
    explicit Waiter(const asio::any_io_executor& executor)
        : timer(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;
    bool let_in = false;
    bool used = false;
  };
  struct Place {
    Place(Turnstile& t, std::shared_ptr<Waiter> w) : turnstile(t), waiter(std::move(w)) {
      turnstile.line_.push_back(waiter);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (waiter->used) return;
      if (waiter->let_in) {
        turnstile.leave();
      } else {
        std::erase(turnstile.line_, waiter);
      }
    }
    Turnstile& turnstile;
    std::shared_ptr<Waiter> waiter;
  };

  void leave() {
    if (line_.empty()) {
      taken_ = false;
      return;
    }
    const auto next = line_.front();
    line_.pop_front();
    next->let_in = true;
    next->timer.cancel();
  }

  asio::any_io_executor executor_;
  bool taken_ = false;
  std::deque<std::shared_ptr<Waiter>> line_;
};

}  // namespace rscp::inline v0_1
