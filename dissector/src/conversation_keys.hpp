// SPDX-License-Identifier: GPL-2.0-or-later
// The passphrases of the preferences.
#pragma once

#include <vector>

#include "epan.hpp"
#include <rscp/cipher.hpp>

namespace rscp::dissector {

/// Adds the table "rscp_keys" and the default passphrase to the protocol's preferences.
void register_key_preferences(module_t* module);

/// The keys to try for a device, in order: matching entries of the table, then the default.
std::vector<Key> keys_for(const address& device, guint32 port);

/// Whether there is any passphrase at all.
bool have_keys();

}  // namespace rscp::dissector
