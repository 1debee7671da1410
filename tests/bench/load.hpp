// SPDX-License-Identifier: MIT
// A load generator, and a bare asio echo to measure servers against. It does the same for both: it
// writes bytes that were prepared before and reads as many as come back. A connection's requests
// can be prepared because its ciphertext depends on nothing but the key and the plaintexts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include <rscp/cipher.hpp>
#include <rscp/value.hpp>

namespace bench {

inline constexpr const char* kPassphrase = "rscp";

/// A poll of the power flow: six values, 78 bytes, 96 encrypted.
std::vector<rscp::Value> poll();
/// What a device says to it: 91 bytes, 96 encrypted.
std::vector<rscp::Value> poll_answer(int power);

/// The frames a connection sends, and how many bytes each brings back.
struct Script {
  std::vector<rscp::ByteBuffer> requests;
  std::vector<std::size_t> answers;
};
/// A login and `polls` polls.
Script rscp_script(int polls);

struct Result {
  double per_second = 0;
  double median = 0;  ///< microseconds
  double p99 = 0;
};
/// Plays the script on so many connections at once.
Result measure(std::uint16_t port, const Script& script, int connections);

/// A bare echo in a process of its own.
class EchoProcess {
 public:
  EchoProcess();
  ~EchoProcess();
  EchoProcess(const EchoProcess&) = delete;
  EchoProcess& operator=(const EchoProcess&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

/// Measures server and echo alternately, five times, and prints a line of the table.
void print_table_head();
void compare(const std::string& name, std::uint16_t server, const EchoProcess& reference,
             int connections, int polls);

}  // namespace bench
