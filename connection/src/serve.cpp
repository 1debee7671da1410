// SPDX-License-Identifier: MIT
#include <unordered_set>

#include <rscp/connection/frame_time.hpp>
#include <rscp/connection/listener.hpp>
#include <rscp/connection/serve.hpp>
#include <rscp/connection/server.hpp>
#include <rscp/tags.hpp>

namespace rscp::inline v0_1 {

using asio::ip::tcp;

// Shared with the coroutines, which may end after the server is gone.
struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::any_io_executor e, AcceptOptions o, SocketHandler h)
      : executor(std::move(e)), options(std::move(o)), handler(std::move(h)) {}

  asio::any_io_executor executor;
  AcceptOptions options;
  SocketHandler handler;
  std::function<void()> hang_up;  // on all
  std::shared_ptr<Listener> listener;
  std::size_t open = 0;
  std::uint64_t connections = 0;
  std::uint64_t refused = 0;

  Result<void> open_port() {
    auto opened = Listener::open(executor, options.address, options.port);
    if (!opened) return std::unexpected(opened.error());
    listener = std::make_shared<Listener>(*std::move(opened));
    options.port = listener->port();
    asio::co_spawn(executor, accept(shared_from_this(), listener), asio::detached);
    return {};
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> self, std::shared_ptr<Listener> from) {
    while (auto socket = co_await from->accept()) self->let_in(*std::move(socket));
  }

  void let_in(tcp::socket socket) {
    if (open >= options.connections) {
      ++refused;
      if (options.refused) options.refused(open);
      return;
    }
    ++open;
    ++connections;
    asio::co_spawn(executor, hold(shared_from_this(), std::move(socket)),
                   [self = shared_from_this()](const std::exception_ptr& thrown) {
                     --self->open;
                     if (thrown && self->options.failed) self->options.failed(thrown);
                   });
  }

  // Keeps the handler alive as long as it runs.
  static asio::awaitable<void> hold(std::shared_ptr<State> self, tcp::socket socket) {
    co_await self->handler(std::move(socket));
  }
};

Server::~Server() {
  if (state_) stop();
}

Server& Server::operator=(Server&& other) noexcept {
  if (state_ && this != &other) stop();
  state_ = std::move(other.state_);
  return *this;
}

std::uint16_t Server::port() const { return state_->options.port; }
bool Server::is_loopback() const { return state_->listener->is_loopback(); }
std::size_t Server::open() const { return state_->open; }
std::uint64_t Server::connections() const { return state_->connections; }
std::uint64_t Server::refused() const { return state_->refused; }
void Server::close_port() { state_->listener->close(); }
Result<void> Server::open_port() { return state_->open_port(); }

void Server::stop() {
  close_port();
  if (state_->hang_up) state_->hang_up();
}

Result<Server> accept_each(const asio::any_io_executor& executor, AcceptOptions options,
                           SocketHandler handler) {
  auto state = std::make_shared<Server::State>(executor, std::move(options), std::move(handler));
  if (auto opened = state->open_port(); !opened) return std::unexpected(opened.error());
  return Server(std::move(state));
}

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// The connections of a serve().
class Service {
 public:
  Service(ServeOptions options, RequestHandler handler)
      : options_(std::move(options)), handler_(std::move(handler)) {}

  void hang_up() {
    for (ServerSession* session : sessions_) session->channel().close();
  }

  void report(ErrorKind kind, std::string place, std::string message) const {
    if (options_.report) options_.report({kind, std::move(place), std::move(message)});
  }

  static asio::awaitable<void> run(std::shared_ptr<Service> self, tcp::socket socket) {
    asio::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    Client client;
    client.peer = error ? "?" : to_string(endpoint);
    client.number = ++self->connections_;
    ServerSession session(std::move(socket), *self->options_.key);
    const Place place(*self, session);
    try {
      co_await self->converse(session, client);
    } catch (const std::exception& thrown) {
      self->report(ErrorKind::Invalid, client.place(),
                   std::string("the handler failed: ") + thrown.what());
    }
  }

 private:
  struct Client {
    std::string peer;
    std::uint64_t number = 0;
    Clock::time_point came = Clock::now();
    [[nodiscard]] std::string place() const {
      return "connection " + std::to_string(number) + " from " + peer;
    }
  };

  // Among the sessions as long as it lives, however that ends.
  class Place {
   public:
    Place(Service& service, ServerSession& session) : service_(service), session_(session) {
      service_.sessions_.insert(&session_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { service_.sessions_.erase(&session_); }

   private:
    Service& service_;
    ServerSession& session_;
  };

  asio::awaitable<void> converse(ServerSession& session, const Client& client) {
    for (bool first = true;; first = false) {
      auto request =
          co_await session.receive({patience(session, client, first), options_.frame_timeout});
      if (!request) {
        const Error& error = request.error();
        const bool usual = error.kind == ErrorKind::Closed || error.kind == ErrorKind::Cancelled;
        if (!usual) report(error.kind, client.place(), error.message);
        co_return;
      }
      const bool goes_on = co_await exchange(session, client, *std::move(request));
      if (!goes_on) co_return;
    }
  }

  // Asking this and that does not put the end of a client off that never logs in.
  [[nodiscard]] milliseconds patience(const ServerSession& session, const Client& client,
                                      bool first) const {
    if (session.level() != UserLevel::None) return options_.idle_timeout;
    if (first || options_.login_timeout == kForever) return options_.login_timeout;
    const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - client.came);
    return std::max(options_.login_timeout - waited, milliseconds(0));
  }

  asio::awaitable<bool> exchange(ServerSession& session, const Client& client,
                                 ReceivedRequest received) {
    std::vector<Value> answers;
    ServedRequest request;
    for (Value& value : received.frame.values) {
      if (value.tag() == tag::RSCP_REQ_AUTHENTICATION) {
        answers.push_back(log_in(session, value));
      } else {
        request.values.push_back(std::move(value));
      }
    }
    const bool login_alone = !answers.empty() && request.values.empty();
    Reply reply = Answer({});
    if (session.level() == UserLevel::None) {
      reply = Answer(denied(request.values));
    } else if (!login_alone) {
      request.time = received.frame.time;
      request.errors = std::move(received.errors);
      request.level = session.level();
      request.user = session.user();
      request.peer = client.peer;
      request.connection = client.number;
      reply = co_await handler_(request);
    }
    co_return co_await send(session, client, std::move(answers), std::move(reply));
  }

  asio::awaitable<bool> send(ServerSession& session, const Client& client,
                             std::vector<Value> answers, Reply reply) {
    Result<void> sent;
    if (auto* answer = std::get_if<Answer>(&reply)) {
      std::ranges::move(answer->values, std::back_inserter(answers));
      sent = co_await session.answer(answers, answer->time.value_or(frame_time_now()),
                                     options_.write_timeout);
    } else if (const auto* raw = std::get_if<RawBytes>(&reply)) {
      sent = co_await session.channel().write(raw->bytes, options_.write_timeout);
    } else if (const auto* end = std::get_if<HangUp>(&reply)) {
      session.channel().close(end->reset);
      co_return false;
    }
    if (sent) co_return true;
    const ErrorKind kind = sent.error().kind;
    if (kind == ErrorKind::Invalid || kind == ErrorKind::Timeout) {
      report(kind, client.place(), sent.error().message);
    }
    co_return false;
  }

  Value log_in(ServerSession& session, const Value& request) const {
    if (!options_.users.empty()) return session.log_in(request, options_.users, options_.refusal);
    const auto text = [&](Tag tag) {
      const Value* child = request.child(tag);
      return std::string(child == nullptr ? "" : child->text().value_or(""));
    };
    const std::vector<Credentials> anybody(
        1, {text(tag::RSCP_AUTHENTICATION_USER), text(tag::RSCP_AUTHENTICATION_PASSWORD),
            UserLevel::User});
    return session.log_in(request, anybody, options_.refusal);
  }

  static std::vector<Value> denied(const std::vector<Value>& requests) {
    std::vector<Value> answers;
    answers.reserve(requests.size());
    for (const Value& request : requests) {
      answers.emplace_back(Dictionary::builtin().answer_to(request.tag()), DataType::Error,
                           ErrorCode{ErrorCode::kAccessDenied});
    }
    return answers;
  }

  ServeOptions options_;
  RequestHandler handler_;
  std::unordered_set<ServerSession*> sessions_;
  std::uint64_t connections_ = 0;
};

}  // namespace

Result<Server> serve(const asio::any_io_executor& executor, ServeOptions options,
                     RequestHandler handler) {
  if (!options.key) return failure(ErrorKind::Invalid, "no key was given");
  AcceptOptions accept{options.address, options.port, options.connections, {}, {}};
  const auto service = std::make_shared<Service>(std::move(options), std::move(handler));
  accept.refused = [service, limit = accept.connections](std::size_t open) {
    service->report(ErrorKind::Closed, {},
                    "a connection was refused: " + std::to_string(open) +
                        " are open, the limit is " + std::to_string(limit));
  };
  auto server = accept_each(executor, std::move(accept), [service](tcp::socket socket) {
    return Service::run(service, std::move(socket));
  });
  if (server) server->state_->hang_up = [service] { service->hang_up(); };
  return server;
}

}  // namespace rscp::inline v0_1
