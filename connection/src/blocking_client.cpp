// SPDX-License-Identifier: MIT
#include <rscp/connection/blocking_client.hpp>

namespace rscp::inline v0_1 {
namespace {

ClientOptions without_keep_alive(ClientOptions options) {
  options.keep_alive = std::chrono::milliseconds(0);
  return options;
}

}  // namespace

struct BlockingClient::State {
  explicit State(ClientOptions options)
      : client(io.get_executor(), without_keep_alive(std::move(options))) {}

  // Runs until the call is done. What is left in the line, such as the timer of the connection,
  // goes on with the next call.
  template <class T>
  Result<T> wait(asio::awaitable<Result<T>> call) {
    std::optional<Result<T>> outcome;
    std::exception_ptr thrown;
    asio::co_spawn(io, std::move(call), [&](const std::exception_ptr& failure, Result<T> result) {
      thrown = failure;
      outcome = std::move(result);
    });
    io.restart();
    while (!outcome) io.run_one();
    if (thrown) std::rethrow_exception(thrown);
    return *std::move(outcome);
  }

  asio::io_context io{1};
  Client client;
};

BlockingClient::BlockingClient(ClientOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
BlockingClient::BlockingClient(BlockingClient&&) noexcept = default;
BlockingClient& BlockingClient::operator=(BlockingClient&&) noexcept = default;
BlockingClient::~BlockingClient() = default;

Result<UserLevel> BlockingClient::connect() { return state_->wait(state_->client.connect()); }
Result<std::vector<Value>> BlockingClient::request(std::vector<Value> values) {
  return state_->wait(state_->client.request(std::move(values)));
}
Result<Value> BlockingClient::ask(Value value) {
  return state_->wait(state_->client.ask(std::move(value)));
}

}  // namespace rscp::inline v0_1
