// SPDX-License-Identifier: MIT
#include "time_text.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/observations.hpp>
#include <rscp/recording/record_writer.hpp>
#include <rscp/text.hpp>

namespace rscp::recording {
namespace {

const Dictionary& dictionary_of(const RecordOptions& options) {
  return options.dictionary != nullptr ? *options.dictionary : Dictionary::builtin();
}

// Faults in a frame, and what `observe` saw.
std::vector<std::string> notes_of(const Frame::WithErrors& read, const Dictionary& dictionary) {
  std::vector<std::string> notes;
  notes.reserve(read.errors.size());
  for (const DecodeError& error : read.errors) notes.push_back(error.message());
  for (auto& note : observe(read.frame.values, dictionary)) notes.push_back(std::move(note));
  return notes;
}

Json heading_json(const FrameRecord& record) {
  Json json;
  json["time"] = time_text(record.time);
  json["stream"] = record.stream;
  json["direction"] = name_of(record.direction);
  json["src"] = record.source.to_string();
  json["dst"] = record.destination.to_string();
  json["packets"] = record.packets;
  return json;
}

Json frame_json(const FrameRecord& record, const RecordedFrame& recorded,
                const Frame::WithErrors& read, const RecordOptions& options) {
  Json json = {{"frame", recorded.number}};
  json.update(heading_json(record));
  const Frame& frame = read.frame;
  json["frame_time"] = {{"seconds", frame.time.seconds}, {"nanoseconds", frame.time.nanoseconds}};
  json["crc"] = name_of(frame.crc);
  json["values"] = values_to_json(frame.values, {options.dictionary, options.show_secrets});
  if (!frame.trailing.empty()) json["trailing"] = to_hex(frame.trailing);
  json["notes"] = notes_of(read, dictionary_of(options));
  return json;
}

Json loss_json(const FrameRecord& record, const StreamLoss& loss) {
  Json json = {{"frame", nullptr}};
  json.update(heading_json(record));
  json["frame_time"] = nullptr;
  json["crc"] = nullptr;
  json["bytes"] = {{"begin", record.begin}, {"end", record.end}};
  json["values"] = nullptr;
  json["notes"] = {loss.message()};
  return json;
}

}  // namespace

std::vector<std::string> notes_of(const FrameRecord& record, const Dictionary& dictionary) {
  if (const auto* loss = record.loss()) return {loss->message()};
  return notes_of(record.frame()->read(), dictionary);
}

Json to_json(const FrameRecord& record, const RecordOptions& options) {
  const auto* frame = record.frame();
  return frame != nullptr ? frame_json(record, *frame, frame->read(), options)
                          : loss_json(record, *record.loss());
}

RecordWriter::RecordWriter(std::ostream& out, RecordOptions options)
    : out_(out), options_(std::move(options)) {}

void RecordWriter::write(const FrameRecord& record) {
  const auto* frame = record.frame();
  if (frame == nullptr) {
    if (!options_.select.empty()) return;
    if (options_.format == RecordFormat::Text) {
      write_heading(record, "lost", CrcStatus::Ok);
      out_ << "# note: " << record.loss()->message() << '\n';
    } else {
      write_json(loss_json(record, *record.loss()));
    }
    return;
  }
  Frame::WithErrors read = frame->read();
  if (!options_.select.empty() && !select(read.frame)) return;
  if (options_.format != RecordFormat::Text) {
    write_json(frame_json(record, *frame, read, options_));
    return;
  }
  write_heading(record, "frame " + std::to_string(frame->number), read.frame.crc);
  for (const auto& note : notes_of(read, dictionary_of(options_))) {
    out_ << "# note: " << note << '\n';
  }
  TextOptions text;
  text.dictionary = options_.dictionary;
  text.show_secrets = options_.show_secrets;
  out_ << to_text(read.frame.values, read.frame.trailing, text);
}

// Leaves only what the queries match; false if that is nothing.
bool RecordWriter::select(Frame& frame) const {
  std::vector<Value> kept;
  for (const PathQuery& query : options_.select) {
    for (const Value* value : query.select(frame.values)) kept.push_back(*value);
  }
  frame.values = std::move(kept);
  frame.trailing.clear();
  return !frame.values.empty();
}

void RecordWriter::write_json(const Json& json) {
  if (options_.format == RecordFormat::Ndjson) {
    out_ << json.dump() << '\n';
  } else {
    out_ << (first_ ? "[\n" : ",\n") << json.dump();
  }
  first_ = false;
}

void RecordWriter::write_heading(const FrameRecord& record, std::string_view what, CrcStatus crc) {
  if (!first_) out_ << '\n';
  first_ = false;
  out_ << "# " << what << ", " << name_of(record.direction) << ", " << time_text(record.time)
       << ", stream " << record.stream << ", " << record.source.to_string() << " -> "
       << record.destination.to_string() << ", packet" << (record.packets.size() == 1 ? "" : "s");
  for (const auto packet : record.packets) out_ << ' ' << packet;
  if (crc != CrcStatus::Ok) out_ << ", crc " << name_of(crc);
  out_ << '\n';
}

void RecordWriter::finish() {
  if (options_.format == RecordFormat::Json) out_ << (first_ ? "[]\n" : "\n]\n");
  out_.flush();
}

}  // namespace rscp::recording
