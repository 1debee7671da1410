// SPDX-License-Identifier: MIT
// rscp decode CAPTURE
#include <iostream>
#include <memory>
#include <unistd.h>

#include "command.hpp"
#include <rscp/recording/decode_capture.hpp>
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

Result<int> write_transcript(const Options& options, const recording::KeyTable& keys,
                             const Dictionary& dictionary, const Say& say) {
  if (!options.select.empty()) {
    return failure(ErrorKind::Invalid, "--select",
                   "a transcript holds whole exchanges, as replay and diff take them; use --format "
                   "text, json or ndjson");
  }
  const auto transcript =
      recording::load_transcript(options.file, keys, {options.ports, &dictionary, say});
  if (!transcript) return std::unexpected(transcript.error());
  recording::write_transcript(std::cout, *transcript, {&dictionary, options.show_secrets});
  if (const auto written = flush_output(); !written) return std::unexpected(written.error());
  return kFine;
}

Result<recording::RecordOptions> record_options(const Options& options,
                                                const Dictionary& dictionary) {
  recording::RecordOptions output;
  output.format = kFormats.at(options.format);
  output.dictionary = &dictionary;
  output.show_secrets = options.show_secrets;
  for (const std::string& text : options.select) {
    auto query = PathQuery::parse(text, dictionary);
    if (!query) return failure(ErrorKind::Invalid, "--select " + text, query.error().to_string());
    output.select.push_back(*std::move(query));
  }
  return output;
}

// What could not be decoded is told beside the output as well.
void tell_notes(const std::string& file, const recording::FrameRecord& record,
                const Dictionary& dictionary, const Say& say) {
  std::string place = file;
  if (!record.packets.empty()) place += ", packet " + std::to_string(record.packets.front());
  place += ", stream " + std::to_string(record.stream) + ", ";
  place += name_of(record.direction);
  for (const std::string& note : recording::notes_of(record, dictionary)) {
    std::string message = place;
    message.append(": ").append(note);
    say(message);
  }
}

Result<int> run(const Options& options, const Say& say) {
  auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  const auto dictionary = options.tags.dictionary();
  if (!dictionary) return std::unexpected(dictionary.error());
  if (options.format == "transcript") return write_transcript(options, *keys, *dictionary, say);
  auto output = record_options(options, *dictionary);
  if (!output) return std::unexpected(output.error());
  auto capture = recording::CaptureFile::open(options.file);
  if (!capture) return std::unexpected(capture.error());

  recording::RecordWriter writer(std::cout, *std::move(output));
  recording::DecodeOptions decode;
  decode.ports.insert(options.ports.begin(), options.ports.end());
  const auto report = [&](recording::FrameRecord&& record) {
    if (record.loss() != nullptr) tell_notes(options.file, record, *dictionary, say);
    writer.write(record);
  };
  const Progress progress;
  const auto seen = recording::decode_capture(*capture, *std::move(keys), std::move(decode), report,
                                              [&progress](std::uint64_t packets) {
                                                progress.at(packets);
                                                return static_cast<bool>(std::cout);
                                              });
  writer.finish();
  if (const auto written = flush_output(); !written) return std::unexpected(written.error());
  if (!seen) return std::unexpected(seen.error());
  if (const auto problem = recording::verdict(*seen, {kGiveKey, "; see --port"})) {
    return std::unexpected(problem->within(options.file));
  }
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
                 "Only the values that a path matches, e.g. 'PVI_DATA(PVI_INDEX==0)/PVI_DC_POWER'. "
                 "Not for a transcript: that holds whole exchanges")
      ->allow_extra_args(false);
  app.add_option("-p,--port", options->ports,
                 "A further TCP port that is RSCP; 5033 and 5034 are, and any port a key fits")
      ->allow_extra_args(false);
  app.add_flag("--show-secrets", options->show_secrets, "Print passwords instead of ********");
  options->keys.add_to(app);
  options->tags.add_to(app);
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
