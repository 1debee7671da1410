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
//     if (power) use(power->integer()); else complain(power.error().message);
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
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

namespace rscp {

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
  std::optional<Key> key;  ///< must be set
  std::string user;
  std::string password;
  std::chrono::milliseconds connect_timeout{5'000};   ///< name look-up and TCP connection
  std::chrono::milliseconds request_timeout{10'000};  ///< from sending to the whole answer
  ReconnectPolicy reconnect;
  /// After this long without a request RSCP_REQ_USER_LEVEL is sent, which changes nothing, so that
  /// routers and the device see life. Zero: never. RSCP itself has no keep-alive message.
  std::chrono::milliseconds keep_alive{0};
  bool with_crc = true;  ///< checksum in requests
};

/// A client of one device. Requests from several coroutines are put in line: RSCP allows one at a
/// time on a connection. Everything happens on a strand of the executor, so that the methods may be
/// awaited from any thread. Moving a client while a call is under way is not allowed.
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

  /// Ends the connection and every call under way (Cancelled).
  void close();

  [[nodiscard]] bool is_connected() const;
  /// Connections made so far.
  [[nodiscard]] std::uint64_t connections() const;

 private:
  class Session;
  std::shared_ptr<Session> session_;
};

}  // namespace rscp
