// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstring>
#include <fstream>

#include <rscp/recording/live_transcript.hpp>
#include <rscp/recording/transcript_builder.hpp>
#include <rscp/recording/transcript_file.hpp>

namespace rscp::recording {

struct LiveTranscript::State {
  State(KeyTable keys, DecodeOptions options, int link_type)
      : decoder(std::move(keys), std::move(options), link_type,
                [this](FrameRecord&& record) { builder.add(record); }) {}

  void write(const Transcript& part) {
    write_transcript(out, part);
    // A crash or a full disk loses nothing before it.
    if (!part.exchanges.empty()) out.flush();
    for (const std::string& note : part.notes) report(note);
  }

  std::ofstream out;
  std::function<void(const std::string&)> report;
  TranscriptBuilder builder;
  CaptureDecoder decoder;
};

LiveTranscript::LiveTranscript(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveTranscript::LiveTranscript(LiveTranscript&&) noexcept = default;
LiveTranscript& LiveTranscript::operator=(LiveTranscript&&) noexcept = default;
LiveTranscript::~LiveTranscript() = default;

Result<LiveTranscript> LiveTranscript::create(const std::string& file, KeyTable keys,
                                              std::uint16_t port, int link_type,
                                              std::function<void(const std::string&)> report) {
  DecodeOptions options;
  options.ports.insert(port);
  auto state = std::make_unique<State>(std::move(keys), std::move(options), link_type);
  state->report = std::move(report);
  state->out.open(file, std::ios::binary | std::ios::trunc);
  if (!state->out) {
    return failure(ErrorKind::InputOutput, file,
                   std::string("cannot be written: ") + std::strerror(errno));
  }
  return LiveTranscript(std::move(state));
}

void LiveTranscript::add(const Packet& packet) {
  state_->decoder.add(packet);
  state_->write(state_->builder.take_complete());
}

bool LiveTranscript::finish() {
  state_->decoder.finish();
  state_->write(state_->builder.finish());
  state_->out.close();
  return !state_->out.fail();
}

}  // namespace rscp::recording
