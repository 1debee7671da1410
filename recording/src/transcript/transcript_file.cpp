// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <set>
#include <utility>

#include <rscp/json.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/read_line.hpp>
#include <rscp/recording/transcript_builder.hpp>
#include <rscp/recording/transcript_file.hpp>

namespace rscp::recording {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr double kMillisecond = 1e6;
constexpr std::array<const char*, 3> kEnded = {"", "closed", "reset"};
constexpr std::size_t kLongestLine = 16 << 20;

std::string time_text(std::int64_t time) {
  const std::int64_t seconds = time >= 0 ? time / kSecond : -((kSecond - 1 - time) / kSecond);
  return to_string(Timestamp{seconds, static_cast<std::int32_t>(time - seconds * kSecond)});
}

std::expected<std::int64_t, std::string> time_of(const Json& json) {
  const auto time =
      json.is_string() ? timestamp_from_string(json.get<std::string>()) : std::nullopt;
  if (!time) return std::unexpected("\"time\" is no time such as 2026-01-01T00:00:00Z");
  return time->seconds * kSecond + time->nanoseconds;
}

Json values_json(const std::optional<std::vector<Value>>& values, bool show_secrets) {
  if (!values) return nullptr;
  JsonOptions options;
  options.show_secrets = show_secrets;
  Json list = Json::array();
  for (const Value& value : *values) list.push_back(to_json(value, options));
  return list;
}

using Values = std::optional<std::vector<Value>>;

std::expected<Values, std::string> values_of(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || found->is_null()) return Values();
  if (!found->is_array()) return std::unexpected('"' + std::string(key) + "\" is no list of items");
  std::vector<Value> values;
  for (std::size_t i = 0; i < found->size(); ++i) {
    auto value = value_from_json((*found)[i]);
    if (!value) {
      return std::unexpected('"' + std::string(key) + "\", item " + std::to_string(i + 1) + ": " +
                             value.error());
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

// Lines of a transcript are whole exchanges; those of a journal are events, of which requests and
// answers belong together by connection and frame.
class LineReader {
 public:
  std::expected<void, std::string> add(const Json& line) {
    if (line.contains("event")) return add_event(line);
    Exchange exchange;
    auto request = values_of(line, "request");
    if (!request) return std::unexpected(request.error());
    auto answer = values_of(line, "answer");
    if (!answer) return std::unexpected(answer.error());
    if (!*request && !*answer)
      return std::unexpected("neither \"request\" nor \"answer\" is there");
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
      if (!time) return std::unexpected("\"answer_time\" is no time such as 2026-01-01T00:00:00Z");
      exchange.answer_time = *time;
    }
    if (line.contains("ended")) {
      const auto& ended = line["ended"];
      if (ended != kEnded[1] && ended != kEnded[2]) {
        return std::unexpected("\"ended\" must be \"closed\" or \"reset\"");
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

  std::expected<void, std::string> add_event(const Json& line) {
    if (line["event"] == "fault") {
      add_fault(line);
      return {};
    }
    const bool request = line["event"] == "request";
    if (!request && line["event"] != "answer") return {};
    auto values = values_of(line, "values");
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
      return std::unexpected("an answer without a request before it");
    }
    open->answer = *std::move(values);
    open->delay = *time - open->time;
    return {};
  }

  void push(Exchange exchange) {
    exchange.number = transcript_.exchanges.size() + 1;
    transcript_.exchanges.push_back(std::move(exchange));
  }

  Transcript transcript_;
  std::set<std::uint64_t> unsent_;  // connections whose next answer a fault held back
};

}  // namespace

std::expected<Transcript, TranscriptError> read_transcript(std::istream& in,
                                                           const std::string& name) {
  LineReader reader;
  std::size_t number = 0;
  std::string line;
  for (LineRead read; (read = read_line(in, line, kLongestLine)) != LineRead::End;) {
    ++number;
    const std::string place = name + ':' + std::to_string(number);
    if (read == LineRead::TooLong) {
      return std::unexpected(TranscriptError{place, "the line is longer than 16 MiB"});
    }
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return std::unexpected(TranscriptError{place, "no JSON object"});
    if (auto added = reader.add(json); !added) {
      return std::unexpected(TranscriptError{place, added.error()});
    }
  }
  if (in.bad()) return std::unexpected(TranscriptError{name, "cannot be read"});
  Transcript transcript = reader.take();
  if (transcript.exchanges.empty()) {
    return std::unexpected(TranscriptError{name, "holds no exchanges"});
  }
  return transcript;
}

std::expected<Transcript, TranscriptError> load_transcript(const std::string& file,
                                                           const KeyTable& keys) {
  {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::unexpected(TranscriptError{file, "cannot be read"});
    // A capture begins with a magic number, NDJSON with a brace.
    if ((in >> std::ws).peek() == '{') {
      in.seekg(0);
      return read_transcript(in, file);
    }
  }
  auto capture = CaptureFile::open(file);
  const auto unreadable = [&file](std::string message) {
    // The message names the file already.
    if (message.starts_with(file + ": ")) message.erase(0, file.size() + 2);
    return std::unexpected(TranscriptError{file, std::move(message)});
  };
  if (!capture) return unreadable(capture.error().message);
  TranscriptBuilder builder;
  DecodeOptions options;
  options.on_end = [&builder](std::uint64_t stream, ConnectionEnd end) {
    builder.end(stream, end);
  };
  CaptureDecoder decoder(keys, std::move(options), capture->link_type(),
                         [&builder](FrameRecord&& record) { builder.add(record); });
  for (;;) {
    const auto packet = capture->next();
    if (!packet) return unreadable(packet.error().message);
    if (!*packet) break;
    decoder.add(**packet);
  }
  decoder.finish();
  Transcript transcript = builder.finish();
  if (transcript.exchanges.empty()) {
    const auto& seen = decoder.statistics();
    const bool key = seen.undecrypted != 0 || seen.suspects != 0;
    return std::unexpected(TranscriptError{
        file, key ? "no frame could be decrypted: the key is missing or wrong" : "no RSCP found",
        key});
  }
  return transcript;
}

void write_transcript(std::ostream& out, const Transcript& transcript, bool show_secrets) {
  for (const Exchange& exchange : transcript.exchanges) {
    Json line = {{"exchange", exchange.number},
                 {"connection", exchange.connection},
                 {"time", time_text(exchange.time)},
                 {"delay_ms", static_cast<double>(exchange.delay) / kMillisecond},
                 {"request", values_json(exchange.request, show_secrets)},
                 {"answer", values_json(exchange.answer, show_secrets)}};
    if (exchange.answer_time) line["answer_time"] = to_string(*exchange.answer_time);
    if (exchange.ended != Exchange::Ended::No) {
      line["ended"] = kEnded.at(static_cast<std::size_t>(exchange.ended));
    }
    out << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
}

}  // namespace rscp::recording
