// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>

#include <asio/connect.hpp>
#include <asio/strand.hpp>

#include "turnstile.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/connection/frame_channel.hpp>
#include <rscp/connection/frame_time.hpp>
#include <rscp/frame.hpp>
#include <rscp/writes.hpp>

namespace rscp::inline v0_1 {
namespace {

using asio::ip::tcp;
using Answers = Result<std::vector<Value>>;

constexpr Tag kReqUserLevel{0x00000004};

std::string begin_of(const std::vector<Value>& values) {
  if (values.empty()) return "it is empty";
  return "it begins with " + Dictionary::builtin().label(values.front().tag());
}

}  // namespace

// Outlives the client while one of its calls is under way.
class Client::Session : public std::enable_shared_from_this<Client::Session> {
 public:
  Session(const asio::any_io_executor& executor, ClientOptions options)
      : strand_(asio::make_strand(executor)),
        options_(std::move(options)),
        turnstile_(strand_),
        idle_timer_(strand_) {}

  [[nodiscard]] asio::any_io_executor executor() const { return strand_; }

  asio::awaitable<Result<UserLevel>> connect() {
    const auto pass = co_await turnstile_.enter();
    const auto ready = co_await ensure_connected();
    if (!ready) co_return std::unexpected(ready.error());
    co_return level_;
  }

  asio::awaitable<Answers> request(std::vector<Value> values) {
    const auto pass = co_await turnstile_.enter();
    const auto sealed = seal_frame(values, frame_time_now(), options_.with_crc);
    if (!sealed) co_return std::unexpected(sealed.error());
    const bool reads = !first_write(values);
    const bool was_connected = is_connected();
    auto answer = co_await exchange_once(*sealed);
    const bool broke = !answer && answer.error().kind == ErrorKind::Closed;
    // A connection that had been idle is often found dead only now.
    if (broke && was_connected && reads && options_.reconnect.repeat_reads && !closed_) {
      answer = co_await exchange_once(*sealed);
    }
    watch_idleness();
    co_return answer;
  }

  asio::awaitable<Result<Value>> ask(Value value) {
    const std::string name = Dictionary::builtin().label(value.tag());
    std::vector<Value> values;
    values.push_back(std::move(value));
    auto answer = co_await request(std::move(values));
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->size() != 1) {
      co_return failure(ErrorKind::Protocol, "the answer to " + name + " holds " +
                                                 std::to_string(answer->size()) +
                                                 " values, expected one");
    }
    if (const auto error = answer->front().error()) {
      const bool denied = error->value == ErrorCode::kAccessDenied;
      const std::string_view label = name_of(*error);
      co_return failure(
          denied ? ErrorKind::AccessDenied : ErrorKind::DeviceError,
          denied ? "the device denies " + name + " to this user"
                 : "the device answers " + name + " with error " +
                       (label.empty() ? std::to_string(error->value) : std::string(label)));
    }
    co_return std::move(answer->front());
  }

  void close() {
    closed_ = true;
    idle_timer_.cancel();
    connecting_.reset();
    hang_up();
  }

  [[nodiscard]] bool is_connected() const { return connected_; }
  [[nodiscard]] std::uint64_t connections() const { return connections_; }

 private:
  // Of the device, or on the way to it.
  [[nodiscard]] std::unexpected<Error> fault(ErrorKind kind, std::string message) const {
    return failure(kind, options_.host + ':' + std::to_string(options_.port), std::move(message));
  }

  void hang_up() {
    if (channel_) channel_->close();
    channel_.reset();
    connected_ = false;
  }

  asio::awaitable<Result<void>> ensure_connected() {
    if (closed_) co_return failure(ErrorKind::Cancelled, "the client was closed");
    if (channel_) co_return Result<void>{};
    if (!options_.key) co_return failure(ErrorKind::Invalid, "no key was given");
    auto pause = options_.reconnect.pause;
    for (unsigned attempt = 1;; ++attempt) {
      auto result = co_await connect_once();
      if (result || attempt >= options_.reconnect.attempts) co_return result;
      const ErrorKind kind = result.error().kind;
      // Nothing gets better by trying a wrong password again.
      const bool passing =
          kind == ErrorKind::Unreachable || kind == ErrorKind::Closed || kind == ErrorKind::Timeout;
      if (!passing || closed_) co_return result;
      asio::steady_timer timer(strand_, pause);
      co_await timer.async_wait(asio::use_awaitable);
      pause = std::min(pause * 2, options_.reconnect.longest);
    }
  }

  // Resolves and connects within the time limit.
  asio::awaitable<Result<tcp::socket>> open_socket() {
    struct Attempt {
      tcp::resolver resolver;
      tcp::socket socket;
      asio::steady_timer timer;
      bool timed_out = false;
    };
    const auto attempt =
        std::make_shared<Attempt>(tcp::resolver(strand_), tcp::socket(strand_),
                                  asio::steady_timer(strand_, options_.connect_timeout));
    attempt->timer.async_wait([attempt](const asio::error_code& error) {
      if (error) return;
      attempt->timed_out = true;
      attempt->resolver.cancel();
      asio::error_code ignored;
      attempt->socket.close(ignored);
    });
    connecting_ = std::shared_ptr<asio::steady_timer>(attempt, &attempt->timer);
    asio::error_code error;
    const auto found =
        co_await attempt->resolver.async_resolve(options_.host, std::to_string(options_.port),
                                                 asio::redirect_error(asio::use_awaitable, error));
    const bool resolved = !error;
    if (resolved) {
      co_await asio::async_connect(attempt->socket, found,
                                   asio::redirect_error(asio::use_awaitable, error));
    }
    attempt->timer.cancel();
    connecting_.reset();
    if (closed_) co_return failure(ErrorKind::Cancelled, "the client was closed");
    if (attempt->timed_out) {
      co_return fault(ErrorKind::Unreachable,
                      "no connection within " + std::to_string(options_.connect_timeout.count()) +
                          " ms: the device is off, in another network, or its address is wrong");
    }
    if (!resolved) {
      co_return fault(ErrorKind::Unreachable, "the host name is not known: " + error.message());
    }
    if (error == asio::error::connection_refused) {
      co_return fault(ErrorKind::Unreachable,
                      "connection refused: RSCP is not switched on there, or the port is wrong");
    }
    if (error) co_return fault(ErrorKind::Unreachable, "cannot connect: " + error.message());
    co_return std::move(attempt->socket);
  }

  asio::awaitable<Result<void>> connect_once() {
    auto socket = co_await open_socket();
    if (!socket) co_return std::unexpected(socket.error());
    channel_.emplace(*std::move(socket), *options_.key, Direction::Answer);
    ++connections_;
    const Value login = login_request(options_.user, options_.password);
    const auto sealed = seal_frame({&login, 1}, frame_time_now(), options_.with_crc);
    if (!sealed) {
      hang_up();
      co_return std::unexpected(sealed.error());
    }
    const auto answer = co_await exchange(*sealed);
    if (!answer) {
      hang_up();
      co_return std::unexpected(answer.error());
    }
    const auto level = granted_level(*answer);
    if (!level) {
      hang_up();
      co_return fault(level.error().kind, level.error().message);
    }
    level_ = *level;
    connected_ = true;
    co_return Result<void>{};
  }

  asio::awaitable<Answers> exchange_once(Bytes request) {
    if (const auto ready = co_await ensure_connected(); !ready) {
      co_return std::unexpected(ready.error());
    }
    co_return co_await exchange(request);
  }

  // Closes the connection unless told that the exchange ended well: whatever else happens, an
  // answer may still be on its way. Also covers a coroutine that is cancelled and destroyed.
  class Exchange {
   public:
    explicit Exchange(Session& session) : session_(session) {}
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange() {
      if (!complete_) session_.hang_up();
    }
    void complete() { complete_ = true; }

   private:
    Session& session_;
    bool complete_ = false;
  };

  // `request` is a plaintext frame and must live until the answer is there.
  asio::awaitable<Answers> exchange(Bytes request) {
    Exchange running(*this);
    const auto sent = co_await channel_->send(request, options_.request_timeout);
    if (!sent) co_return explain(sent.error());
    if (!channel_) co_return failure(ErrorKind::Cancelled, "the client was closed");
    const ReceiveLimits limits{options_.request_timeout, options_.request_timeout};
    const auto received = co_await channel_->receive(limits);
    if (!channel_) co_return failure(ErrorKind::Cancelled, "the client was closed");
    if (!received) co_return explain(received.error());
    const FrameView& view = received->message.frame;
    if (view.crc == CrcStatus::Bad) {
      co_return fault(ErrorKind::Protocol, "the checksum of the answer is wrong");
    }
    auto parsed = Frame::from(view);
    if (!parsed.errors.empty()) {
      co_return fault(ErrorKind::Protocol,
                      "the answer is damaged: " + parsed.errors.front().message());
    }
    if (received->request != *sent) {
      co_return fault(ErrorKind::Protocol,
                      "the answer belongs to another request: " + begin_of(parsed.frame.values));
    }
    running.complete();
    co_return std::move(parsed.frame.values);
  }

  // What a fault of the channel means to a client: before the first frame came, a closed
  // connection or noise says that the keys differ.
  [[nodiscard]] std::unexpected<Error> explain(const Error& error) const {
    const bool heard = channel_ && channel_->frames_received() != 0;
    switch (error.kind) {
      case ErrorKind::Closed:
        if (heard) break;
        return fault(ErrorKind::WrongKey,
                     "the device closed the connection without an answer: the RSCP passphrase is "
                     "wrong, or the device is starting or does not allow this address");
      case ErrorKind::WrongKey:
        return fault(ErrorKind::WrongKey,
                     "the answer decrypts to no RSCP frame: the RSCP passphrase is wrong, or this "
                     "is no E3/DC");
      case ErrorKind::Timeout:
        return fault(ErrorKind::Timeout, "no answer: " + error.message);
      default:
        break;
    }
    return fault(error.kind, error.message);
  }

  void watch_idleness() {
    if (options_.keep_alive.count() == 0 || !connected_ || closed_) return;
    idle_timer_.expires_after(options_.keep_alive);
    idle_timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
      const auto self = weak.lock();
      if (error || !self || !self->connected_) return;
      asio::co_spawn(
          self->strand_,
          [](std::shared_ptr<Session> session) -> asio::awaitable<void> {
            // A dead connection is noticed here and mended by the next request.
            std::vector<Value> sign_of_life(1, Value(kReqUserLevel));
            (void)co_await session->request(std::move(sign_of_life));
          }(self),
          asio::detached);
    });
  }

  asio::strand<asio::any_io_executor> strand_;
  ClientOptions options_;
  Turnstile turnstile_;
  asio::steady_timer idle_timer_;
  std::optional<FrameChannel> channel_;
  std::shared_ptr<asio::steady_timer> connecting_;
  UserLevel level_ = UserLevel::None;
  std::atomic<bool> connected_ = false;
  std::atomic<std::uint64_t> connections_ = 0;
  bool closed_ = false;
};

Client::Client(const asio::any_io_executor& executor, ClientOptions options)
    : session_(std::make_shared<Session>(executor, std::move(options))) {}

Client::~Client() { close(); }

void Client::close() {
  asio::post(session_->executor(), [session = session_] { session->close(); });
}

bool Client::is_connected() const { return session_->is_connected(); }
std::uint64_t Client::connections() const { return session_->connections(); }

asio::any_io_executor Client::executor() const { return session_->executor(); }

// The coroutines hold the session themselves: the one that awaits them may be cancelled and the
// client be gone before they notice.
asio::awaitable<Result<UserLevel>> Client::run_connect(std::shared_ptr<Session> session) {
  co_return co_await session->connect();
}

asio::awaitable<Answers> Client::run_request(std::shared_ptr<Session> session,
                                             std::vector<Value> values) {
  co_return co_await session->request(std::move(values));
}

asio::awaitable<Result<Value>> Client::run_ask(std::shared_ptr<Session> session, Value value) {
  co_return co_await session->ask(std::move(value));
}

asio::awaitable<Result<UserLevel>> Client::connect() {
  co_return co_await asio::co_spawn(executor(), run_connect(session_), asio::use_awaitable);
}

asio::awaitable<Answers> Client::request(std::vector<Value> values) {
  co_return co_await asio::co_spawn(executor(), run_request(session_, std::move(values)),
                                    asio::use_awaitable);
}

asio::awaitable<Result<Value>> Client::ask(Value value) {
  co_return co_await asio::co_spawn(executor(), run_ask(session_, std::move(value)),
                                    asio::use_awaitable);
}

}  // namespace rscp::inline v0_1
