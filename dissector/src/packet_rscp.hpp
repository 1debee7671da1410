// SPDX-License-Identifier: GPL-2.0-or-later
// What the files of the plugin share: the protocol, its fields, its preferences.
#pragma once

#include "epan.hpp"
#include "session.hpp"

namespace rscp::dissector {

/// Fields that are registered at start-up. Those of the tags: tag_fields.hpp.
struct Fields {
  int stream = -1, frame = -1, direction = -1, encrypted = -1, lost = -1, missing = -1;
  int segment = -1, segment_count = -1, reassembled_in = -1;
  int magic = -1, control = -1, version = -1, crc_present = -1, reserved = -1;
  int time = -1, data_length = -1, crc = -1, crc_status = -1, padding = -1, trailing = -1;
  int tag = -1, name_space = -1, type = -1, length = -1, error = -1;
  int value_none = -1, value_bool = -1, value_int = -1, value_uint = -1, value_float = -1,
      value_string = -1, value_bytes = -1, value_time = -1;
  int request_in = -1, answer_in = -1, response_time = -1;
};

struct Trees {
  int protocol = -1, frame = -1, control = -1, segments = -1, item = -1;
};

struct Experts {
  expert_field wrong_key = EI_INIT, no_key = EI_INIT, bad_crc = EI_INIT, error_answer = EI_INIT,
               login_failed = EI_INIT, wrong_type = EI_INIT, unknown_tag = EI_INIT,
               bad_length = EI_INIT, trailing = EI_INIT, lost = EI_INIT, clock = EI_INIT,
               unanswered = EI_INIT, unexpected = EI_INIT, reserved = EI_INIT, version = EI_INIT,
               too_deep = EI_INIT, bad_size = EI_INIT;
};

extern int proto_rscp;
extern Fields hf;
extern Trees ett;
extern Experts ei;

/// Whether passwords may be shown.
extern BoolPreference show_secrets;

void proto_register_rscp();
void proto_reg_handoff_rscp();

/// What the taps "rscp" get for each frame.
struct TapRecord {
  const SessionFrame* frame;
  nstime_t request_time;  ///< of an answer's request; meaningful if frame->partner
};
extern int rscp_tap;

}  // namespace rscp::dissector
