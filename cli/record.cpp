// SPDX-License-Identifier: MIT
// rscp record --to HOST -o FILE
#include <iostream>
#include <memory>
#include <unistd.h>

#include <asio/signal_set.hpp>

#include "command.hpp"
#include "target.hpp"
#include <rscp/replay/recorder.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string to;
  std::string file;
  std::string listen = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  std::string ready_file;
  double duration = 0;
  bool quiet = false;
};

int run(const Options& options) {
  const auto fail = [](ExitCode code, const std::string& message) {
    complain("record", message);
    return code;
  };
  const auto target = parse_host(options.to);
  if (!target) return fail(kUsage, "--to " + target.error());
  auto writer = replay::CaptureWriter::create(options.file);
  if (!writer) return fail(kInputOutput, writer.error());
  asio::io_context io(1);
  replay::RecorderOptions settings;
  settings.address = options.listen;
  settings.port = options.port;
  settings.device = target->host;
  settings.device_port = target->port;
  settings.report = [](const std::string& message) { complain("record", message); };
  replay::Recorder recorder(io, *std::move(writer), std::move(settings));
  if (const auto started = recorder.start(); !started) return fail(kInputOutput, started.error());
  if (!options.quiet) {
    complain("record", options.listen + ':' + std::to_string(recorder.port()) + " to " +
                           options.to + ", into " + options.file);
  }
  if (!options.ready_file.empty()) {
    const Json ready = {{"pid", getpid()}, {"port", recorder.port()}};
    if (const auto written = write_ready_file(options.ready_file, ready); !written) {
      return fail(kInputOutput, written.error());
    }
  }
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const asio::error_code& error, int) {
    if (!error) io.stop();
  });
  asio::steady_timer end(io);
  if (options.duration > 0) {
    end.expires_after(std::chrono::milliseconds(std::llround(options.duration * 1000)));
    end.async_wait([&](const asio::error_code& error) {
      if (!error) io.stop();
    });
  }
  io.run();
  const bool sound = recorder.stop();
  if (!options.quiet) {
    complain("record", std::to_string(recorder.connections()) + " connections, " +
                           std::to_string(recorder.bytes()) + " bytes");
  }
  return sound ? kFine : fail(kInputOutput, options.file + ": not everything could be written");
}

}  // namespace

Run add_record(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--to", options->to, "Device: host name or address, with :PORT if not 5033")
      ->required();
  app.add_option("-o,--output", options->file, "Capture to write")->required();
  app.add_option("--listen", options->listen, "Address to listen on")->capture_default_str();
  app.add_option("-p,--port", options->port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--ready-file", options->ready_file, "File that is written once it listens");
  app.add_option("--for", options->duration, "Stop after so many seconds");
  app.add_flag("-q,--quiet", options->quiet, "Print problems only");
  return [options] { return run(*options); };
}

}  // namespace rscp::cli
