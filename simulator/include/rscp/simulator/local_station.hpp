// SPDX-License-Identifier: MIT
// A station for a C++ test: it listens on a free port of 127.0.0.1, on a thread of its own, as long
// as the object lives.
//
//     rscp::simulator::LocalStation station("s10");
//     station.on("EMS_REQ_POWER_PV", [](const rscp::Value&) { return 4711; });
//     station.expect("EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_VALUE>=3000)");
//     run_my_program("127.0.0.1", station.port(), station.key(), station.user(), ...);
//     for (const auto& one : station.verify()) FAIL(one.to_string());
//
// All methods may be called from any thread, also from within a handler.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <rscp/value.hpp>

namespace rscp::inline v0_1 {
struct ClientOptions;
}

namespace rscp::simulator {

/// What a handler says to a request.
class HandlerReply {
 public:
  /// Nothing: the station answers as if there were no handler.
  HandlerReply(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  /// This value, under whatever tag it has.
  HandlerReply(Value value) : what_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  /// A container under the usual answer tag.
  HandlerReply(std::vector<Value> children)  // NOLINT(google-explicit-constructor)
      : what_(std::move(children)) {}
  /// A number, text, bytes, time or error under the usual answer tag, in the tag's type.
  template <class T>
    requires std::constructible_from<Argument, const T&>
  HandlerReply(const T& literal)
      : what_(Argument(literal)) {}  // NOLINT(google-explicit-constructor)

  /// The answer under this tag. Throws std::invalid_argument if the literal does not fit its type.
  [[nodiscard]] std::optional<Value> value(Tag answer) const;

 private:
  std::variant<std::monostate, Value, std::vector<Value>, Argument> what_;
};

/// An expectation that was not met, or a handler that threw.
struct Unmet {
  std::string name;
  std::string reason;
  /// "EMS_REQ_SET_POWER: came 0 times, expected at least 1"
  [[nodiscard]] std::string to_string() const { return name + ": " + reason; }
};

class LocalStation {
 public:
  /// `scenario`: the name of a shipped one ("s10"), a file, or a scenario itself, which is what
  /// has a line break or a colon followed by a space. Its ports do not count. Throws
  /// std::invalid_argument with every mistake in it, std::runtime_error if nothing can listen.
  explicit LocalStation(const std::string& scenario = "s10");
  /// Hangs up on all clients.
  ~LocalStation();
  LocalStation(const LocalStation&) = delete;
  LocalStation& operator=(const LocalStation&) = delete;

  /// Of the scenario's first device, or another one.
  [[nodiscard]] std::uint16_t port(std::size_t device = 0) const;
  [[nodiscard]] const std::string& key() const;  ///< the RSCP passphrase
  [[nodiscard]] const std::string& user() const;
  [[nodiscard]] const std::string& password() const;
  /// What rscp::Client needs to reach it; in <rscp/connection/client.hpp>.
  [[nodiscard]] ClientOptions client_options() const;

  /// Answers requests that this path selects; of several handlers the last that fits wins. It runs
  /// on the station's thread. What it throws is answered by an Error item and told by verify().
  using Handler = std::function<HandlerReply(const Value& request)>;
  void on(const std::string& path, Handler handler);

  /// From now on the item of this tag, or those of the answers that the path selects, have this
  /// value. An ErrorCode makes an Error item. Throws std::invalid_argument if it cannot be.
  void set(const std::string& path, const Argument& value);
  /// Changes the model itself: "soc" or "reserve", both in %. Throws for anything else.
  void set_state(const std::string& name, double number);
  /// Faults as scenarios say them: "{fault: close, at: 10}". Throws for mistakes.
  void add_faults(const std::string& yaml);

  /// A request that must come at least, and at most, so often from now on. Conditions on its
  /// members are the path's: "EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_MODE==3)".
  void expect(const std::string& path, std::uint64_t least = 1,
              std::optional<std::uint64_t> most = std::nullopt);
  /// What is not met: these expectations and those of the scenario. Waits at most so long for them.
  [[nodiscard]] std::vector<Unmet> verify(
      std::chrono::milliseconds patience = std::chrono::milliseconds(0)) const;

  /// What clients asked so far, value by value, without logins; the last hundred thousand.
  [[nodiscard]] std::vector<Value> requests() const;
  /// What an operator would have been told: clients with a wrong key, scripts that failed.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace rscp::simulator
