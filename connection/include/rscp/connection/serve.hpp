// SPDX-License-Identifier: MIT
// A server: listens, accepts, limits, logs in, and asks a function for the answers.
//
//     rscp::ServeOptions options;
//     options.key = rscp::Key::from_passphrase("my RSCP passphrase").value();
//     auto server = rscp::serve(io, options, [](const rscp::ServedRequest& request) {
//       std::vector<rscp::Value> answer;
//       for (const rscp::Value& value : request.values) answer.push_back(answer_to(value));
//       return answer;
//     });
//     if (!server) complain(server.error().to_string());
//     io.run();  // until server->stop()
//
// Not thread-safe: the server, its connections and the handler live on one executor. With several
// threads that is a strand.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/connection/asio.hpp>
#include <rscp/connection/frame_channel.hpp>
#include <rscp/decode_error.hpp>
#include <rscp/error.hpp>
#include <rscp/login.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// A port and the connections that came in by it. Stops when it goes out of scope.
class Server {
 public:
  Server(Server&&) noexcept = default;
  Server& operator=(Server&& other) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  /// Whether only programs on this machine can connect.
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] std::size_t open() const;           ///< connections now
  [[nodiscard]] std::uint64_t connections() const;  ///< let in so far
  [[nodiscard]] std::uint64_t refused() const;      ///< hung up on, because of the limit

  /// Nobody gets in any more; who is in stays.
  void close_port();
  /// Lets in again what comes to the same port.
  Result<void> open_port();
  /// Closes the port and, if serve() made it, hangs up on everybody. Connections handed out by
  /// accept_each() are their owner's to end.
  void stop();

 private:
  struct State;
  friend Result<Server> accept_each(const asio::any_io_executor&, struct AcceptOptions,
                                    std::function<asio::awaitable<void>(asio::ip::tcp::socket)>);
  friend Result<Server> serve(const asio::any_io_executor&, struct ServeOptions,
                              class RequestHandler);
  explicit Server(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// What both forms of server listen on and let in.
struct AcceptOptions {
  std::string address = "127.0.0.1";  ///< numeric, IPv4 or IPv6
  std::uint16_t port = kDefaultPort;  ///< 0 takes a free one
  std::size_t connections = 1'000;    ///< at once; further ones are hung up on
  /// Told each time that the limit turned somebody away, with how many were open.
  std::function<void(std::size_t open)> refused = {};
  /// Told what a connection's coroutine threw; the others go on.
  std::function<void(const std::exception_ptr&)> failed = {};
};

/// Serves a connection; it is open as long as the coroutine lives.
using SocketHandler = std::function<asio::awaitable<void>(asio::ip::tcp::socket)>;

/// The lower form, for those who need the raw socket: accepts and runs the coroutine for each
/// connection. InputOutput if it cannot listen there.
Result<Server> accept_each(const asio::any_io_executor& executor, AcceptOptions options,
                           SocketHandler handler);

/// A request, and who asks.
struct ServedRequest {
  std::vector<Value> values;
  Timestamp time;                   ///< by the client's clock
  std::vector<DecodeError> errors;  ///< malformed items, which are not in `values`
  UserLevel level = UserLevel::None;
  std::string user;
  std::string peer;              ///< "192.168.1.2:51000"
  std::uint64_t connection = 0;  ///< 1 for the server's first
};

/// What a handler wants done about a request.
struct Answer {
  Answer(std::vector<Value> v,
         std::optional<Timestamp> t = std::nullopt)  // NOLINT(google-explicit-constructor)
      : values(std::move(v)), time(t) {}
  std::vector<Value> values;
  std::optional<Timestamp> time;  ///< of the frame; the present one if not given
};
/// Nothing at all; the connection stays.
struct Silence {};
/// The end of the connection.
struct HangUp {
  bool reset = false;  ///< the client gets an RST instead of a FIN
};
/// Bytes as they are, neither framed nor encrypted: for those who act out a broken device.
struct RawBytes {
  ByteBuffer bytes;
};
using Reply = std::variant<Answer, Silence, HangUp, RawBytes>;

template <class T>
inline constexpr bool kIsAwaitable = false;
template <class T, class Executor>
inline constexpr bool kIsAwaitable<asio::awaitable<T, Executor>> = true;

/// Answers requests: a function or coroutine of a ServedRequest, or of its values alone, that gives
/// a Reply or what converts to one: a vector of values, an Answer, Silence, HangUp, RawBytes. The
/// request lives until the reply is there.
class RequestHandler {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, RequestHandler>)
  RequestHandler(F function)  // NOLINT(google-explicit-constructor)
      : call_(std::make_shared<Call<F>>(std::move(function))) {}

  [[nodiscard]] asio::awaitable<Reply> operator()(const ServedRequest& request) const {
    return call_->reply_to(request);
  }

 private:
  struct AnyCall {
    AnyCall() = default;
    AnyCall(const AnyCall&) = delete;
    AnyCall& operator=(const AnyCall&) = delete;
    virtual ~AnyCall() = default;
    virtual asio::awaitable<Reply> reply_to(const ServedRequest& request) = 0;
  };
  template <class F>
  struct Call final : AnyCall {
    explicit Call(F f) : function(std::move(f)) {}
    decltype(auto) call(const ServedRequest& request) {
      if constexpr (std::is_invocable_v<F&, const ServedRequest&>) {
        return function(request);
      } else {
        return function(request.values);
      }
    }
    asio::awaitable<Reply> reply_to(const ServedRequest& request) override {
      if constexpr (kIsAwaitable<decltype(call(request))>) {
        auto reply = co_await call(request);
        co_return Reply(std::move(reply));
      } else {
        co_return Reply(call(request));
      }
    }
    F function;
  };
  std::shared_ptr<AnyCall> call_;
};

struct ServeOptions {
  std::string address = "127.0.0.1";  ///< numeric, IPv4 or IPv6
  std::uint16_t port = kDefaultPort;  ///< 0 takes a free one
  std::optional<Key> key = {};        ///< must be set
  /// Who may log in; empty: anybody, at the level USER. Without a login a client gets ACCESS_DENIED
  /// for everything it asks.
  std::vector<Credentials> users = {};
  Refusal refusal = Refusal::Int32;
  std::size_t connections = 1'000;                    ///< at once; further ones are hung up on
  std::chrono::milliseconds login_timeout{30'000};    ///< from connecting to having logged in
  std::chrono::milliseconds idle_timeout = kForever;  ///< without a request, once logged in
  std::chrono::milliseconds frame_timeout{10'000};    ///< from a frame's first byte to its last
  std::chrono::milliseconds write_timeout{30'000};    ///< a client that takes no bytes
  /// Told what whoever runs the server should see: a client with a wrong key or that fell silent, a
  /// handler that threw, a connection too many. The place is the connection.
  std::function<void(const Error&)> report = {};
};

/// Serves until stopped. Logins are answered here; the handler gets the other values, once somebody
/// has logged in. A handler that throws costs its connection, no other. Invalid: no key;
/// InputOutput: it cannot listen there.
Result<Server> serve(const asio::any_io_executor& executor, ServeOptions options,
                     RequestHandler handler);
inline Result<Server> serve(asio::io_context& io, ServeOptions options, RequestHandler handler) {
  return serve(io.get_executor(), std::move(options), std::move(handler));
}

}  // namespace rscp::inline v0_1
