// SPDX-License-Identifier: MIT
// The client session: connect, log in, ask.
//
//     rscp::ClientOptions options;
//     options.host = "192.168.1.50";
//     options.key = rscp::Key::from_passphrase("my RSCP passphrase").value();
//     options.user = "user@example.com";
//     options.password = "portal password";
//     rscp::Client client(executor, options);
//     auto power = co_await client.ask("EMS_REQ_POWER_PV");
//     if (power) use(power->integer()); else complain(power.error().to_string());
//
// The same with a completion token (a callback, use_future, use_awaitable...):
//
//     client.async_ask("EMS_REQ_POWER_PV", [](rscp::Result<rscp::Value> power) { ... });
//
// and without asio at all: blocking_client.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/connection/asio.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/error.hpp>
#include <rscp/login.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

/// What a client does about a lost connection. Each connection starts with fresh ciphers and
/// logs in again.
struct ReconnectPolicy {
  /// Connection attempts a request may cost; 1 turns reconnecting off.
  unsigned attempts = 3;
  /// Pause before the second attempt; doubled each time up to `longest`.
  std::chrono::milliseconds pause{250};
  std::chrono::milliseconds longest{10'000};
  /// Whether a request that only reads is sent again when the connection breaks before its answer.
  /// One that writes never is: the device may have carried it out.
  bool repeat_reads = true;
};

struct ClientOptions {
  std::string host;
  std::uint16_t port = kDefaultPort;
  std::optional<Key> key = {};  ///< must be set
  std::string user;
  std::string password;
  std::chrono::milliseconds connect_timeout{5'000};   ///< name look-up and TCP connection
  std::chrono::milliseconds request_timeout{10'000};  ///< from sending to the whole answer
  ReconnectPolicy reconnect = {};
  /// After this long without a request RSCP_REQ_USER_LEVEL is sent, which changes nothing, so that
  /// routers and the device see life. Zero: never. RSCP itself has no keep-alive message.
  std::chrono::milliseconds keep_alive{0};
  bool with_crc = true;  ///< checksum in requests
};

/// A client of one device. Requests from several coroutines are put in line: RSCP allows one at a
/// time on a connection. Everything happens on a strand of the executor, so that the methods may be
/// awaited from any thread.
class Client {
 public:
  Client(const asio::any_io_executor& executor, ClientOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();  ///< closes the connection

  /// Connects and logs in; does nothing if that is done already. request() does it by itself.
  asio::awaitable<Result<UserLevel>> connect();

  /// Sends one frame and gives back the values of the answer as they came, Error items included.
  /// After a timeout the connection is closed: a late answer would be taken for the next one.
  asio::awaitable<Result<std::vector<Value>>> request(std::vector<Value> values);

  /// One value. An Error item is an error: AccessDenied or DeviceError with the code's name.
  asio::awaitable<Result<Value>> ask(Value value);
  /// The same for a getter, by its name or tag.
  asio::awaitable<Result<Value>> ask(TagName tag) { return ask(Value(tag)); }

  /// The three with a completion token. They complete with one argument, the Result, on the
  /// executor of the handler, or on the client's if it has none; they end as Cancelled if its
  /// cancellation slot says so.
  template <class Token>
  auto async_connect(Token&& token) {
    return start<UserLevel>(run_connect(session_), std::forward<Token>(token));
  }
  template <class Token>
  auto async_request(std::vector<Value> values, Token&& token) {
    return start<std::vector<Value>>(run_request(session_, std::move(values)),
                                     std::forward<Token>(token));
  }
  template <class Token>
  auto async_ask(Value value, Token&& token) {
    return start<Value>(run_ask(session_, std::move(value)), std::forward<Token>(token));
  }
  template <class Token>
  auto async_ask(TagName tag, Token&& token) {
    return async_ask(Value(tag), std::forward<Token>(token));
  }

  /// Ends the connection and every call under way (Cancelled).
  void close();

  [[nodiscard]] bool is_connected() const;
  /// Connections made so far.
  [[nodiscard]] std::uint64_t connections() const;

 private:
  class Session;
  static asio::awaitable<Result<UserLevel>> run_connect(std::shared_ptr<Session> session);
  static asio::awaitable<Result<std::vector<Value>>> run_request(std::shared_ptr<Session> session,
                                                                 std::vector<Value> values);
  static asio::awaitable<Result<Value>> run_ask(std::shared_ptr<Session> session, Value value);
  [[nodiscard]] asio::any_io_executor executor() const;

  // Runs the work on the client's strand. co_spawn hands its end over to the executor and the
  // cancellation slot of what it completes with, so both are taken over from the handler.
  template <class T, class Token>
  auto start(asio::awaitable<Result<T>> work, Token&& token) {
    return asio::async_initiate<Token, void(Result<T>)>(
        [](auto handler, asio::any_io_executor strand, asio::awaitable<Result<T>> run) {
          const auto executor = asio::get_associated_executor(handler, strand);
          const auto slot = asio::get_associated_cancellation_slot(handler);
          auto complete = [handler = std::move(handler)](const std::exception_ptr& thrown,
                                                         Result<T> result) mutable {
            std::move(handler)(thrown ? from_exception<T>(thrown) : std::move(result));
          };
          asio::co_spawn(strand, std::move(run),
                         asio::bind_cancellation_slot(
                             slot, asio::bind_executor(executor, std::move(complete))));
        },
        token, executor(), std::move(work));
  }

  template <class T>
  static Result<T> from_exception(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const asio::system_error& error) {
      if (error.code() != asio::error::operation_aborted) throw;
      return failure(ErrorKind::Cancelled, "the wait was cancelled");
    }
  }

  std::shared_ptr<Session> session_;
};

}  // namespace rscp::inline v0_1
