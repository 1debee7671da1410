// SPDX-License-Identifier: MIT
// rscp decode CAPTURE
#include <iostream>
#include <memory>
#include <unistd.h>

#include "command.hpp"
#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/record_writer.hpp>
#include <rscp/recording/transcript_file.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string file;
  std::string format = "text";
  std::vector<std::string> select;
  std::vector<std::uint16_t> ports;
  bool show_secrets = false;
  KeyOptions keys;
  DictionaryOptions tags;
};

const std::map<std::string, recording::RecordFormat> kFormats = {
    {"text", recording::RecordFormat::Text},
    {"json", recording::RecordFormat::Json},
    {"ndjson", recording::RecordFormat::Ndjson}};

// What stands between the capture and frames, as a sentence; nothing if all is well.
std::optional<Failure> verdict(const std::string& file,
                               const recording::CaptureDecoder::Statistics& statistics) {
  const auto count = [](std::uint64_t n, const std::string& what) {
    return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
  };
  if (statistics.packets == 0) return Failure{kInputOutput, file + ": the capture has no packets"};
  if (statistics.connections == 0 && statistics.suspects != 0) {
    return Failure{kKey, file + ": no key fits any connection; " +
                             count(statistics.suspects, "connection") +
                             " may be RSCP, with whole 32-byte blocks both ways"};
  }
  if (statistics.connections == 0) {
    std::string message = file + ": no RSCP found: " + count(statistics.packets, "packet") + ", " +
                          count(statistics.tcp_segments, "TCP segment") +
                          ", none on ports 5033 and 5034 or with a key that fits; see --port";
    if (statistics.malformed_packets != 0) {
      message += "; " + count(statistics.malformed_packets, "packet") + " malformed or cut short";
    }
    return Failure{kInputOutput, message};
  }
  if (statistics.without_key != 0) {
    return Failure{kKey, file + ": no key for " + count(statistics.without_key, "RSCP connection") +
                             "; give --key, --key-file or RSCP_KEY"};
  }
  if (statistics.undecrypted != 0) {
    return Failure{kKey, file + ": " + count(statistics.undecrypted, "connection") + " of " +
                             std::to_string(statistics.connections) +
                             " decrypt to no RSCP frame: wrong key?"};
  }
  return std::nullopt;
}

// Counts packets on the terminal while the output goes elsewhere.
class Progress {
 public:
  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (wanted_) std::cerr << "\r\033[K" << std::flush;
  }
  void at(std::uint64_t packets) const {
    constexpr std::uint64_t kStep = 50'000;
    if (wanted_ && packets % kStep == 0) std::cerr << '\r' << packets << " packets" << std::flush;
  }

 private:
  bool wanted_ = isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) == 0;
};

int run(const Options& options) {
  const auto fail = [](const Failure& failure) {
    complain("decode", failure.message);
    return failure.code;
  };
  auto keys = options.keys.table("decode");
  if (!keys) return fail(keys.error());
  const auto dictionary = options.tags.dictionary();
  if (!dictionary) return fail(dictionary.error());
  if (options.format == "transcript") {
    const auto transcript = recording::load_transcript(options.file, *keys);
    if (!transcript) {
      const auto& error = transcript.error();
      return fail({error.key ? kKey : kInputOutput, error.place + ": " + error.message});
    }
    for (const std::string& note : transcript->notes)
      complain("decode", options.file + ", " + note);
    recording::write_transcript(std::cout, *transcript, options.show_secrets);
    std::cout.flush();
    return std::cout ? kFine : fail({kInputOutput, "cannot write the output"});
  }
  recording::RecordOptions output;
  output.format = kFormats.at(options.format);
  output.dictionary = &*dictionary;
  output.show_secrets = options.show_secrets;
  for (const std::string& text : options.select) {
    auto query = PathQuery::parse(text, *dictionary);
    if (!query) return fail({kUsage, "--select " + text + ": " + query.error().to_string()});
    output.select.push_back(*std::move(query));
  }
  auto capture = recording::CaptureFile::open(options.file);
  if (!capture) return fail({kInputOutput, capture.error().message});

  recording::RecordWriter writer(std::cout, output);
  recording::DecodeOptions decode;
  decode.ports.insert(options.ports.begin(), options.ports.end());
  const auto report = [&](recording::FrameRecord&& record) {
    if (record.loss || record.header_error) {
      std::string place = options.file;
      if (!record.packets.empty()) place += ", packet " + std::to_string(record.packets.front());
      place += ", stream " + std::to_string(record.stream) + ", ";
      place += name_of(record.direction);
      for (const std::string& note : recording::notes_of(record, *dictionary)) {
        std::string message = place;
        message.append(": ").append(note);
        complain("decode", message);
      }
    }
    writer.write(record);
  };
  recording::CaptureDecoder decoder(*std::move(keys), decode, capture->link_type(), report);
  std::optional<Failure> failure;
  const Progress progress;
  while (std::cout) {
    const auto packet = capture->next();
    if (!packet) {
      failure = Failure{kInputOutput, packet.error().message};
      break;
    }
    if (!*packet) break;
    decoder.add(**packet);
    progress.at((*packet)->number);
  }
  decoder.finish();
  writer.finish();
  if (!std::cout) return fail({kInputOutput, "cannot write the output"});
  if (failure) return fail(*failure);
  if (const auto problem = verdict(options.file, decoder.statistics())) return fail(*problem);
  return kFine;
}

}  // namespace

Run add_decode(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("CAPTURE", options->file, "pcap or pcapng file; - for standard input")->required();
  app.add_option("-f,--format", options->format,
                 "text, json, ndjson (a line a frame) or transcript (a line an exchange)")
      ->check(CLI::IsMember({"text", "json", "ndjson", "transcript"}))
      ->capture_default_str();
  app.add_option("-s,--select", options->select,
                 "Only the values that a path matches, e.g. 'PVI_DATA(PVI_INDEX==0)/PVI_DC_POWER'")
      ->allow_extra_args(false);
  app.add_option("-p,--port", options->ports,
                 "A further TCP port that is RSCP; 5033 and 5034 are, and any port a key fits")
      ->allow_extra_args(false);
  app.add_flag("--show-secrets", options->show_secrets, "Print passwords instead of ********");
  options->keys.add_to(app);
  options->tags.add_to(app);
  return [options] { return run(*options); };
}

}  // namespace rscp::cli
