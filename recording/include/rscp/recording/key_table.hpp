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
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/recording/address.hpp>

namespace rscp::recording {

struct KeyEntry {
  std::optional<Network> network;     ///< of the device; nothing: any
  std::optional<std::uint16_t> port;  ///< of the device; nothing: any
  Key key;
};

struct KeyFileError {
  std::size_t line = 0;  ///< 0: the file as a whole
  std::string message;
};

class KeyTable {
 public:
  void add(KeyEntry entry) { entries_.push_back(std::move(entry)); }
  /// Adds what the text lists. Adds nothing on error; the message never contains a passphrase.
  std::expected<void, KeyFileError> load_text(std::string_view text);
  std::expected<void, KeyFileError> load_file(const std::string& path);

  /// The keys to try for a device, in the order of the table.
  [[nodiscard]] std::vector<Key> keys_for(const Endpoint& device) const;
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  std::vector<KeyEntry> entries_;
};

}  // namespace rscp::recording
