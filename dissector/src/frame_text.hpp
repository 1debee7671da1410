// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as text. Pure C++: nothing of epan is called, so destructors run.
#pragma once

#include <string>

#include <rscp/conversation.hpp>

namespace rscp::dissector {

/// For the Info column: "Request EMS: POWER_PV, POWER_BAT", "Answer BAT_DATA[0]: RSOC=62.5 %, ...".
std::string info_text(Direction direction, const ItemReader& items, bool show_secrets);

/// All values, for Follow Stream.
std::string frame_text(const Message& message, bool show_secrets);

/// One value as it stands behind the tag's name: "4687 W", "NOT_AVAILABLE", "3 (A|B)".
std::string value_text(const ItemView& item, bool show_secrets);

/// The plaintext with passwords overwritten by asterisks, unless they may be shown. Sizes stay.
ByteBuffer shown_plaintext(const Message& message, bool show_secrets);

}  // namespace rscp::dissector
