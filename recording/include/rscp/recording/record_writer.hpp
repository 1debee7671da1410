// SPDX-License-Identifier: MIT
// Frames as text and JSON.
#pragma once

#include <ostream>

#include <rscp/json_fwd.hpp>
#include <rscp/path.hpp>
#include <rscp/recording/capture_decoder.hpp>

namespace rscp::recording {

enum class RecordFormat : std::uint8_t {
  Text,    ///< a comment line, then the values in the text form
  Json,    ///< one array
  Ndjson,  ///< one object a line
};

struct RecordOptions {
  RecordFormat format = RecordFormat::Text;
  const Dictionary* dictionary = nullptr;  ///< null: the built-in one
  bool show_secrets = false;
  std::vector<PathQuery> select;  ///< only the values these match; frames without one are left out
};

/// The notes on a record: faults in the frame, what `observe` saw, what was lost and why.
std::vector<std::string> notes_of(const FrameRecord& record, const Dictionary& dictionary);

Json to_json(const FrameRecord& record, const RecordOptions& options);

class RecordWriter {
 public:
  RecordWriter(std::ostream& out, RecordOptions options);
  void write(const FrameRecord& record);
  void finish();

 private:
  bool select(Frame& frame) const;
  void write_json(const Json& json);
  void write_heading(const FrameRecord& record, std::string_view what, CrcStatus crc);

  std::ostream& out_;
  RecordOptions options_;
  bool first_ = true;
};

}  // namespace rscp::recording
