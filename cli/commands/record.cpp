// SPDX-License-Identifier: MIT
// rscp record --to HOST -o FILE
#include <filesystem>
#include <memory>
#include <unistd.h>

#include "command.hpp"
#include "serving.hpp"
#include "target.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/live_transcript.hpp>
#include <rscp/recording/recorder.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string to;
  std::string file;
  std::string transcript;
  std::uint64_t rotate_size = 0;
  double rotate_time = 0;
  std::string listen = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  std::string ready_file;
  double duration = 0;
  bool quiet = false;
  KeyOptions keys;

  [[nodiscard]] bool rotates() const { return rotate_size != 0 || rotate_time > 0; }
};

// session.pcap as session-00001.pcap, session-00002.pcap and so on.
std::string numbered(const std::string& file, unsigned number) {
  const std::filesystem::path path(file);
  std::string digits = std::to_string(number);
  constexpr std::size_t kDigits = 5;
  digits.insert(0, kDigits - std::min(digits.size(), kDigits), '0');
  const std::string name = path.stem().string() + '-' + digits + path.extension().string();
  return (path.parent_path() / name).string();
}

// The transcript beside the capture, if one is wanted.
Result<std::optional<recording::LiveTranscript>> open_transcript(const Options& options,
                                                                 const Say& say) {
  if (options.transcript.empty()) return std::nullopt;
  auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  if (keys->empty()) {
    return failure(ErrorKind::MissingKey,
                   std::string("--transcript needs the key of the device") + kGiveKey);
  }
  auto live = recording::LiveTranscript::create(options.transcript, *std::move(keys), say);
  if (!live) return std::unexpected(live.error());
  return std::optional(*std::move(live));
}

Result<int> run(const Options& options, const Say& say) {
  const auto target = parse_host(options.to, "--to ");
  if (!target) return std::unexpected(target.error());
  unsigned files = 1;
  auto writer = recording::CaptureWriter::create(options.rotates() ? numbered(options.file, files)
                                                                   : options.file);
  if (!writer) return std::unexpected(writer.error());
  auto transcript = open_transcript(options, say);
  if (!transcript) return std::unexpected(transcript.error());
  asio::io_context io(1);
  recording::RecorderOptions settings;
  settings.address = options.listen;
  settings.port = options.port;
  settings.device = target->host;
  settings.device_port = target->port;
  settings.rotate_bytes = options.rotate_size;
  settings.rotate_time = milliseconds(options.rotate_time);
  settings.next_file = [&] { return numbered(options.file, ++files); };
  settings.report = say;
  if (*transcript) settings.transcript = &**transcript;
  recording::Recorder recorder(io, *std::move(writer), std::move(settings));
  if (const auto started = recorder.start(); !started) return std::unexpected(started.error());
  warn_if_reachable(say, options.listen);
  if (!options.quiet) {
    say(options.listen + ':' + std::to_string(recorder.port()) + " to " + options.to + ", into " +
        options.file);
  }
  const Json ready = {{"pid", getpid()}, {"port", recorder.port()}};
  if (const auto written = write_ready_file(options.ready_file, ready); !written) {
    return std::unexpected(written.error());
  }
  run_until_stopped(io, options.duration);
  const bool sound = recorder.stop();
  const bool written = !*transcript || (*transcript)->finish();
  if (!options.quiet) {
    say(std::to_string(recorder.connections()) + " connections, " +
        std::to_string(recorder.bytes()) + " bytes");
  }
  const auto incomplete = [](const std::string& file) {
    return failure(ErrorKind::InputOutput, file, "not everything could be written");
  };
  if (!written) return incomplete(options.transcript);
  if (!sound) return incomplete(options.file);
  return kFine;
}

}  // namespace

Run add_record(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--to", options->to, "Device: host name or address, with :PORT if not 5033")
      ->required();
  app.add_option("-o,--output", options->file, "Capture to write")->required();
  app.add_option("--transcript", options->transcript,
                 "Also write the decrypted exchanges here, as NDJSON; needs the key");
  app.add_option("--rotate-size", options->rotate_size,
                 "Begin a new file, numbered, after so many bytes: 500KB, 10MB")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("--rotate-time", options->rotate_time,
                 "Begin a new file, numbered, after so many seconds")
      ->check(CLI::NonNegativeNumber);
  options->keys.add_to(app);
  app.add_option("--listen", options->listen, "Address to listen on")->capture_default_str();
  app.add_option("-p,--port", options->port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--ready-file", options->ready_file, "File that is written once it listens");
  app.add_option("--for", options->duration, "Stop after so many seconds");
  app.add_flag("-q,--quiet", options->quiet, "Print problems only");
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
