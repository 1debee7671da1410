// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rscp::recording {

/// An IPv4 or IPv6 address.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  ///< network order; IPv4 uses the first four

  static std::optional<Address> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const Address&, const Address&) = default;
};

/// An address with a prefix length; an address alone is a network of one.
struct Network {
  Address address;
  unsigned prefix = 0;

  static std::optional<Network> parse(std::string_view text);  ///< "192.168.0.0/16", "fe80::1"
  [[nodiscard]] bool contains(const Address& candidate) const;
};

/// One end of a TCP connection.
struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  [[nodiscard]] std::string to_string() const;  ///< "127.0.0.1:5033", "[::1]:5033"
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace rscp::recording
