// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "../frames/time_text.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/decode_capture.hpp>
#include <rscp/recording/read_line.hpp>
#include <rscp/recording/transcript_builder.hpp>
#include <rscp/recording/transcript_file.hpp>

namespace rscp::recording {
namespace {

constexpr double kMillisecond = 1e6;
constexpr std::array<const char*, 3> kEnded = {"", "closed", "reset"};
constexpr std::size_t kLongestLine = 16 << 20;

std::unexpected<Error> wrong(std::string message) {
  return failure(ErrorKind::InputOutput, std::move(message));
}

Result<std::int64_t> time_of(const Json& json) {
  const auto time =
      json.is_string() ? timestamp_from_string(json.get<std::string>()) : std::nullopt;
  const auto nanoseconds = time ? nanoseconds_of(*time) : std::nullopt;
  if (!nanoseconds) return wrong("\"time\" is no time such as 2026-01-01T00:00:00Z");
  return *nanoseconds;
}

using Values = std::optional<std::vector<Value>>;

Result<Values> values_of(const Json& line, const char* key, const Dictionary& dictionary) {
  const auto found = line.find(key);
  if (found == line.end() || found->is_null()) return Values();
  if (!found->is_array()) return wrong('"' + std::string(key) + "\" is no list of items");
  std::vector<Value> values;
  for (std::size_t i = 0; i < found->size(); ++i) {
    auto value = value_from_json((*found)[i], dictionary);
    if (!value) {
      return wrong('"' + std::string(key) + "\", item " + std::to_string(i + 1) + ": " +
                   value.error().to_string());
    }
    values.push_back(*std::move(value));
  }
  return values;
}

std::uint64_t number_of(const Json& line, const char* key, std::uint64_t otherwise) {
  const auto found = line.find(key);
  return found != line.end() && found->is_number_unsigned() ? found->get<std::uint64_t>()
                                                            : otherwise;
}

// A capture begins with a magic number, NDJSON with a brace.
bool is_text(std::istream& in) { return (in >> std::ws).peek() == '{'; }

// Lines of a transcript are whole exchanges; those of a journal are events, of which requests and
// answers belong together by connection and frame.
class LineReader {
 public:
  explicit LineReader(const Dictionary* dictionary)
      : dictionary_(dictionary != nullptr ? *dictionary : Dictionary::builtin()) {}

  Result<void> add(const Json& line) {
    if (line.contains("event")) return add_event(line);
    Exchange exchange;
    auto request = values_of(line, "request", dictionary_);
    if (!request) return std::unexpected(request.error());
    auto answer = values_of(line, "answer", dictionary_);
    if (!answer) return std::unexpected(answer.error());
    if (!*request && !*answer) return wrong("neither \"request\" nor \"answer\" is there");
    exchange.request = *std::move(request);
    exchange.answer = *std::move(answer);
    if (line.contains("time")) {
      const auto time = time_of(line["time"]);
      if (!time) return std::unexpected(time.error());
      exchange.time = *time;
    }
    if (line.contains("answer_time")) {
      const auto time = line["answer_time"].is_string()
                            ? timestamp_from_string(line["answer_time"].get<std::string>())
                            : std::nullopt;
      if (!time) return wrong("\"answer_time\" is no time such as 2026-01-01T00:00:00Z");
      exchange.answer_time = *time;
    }
    if (line.contains("ended")) {
      const auto& ended = line["ended"];
      if (ended != kEnded[1] && ended != kEnded[2]) {
        return wrong("\"ended\" must be \"closed\" or \"reset\"");
      }
      exchange.ended = ended == kEnded[1] ? Exchange::Ended::Closed : Exchange::Ended::Reset;
    }
    if (const auto delay = line.find("delay_ms"); delay != line.end() && delay->is_number()) {
      exchange.delay = std::llround(delay->get<double>() * kMillisecond);
    }
    exchange.connection = number_of(line, "connection", 1);
    push(std::move(exchange));
    return {};
  }

  Transcript take() { return std::move(transcript_); }

 private:
  // Faults of the simulator after which the device was gone or said nothing more.
  void add_fault(const Json& line) {
    const auto fault = line.find("fault");
    if (fault == line.end()) return;
    const bool stall = *fault == "stall";
    if (!stall && *fault != "close") return;
    const std::uint64_t connection = number_of(line, "connection", 1);
    const auto last = std::find_if(transcript_.exchanges.rbegin(), transcript_.exchanges.rend(),
                                   [&](const Exchange& e) { return e.connection == connection; });
    if (last == transcript_.exchanges.rend()) return;
    unsent_.insert(connection);
    if (!stall) last->ended = Exchange::Ended::Closed;
  }

  Result<void> add_event(const Json& line) {
    if (line["event"] == "fault") {
      add_fault(line);
      return {};
    }
    const bool request = line["event"] == "request";
    if (!request && line["event"] != "answer") return {};
    auto values = values_of(line, "values", dictionary_);
    if (!values) return std::unexpected(values.error());
    const auto time = line.contains("time") ? time_of(line["time"]) : 0;
    if (!time) return std::unexpected(time.error());
    const std::uint64_t connection = number_of(line, "connection", 1);
    if (request) {
      Exchange exchange;
      exchange.connection = connection;
      exchange.time = *time;
      exchange.request = *std::move(values);
      push(std::move(exchange));
      return {};
    }
    // The journal tells what the answer would have been.
    if (unsent_.erase(connection) != 0) return {};
    const auto open =
        std::find_if(transcript_.exchanges.rbegin(), transcript_.exchanges.rend(),
                     [&](const Exchange& e) { return e.connection == connection && !e.answer; });
    if (open == transcript_.exchanges.rend()) {
      return wrong("an answer without a request before it");
    }
    open->answer = *std::move(values);
    open->delay = *time - open->time;
    return {};
  }

  void push(Exchange exchange) {
    exchange.number = transcript_.exchanges.size() + 1;
    transcript_.exchanges.push_back(std::move(exchange));
  }

  const Dictionary& dictionary_;
  Transcript transcript_;
  std::set<std::uint64_t> unsent_;  // connections whose next answer a fault held back
};

}  // namespace

bool is_text_recording(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return in && is_text(in);
}

Result<Transcript> read_transcript(std::istream& in, const std::string& name,
                                   const TranscriptReading& options) {
  LineReader reader(options.dictionary);
  std::size_t number = 0;
  std::string line;
  const auto at_line = [&](const Error& error) {
    return std::unexpected(error.within(std::to_string(number)).within(name));
  };
  for (LineRead read; (read = read_line(in, line, kLongestLine)) != LineRead::End;) {
    ++number;
    if (read == LineRead::TooLong) return at_line(wrong("the line is longer than 16 MiB").error());
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return at_line(wrong("no JSON object").error());
    if (const auto added = reader.add(json); !added) return at_line(added.error());
  }
  if (in.bad()) return failure(ErrorKind::InputOutput, name, "cannot be read");
  Transcript transcript = reader.take();
  if (transcript.exchanges.empty()) {
    return failure(ErrorKind::InputOutput, name, "holds no exchanges");
  }
  return transcript;
}

Result<Transcript> load_transcript(const std::string& file, const KeyTable& keys,
                                   const TranscriptReading& reading) {
  if (file != "-") {
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(ErrorKind::InputOutput, file, "cannot be read");
    if (is_text(in)) {
      in.seekg(0);
      return read_transcript(in, file, reading);
    }
  }
  auto capture = CaptureFile::open(file);
  if (!capture) return std::unexpected(capture.error());
  TranscriptBuilder builder;
  DecodeOptions options;
  options.ports.insert(reading.ports.begin(), reading.ports.end());
  options.on_pairing = [&builder](std::uint64_t stream, const PairingEvent& event) {
    builder.pairing(stream, event);
  };
  options.on_end = [&builder](std::uint64_t stream, ConnectionEnd end) {
    builder.end(stream, end);
  };
  const auto seen = decode_capture(*capture, keys, std::move(options),
                                   [&builder](FrameRecord&& record) { builder.add(record); });
  if (!seen) return std::unexpected(seen.error());
  if (const auto why = why_no_frames(*seen)) return std::unexpected(why->within(file));
  Transcript transcript = builder.finish();
  for (const std::string& note : transcript.notes) {
    if (!reading.report) break;
    std::string message = file;
    message.append(", ").append(note);
    reading.report(message);
  }
  return transcript;
}

void write_transcript(std::ostream& out, const Transcript& transcript,
                      const TranscriptWriting& options) {
  const auto values_or_null = [&](const Values& values) {
    if (!values) return Json(nullptr);
    return values_to_json(*values, {options.dictionary, options.show_secrets});
  };
  for (const Exchange& exchange : transcript.exchanges) {
    Json line = {{"exchange", exchange.number},
                 {"connection", exchange.connection},
                 {"time", time_text(exchange.time)},
                 {"delay_ms", static_cast<double>(exchange.delay) / kMillisecond},
                 {"request", values_or_null(exchange.request)},
                 {"answer", values_or_null(exchange.answer)}};
    if (exchange.answer_time) line["answer_time"] = to_string(*exchange.answer_time);
    if (exchange.ended != Exchange::Ended::No) {
      line["ended"] = kEnded.at(static_cast<std::size_t>(exchange.ended));
    }
    out << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
}

Result<void> save_transcript(const std::string& file, const Transcript& transcript,
                             const TranscriptWriting& options) {
  std::error_code ignored;  // a folder that cannot be made shows in the file
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  write_transcript(out, transcript, options);
  out.close();
  if (!out) return failure(ErrorKind::InputOutput, file, "cannot be written");
  return {};
}

}  // namespace rscp::recording
