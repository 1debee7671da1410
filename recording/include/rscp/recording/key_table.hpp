// SPDX-License-Identifier: MIT
// Which passphrase belongs to which device. The file is Wireshark's own table rscp_keys, so one
// file serves the plugin and the command:
//
//     # address or network, port (0: any), passphrase
//     "192.168.1.10","5033","my passphrase"
//     "10.0.0.0/8","0","with \x22quotes\x22"
//     "","0","any device"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/address.hpp>

namespace rscp::recording {

struct KeyEntry {
  std::optional<Network> network;     ///< of the device; nothing: any
  std::optional<std::uint16_t> port;  ///< of the device; nothing: any
  Key key;
};

class KeyTable {
 public:
  void add(KeyEntry entry) { entries_.push_back(std::move(entry)); }
  /// Adds what the text lists. Adds nothing on error; its place is the line, its message never
  /// contains a passphrase.
  Result<void> load_text(std::string_view text);
  /// The same from a file, which is in the error's place. InputOutput if it cannot be read.
  Result<void> load_file(const std::string& path);

  /// The keys to try for a device, in the order of the table.
  [[nodiscard]] std::vector<Key> keys_for(const Endpoint& device) const;
  /// The same for a host as a person names it. A name, whose address nobody knows yet, has the
  /// keys that are for any address.
  [[nodiscard]] std::vector<Key> keys_for(const std::string& host, std::uint16_t port) const;
  /// The first that is for any device: the key of whoever has but one.
  [[nodiscard]] std::optional<Key> common_key() const;
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  [[nodiscard]] std::vector<Key> fitting(const std::optional<Address>& address,
                                         std::uint16_t port) const;
  std::vector<KeyEntry> entries_;
};

}  // namespace rscp::recording
