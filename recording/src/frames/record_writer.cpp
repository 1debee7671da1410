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

}  // namespace

std::vector<std::string> notes_of(const FrameRecord& record, const Dictionary& dictionary) {
  std::vector<std::string> notes;
  if (record.loss) notes.push_back(record.loss->message());
  if (record.header_error) notes.push_back(record.header_error->message());
  if (record.content) {
    for (const DecodeError& error : record.content->errors) notes.push_back(error.message());
    for (auto& note : observe(record.content->frame.values, dictionary)) {
      notes.push_back(std::move(note));
    }
  }
  return notes;
}

Json to_json(const FrameRecord& record, const RecordOptions& options) {
  const Dictionary& dictionary = dictionary_of(options);
  Json json;
  json["frame"] = record.number != 0 ? Json(record.number) : Json(nullptr);
  json["time"] = time_text(record.time);
  json["stream"] = record.stream;
  json["direction"] = name_of(record.direction);
  json["src"] = record.source.to_string();
  json["dst"] = record.destination.to_string();
  json["packets"] = record.packets;
  if (record.content) {
    const Frame& frame = record.content->frame;
    json["frame_time"] = {{"seconds", frame.time.seconds}, {"nanoseconds", frame.time.nanoseconds}};
    json["crc"] = name_of(frame.crc);
    json["values"] = values_to_json(frame.values, {options.dictionary, options.show_secrets});
    if (!frame.trailing.empty()) json["trailing"] = to_hex(frame.trailing);
  } else {
    json["frame_time"] = nullptr;
    json["crc"] = nullptr;
    json["bytes"] = {{"begin", record.begin}, {"end", record.end}};
    json["values"] = nullptr;
  }
  json["notes"] = notes_of(record, dictionary);
  return json;
}

RecordWriter::RecordWriter(std::ostream& out, RecordOptions options)
    : out_(out), options_(std::move(options)) {}

void RecordWriter::write(const FrameRecord& record) {
  if (options_.select.empty()) {
    if (options_.format == RecordFormat::Text) {
      write_text(record, record.content ? record.content->frame.values : std::vector<Value>());
    } else {
      out_ << (options_.format == RecordFormat::Ndjson ? ""
               : first_                                ? "[\n"
                                                       : ",\n")
           << to_json(record, options_).dump();
      if (options_.format == RecordFormat::Ndjson) out_ << '\n';
    }
    first_ = false;
    return;
  }
  if (!record.content) return;
  FrameRecord selected = record;
  auto& values = selected.content->frame.values;
  std::vector<Value> kept;
  for (const PathQuery& query : options_.select) {
    for (const Value* value : query.select(values)) kept.push_back(*value);
  }
  if (kept.empty()) return;
  values = std::move(kept);
  selected.content->frame.trailing.clear();
  const auto queries = std::exchange(options_.select, {});
  write(selected);
  options_.select = queries;
}

void RecordWriter::write_text(const FrameRecord& record, std::span<const Value> values) {
  const Dictionary& dictionary = dictionary_of(options_);
  if (!first_) out_ << '\n';
  out_ << "# ";
  if (record.number != 0) {
    out_ << "frame " << record.number;
  } else {
    out_ << "lost";
  }
  out_ << ", " << name_of(record.direction) << ", " << time_text(record.time) << ", stream "
       << record.stream << ", " << record.source.to_string() << " -> "
       << record.destination.to_string() << ", packet" << (record.packets.size() == 1 ? "" : "s");
  for (const auto packet : record.packets) out_ << ' ' << packet;
  if (record.content && record.content->frame.crc != CrcStatus::Ok) {
    out_ << ", crc " << name_of(record.content->frame.crc);
  }
  out_ << '\n';
  for (const auto& note : notes_of(record, dictionary)) out_ << "# note: " << note << '\n';
  TextOptions text;
  text.dictionary = options_.dictionary;
  text.show_secrets = options_.show_secrets;
  const Bytes trailing = record.content ? Bytes(record.content->frame.trailing) : Bytes();
  out_ << to_text(values, trailing, text);
}

void RecordWriter::finish() {
  if (options_.format == RecordFormat::Json) out_ << (first_ ? "[]\n" : "\n]\n");
  out_.flush();
}

}  // namespace rscp::recording
