// SPDX-License-Identifier: MIT
#include <charconv>

#include <arpa/inet.h>

#include <rscp/recording/address.hpp>

namespace rscp::recording {

std::optional<Address> Address::parse(std::string_view text) {
  const std::string copy(text);  // inet_pton wants a terminating zero
  Address address;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) return address;
  address.v6 = true;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
  return text;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, address->v6 ? 128U : 32U};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (status != std::errc() || end != digits.data() + digits.size() || prefix > network.prefix) {
      return std::nullopt;
    }
    network.prefix = prefix;
  }
  return network;
}

bool Network::contains(const Address& candidate) const {
  if (candidate.v6 != address.v6) return false;
  for (unsigned bit = 0; bit < prefix; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if (((candidate.bytes[bit / 8] ^ address.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

std::string Endpoint::to_string() const {
  const std::string host = address.to_string();
  return (address.v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

}  // namespace rscp::recording
