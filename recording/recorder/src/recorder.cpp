// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>

#include <asio/connect.hpp>
#include <asio/write.hpp>

#include <rscp/connection/serve.hpp>
#include <rscp/recording/recorder.hpp>

namespace rscp::recording {
namespace {

using asio::ip::tcp;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Endpoint endpoint_of(const tcp::endpoint& endpoint) {
  return {Address::parse(endpoint.address().to_string()).value_or(Address{}), endpoint.port()};
}

}  // namespace

struct Recorder::State : std::enable_shared_from_this<Recorder::State> {
  State(asio::io_context& context, CaptureWriter w, RecorderOptions o)
      : io(context), writer(std::move(w)), options(std::move(o)) {}

  // A client and the device, and what is known of their conversation.
  struct Pair {
    explicit Pair(tcp::socket c) : client(std::move(c)), device(client.get_executor()) {}
    tcp::socket client;
    tcp::socket device;
    CaptureWriter::Id id = 0;
    bool closed = false;
    bool asking = false;  // the client spoke last
  };

  asio::io_context& io;
  CaptureWriter writer;
  RecorderOptions options;
  std::uint64_t bytes = 0;
  bool sound = true;
  std::size_t asking = 0;  // conversations in which the client spoke last
  std::int64_t file_began = now();

  void report(const std::string& message) const {
    if (options.report) options.report(message);
  }

  // What was recorded is in the file at once: a crash or a full disk loses nothing before it.
  void flush() {
    if (!writer.flush() && std::exchange(sound, false)) {
      report("the capture cannot be written any more; the proxy goes on without");
    }
  }

  // Frames cannot be seen without a key, but between an answer and the next request no frame is
  // under way. A file of twice the wanted size is ended all the same.
  void rotate_if_due(std::int64_t time) {
    const bool large = options.rotate_bytes != 0 && writer.size() >= options.rotate_bytes;
    const bool old =
        options.rotate_time.count() != 0 && time - file_began >= options.rotate_time.count();
    const bool overdue = large && writer.size() >= 2 * options.rotate_bytes;
    if ((!large && !old) || (asking != 0 && !overdue)) return;
    const std::string file = options.next_file();
    if (const auto opened = writer.continue_in(file); !opened) {
      report(opened.error().to_string() + "; the file before it goes on");
      sound = false;
      options.rotate_bytes = 0;
      options.rotate_time = std::chrono::nanoseconds(0);
      return;
    }
    file_began = time;
  }

  void turn(Pair& pair, bool from_client) {
    if (pair.asking == from_client) return;
    pair.asking = from_client;
    from_client ? ++asking : --asking;
  }

  static asio::awaitable<void> run(std::shared_ptr<State> self, tcp::socket client) {
    co_await self->serve(std::make_shared<Pair>(std::move(client)));
  }

  asio::awaitable<void> serve(std::shared_ptr<Pair> pair) {
    asio::error_code error;
    tcp::resolver resolver(io);
    const auto found =
        co_await resolver.async_resolve(options.device, std::to_string(options.device_port),
                                        asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      co_await asio::async_connect(pair->device, found,
                                   asio::redirect_error(asio::use_awaitable, error));
    }
    if (error) {
      report(options.device + ':' + std::to_string(options.device_port) +
             ": cannot connect: " + error.message());
      co_return;
    }
    asio::error_code ignored;
    for (tcp::socket* socket : {&pair->client, &pair->device}) {
      socket->set_option(tcp::no_delay(true), ignored);
    }
    const Endpoint device = endpoint_of(pair->device.remote_endpoint(ignored));
    pair->id = writer.open(endpoint_of(pair->client.remote_endpoint(ignored)), device, now());
    if (options.transcript != nullptr) options.transcript->open(pair->id, device);
    auto one_way = [](std::shared_ptr<State> self, std::shared_ptr<Pair> both,
                      bool from_client) -> asio::awaitable<void> {
      co_await self->forward(*both, from_client);
    };
    asio::co_spawn(io, one_way(shared_from_this(), pair, true), asio::detached);
    co_await forward(*pair, false);
  }

  asio::awaitable<void> forward(Pair& pair, bool from_client) {
    tcp::socket& from = from_client ? pair.client : pair.device;
    tcp::socket& to = from_client ? pair.device : pair.client;
    std::array<std::uint8_t, 16'384> buffer{};
    asio::error_code error;
    to.non_blocking(true, error);
    for (;;) {
      const std::size_t size = co_await from.async_read_some(
          asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      bytes += size;
      const std::int64_t time = now();
      // Forwarded first: the file must not slow the conversation down. But without waiting in
      // between: an answer that comes meanwhile would be recorded before its request.
      const std::size_t sent = to.write_some(asio::buffer(buffer, size), error);
      if (error == asio::error::would_block) error.clear();
      if (from_client && !pair.asking) rotate_if_due(time);
      turn(pair, from_client);
      const Direction direction = from_client ? Direction::Request : Direction::Answer;
      writer.data(pair.id, from_client, {buffer.data(), size}, time);
      flush();
      if (options.transcript != nullptr) {
        options.transcript->data(pair.id, direction, {buffer.data(), size}, time);
      }
      if (!error && sent < size) {
        co_await asio::async_write(to, asio::buffer(buffer.data() + sent, size - sent),
                                   asio::redirect_error(asio::use_awaitable, error));
      }
      if (error) break;
    }
    if (std::exchange(pair.closed, true)) co_return;
    turn(pair, false);
    const bool reset = error == asio::error::connection_reset;
    writer.close(pair.id, from_client, reset, now());
    flush();
    if (options.transcript != nullptr) {
      options.transcript->close(pair.id, from_client ? Direction::Request : Direction::Answer,
                                reset);
    }
    asio::error_code ignored;
    if (reset) to.set_option(asio::socket_base::linger(true, 0), ignored);
    pair.client.close(ignored);
    pair.device.close(ignored);
  }
};

Recorder::Recorder(asio::io_context& io, CaptureWriter writer, RecorderOptions options)
    : state_(std::make_shared<State>(io, std::move(writer), std::move(options))) {}

Recorder::~Recorder() = default;

Result<void> Recorder::start() {
  AcceptOptions accept{.address = state_->options.address, .port = state_->options.port};
  accept.refused = [state = state_](std::size_t open) {
    state->report("a connection was refused: " + std::to_string(open) + " are open");
  };
  auto server = accept_each(
      state_->io.get_executor(), std::move(accept),
      [state = state_](tcp::socket client) { return State::run(state, std::move(client)); });
  if (!server) return std::unexpected(server.error());
  server_ = std::make_unique<Server>(*std::move(server));
  return {};
}

bool Recorder::stop() {
  if (server_) server_->stop();
  state_->flush();
  return state_->sound;
}

std::uint16_t Recorder::port() const { return server_ ? server_->port() : std::uint16_t{0}; }
std::uint64_t Recorder::connections() const {
  return server_ ? server_->connections() : std::uint64_t{0};
}
std::uint64_t Recorder::bytes() const { return state_->bytes; }

}  // namespace rscp::recording
