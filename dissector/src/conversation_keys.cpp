// SPDX-License-Identifier: GPL-2.0-or-later
#include "conversation_keys.hpp"

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include <wsutil/inet_addr.h>

namespace rscp::dissector {
namespace {

struct KeyRecord {
  char* address;  // IPv4 or IPv6, alone or with /prefix; empty: any
  guint port;     // 0: any
  char* passphrase;
};

KeyRecord* records = nullptr;
guint record_count = 0;
const char* default_passphrase = "";

UAT_CSTRING_CB_DEF(records, address, KeyRecord)
UAT_DEC_CB_DEF(records, port, KeyRecord)
UAT_CSTRING_CB_DEF(records, passphrase, KeyRecord)

struct Network {
  bool v6 = false;
  guint8 bytes[16] = {};
  unsigned prefix = 0;
};

bool parse_network(std::string_view text, Network& network) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  ws_in4_addr v4;
  ws_in6_addr v6;
  if (ws_inet_pton4(host.c_str(), &v4)) {
    std::memcpy(network.bytes, &v4, 4);
    network.prefix = 32;
  } else if (ws_inet_pton6(host.c_str(), &v6)) {
    std::memcpy(network.bytes, &v6, 16);
    network.v6 = true;
    network.prefix = 128;
  } else {
    return false;
  }
  if (slash == std::string_view::npos) return true;
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (status != std::errc() || end != digits.data() + digits.size() || prefix > network.prefix) {
    return false;
  }
  network.prefix = prefix;
  return true;
}

bool contains(const Network& network, const address& device) {
  if (device.type != (network.v6 ? AT_IPv6 : AT_IPv4)) return false;
  const auto* bytes = static_cast<const guint8*>(device.data);
  for (unsigned bit = 0; bit < network.prefix; ++bit) {
    if (((bytes[bit / 8] ^ network.bytes[bit / 8]) & (0x80U >> (bit % 8))) != 0) return false;
  }
  return true;
}

bool is_any(const char* text) {
  return text == nullptr || *text == '\0' || std::strcmp(text, "*") == 0;
}

void* copy_record(void* to, const void* from, std::size_t /*size*/) {
  auto* target = static_cast<KeyRecord*>(to);
  const auto* source = static_cast<const KeyRecord*>(from);
  target->address = g_strdup(source->address);
  target->port = source->port;
  target->passphrase = g_strdup(source->passphrase);
  return to;
}

void free_record(void* record) {
  auto* entry = static_cast<KeyRecord*>(record);
  g_free(entry->address);
  g_free(entry->passphrase);
}

UatCheckResult check_record(void* record, char** error) {
  const auto* entry = static_cast<const KeyRecord*>(record);
  Network network;
  if (!is_any(entry->address) && !parse_network(entry->address, network)) {
    *error = g_strdup_printf("\"%s\" is no IP address or network", entry->address);
  } else if (entry->port > 65535) {
    *error = g_strdup_printf("%u is no port (0 to 65535; 0: any)", entry->port);
  } else if (entry->passphrase == nullptr || *entry->passphrase == '\0') {
    *error = g_strdup("The passphrase is empty");
  } else if (std::strlen(entry->passphrase) > kKeySize) {
    *error = g_strdup("The passphrase is longer than 32 bytes");
  } else {
    *error = nullptr;
    return TRUE;
  }
  return FALSE;
}

}  // namespace

void register_key_preferences(module_t* module) {
  prefs_register_string_preference(module, "passphrase", "Default passphrase",
                                   "The RSCP passphrase set in the device's menu, for all devices "
                                   "without an entry in the table. "
                                   "Changing it dissects the capture anew.",
                                   &default_passphrase);
  static uat_field_t fields[] = {
      UAT_FLD_CSTRING(records, address, "Address or network",
                      "IPv4 or IPv6 address of the device, or a network such as 192.168.1.0/24. "
                      "Empty: any"),
      UAT_FLD_DEC(records, port, "Port", "TCP port of the device. 0: any"),
      UAT_FLD_CSTRING(records, passphrase, "Passphrase",
                      "The RSCP passphrase set in the device's menu, 32 bytes at most"),
      UAT_END_FIELDS};
  uat_t* table = uat_new("RSCP passphrases", sizeof(KeyRecord), "rscp_keys", TRUE,
                         reinterpret_cast<void**>(&records), &record_count, UAT_AFFECTS_DISSECTION,
                         nullptr, copy_record, check_record, free_record, nullptr, nullptr, fields);
  prefs_register_uat_preference(module, "keys", "Passphrases by device",
                                "Passphrases by address and port; those that match are tried in "
                                "order for each connection, then the default.",
                                table);
}

std::vector<Key> keys_for(const address& device, guint32 port) {
  std::vector<Key> keys;
  const auto add = [&](const char* passphrase) {
    if (auto key = Key::from_passphrase(passphrase)) keys.push_back(*std::move(key));
  };
  for (guint i = 0; i < record_count; ++i) {
    const KeyRecord& record = records[i];
    if (record.port != 0 && record.port != port) continue;
    Network network;
    if (!is_any(record.address) &&
        (!parse_network(record.address, network) || !contains(network, device))) {
      continue;
    }
    if (record.passphrase != nullptr) add(record.passphrase);
  }
  if (default_passphrase != nullptr) add(default_passphrase);
  return keys;
}

bool have_keys() {
  return record_count != 0 || (default_passphrase != nullptr && *default_passphrase != '\0');
}

}  // namespace rscp::dissector
