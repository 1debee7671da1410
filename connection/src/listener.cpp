// SPDX-License-Identifier: MIT
#include <cerrno>

#include <rscp/connection/listener.hpp>

namespace rscp::inline v0_1 {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kDescriptorPause{50};
constexpr int kBacklog = 4096;

bool out_of_descriptors(const asio::error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_memory ||
         error == asio::error::no_buffer_space || error.value() == ENFILE;
}

}  // namespace

Listener::Listener(std::unique_ptr<tcp::acceptor> acceptor) : acceptor_(std::move(acceptor)) {
  const auto endpoint = acceptor_->local_endpoint();
  port_ = endpoint.port();
  loopback_ = endpoint.address().is_loopback();
}

Result<Listener> Listener::open(const asio::any_io_executor& executor, const std::string& address,
                                std::uint16_t port) {
  asio::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) {
    return failure(ErrorKind::InputOutput, "\"" + address + "\" is no IP address to listen on");
  }
  auto acceptor = std::make_unique<tcp::acceptor>(executor);
  const tcp::endpoint endpoint(ip, port);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(kBacklog, error);
  if (error) {
    return failure(ErrorKind::InputOutput,
                   "cannot listen on " + to_string(endpoint) + ": " + error.message());
  }
  return Listener(std::move(acceptor));
}

asio::awaitable<std::optional<tcp::socket>> Listener::accept() {
  while (acceptor_->is_open()) {
    asio::error_code error;
    tcp::socket socket(acceptor_->get_executor());
    co_await acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || !acceptor_->is_open()) break;
    if (!error) co_return std::move(socket);
    if (out_of_descriptors(error)) {
      asio::steady_timer timer(acceptor_->get_executor(), kDescriptorPause);
      co_await timer.async_wait(asio::use_awaitable);
    }
    // Anything else was the client's: it went away before it was accepted.
  }
  co_return std::nullopt;
}

void Listener::close() {
  asio::error_code ignored;
  acceptor_->close(ignored);
}

std::string to_string(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const bool v6 = endpoint.address().is_v6();
  return (v6 ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port());
}

}  // namespace rscp::inline v0_1
