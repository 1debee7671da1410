// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include <rscp/conversation.hpp>
#include <rscp/recording/live_transcript.hpp>
#include <rscp/recording/transcript_builder.hpp>
#include <rscp/recording/transcript_file.hpp>

namespace rscp::recording {

struct LiveTranscript::State {
  // What a conversation says, for the builder.
  struct EventReader {
    void operator()(const RequestSeen& seen) { builder.request(connection, seen.message); }
    void operator()(const AnswerSeen& seen) {
      builder.answer(connection, seen.message, seen.request);
    }
    void operator()(const Paired& event) { builder.pairing(connection, event); }
    void operator()(const Unanswered& event) { builder.pairing(connection, event); }
    void operator()(const Unexpected& event) { builder.pairing(connection, event); }
    void operator()(const BytesLost& lost) { builder.lost(connection, lost.direction, lost.loss); }
    void operator()(const WrongKey& /*event*/) {}
    void operator()(const OutOfStep& /*event*/) {}
    void operator()(const Ended& /*event*/) {}
    TranscriptBuilder& builder;
    std::uint64_t connection;
  };

  void take_events(std::uint64_t connection, Conversation& conversation) {
    EventReader reader{builder, connection};
    while (auto event = conversation.next()) std::visit(reader, *event);
    write(builder.take_complete());
  }

  void end(std::uint64_t connection, Conversation& conversation) {
    conversation.end(Direction::Request);
    conversation.end(Direction::Answer);
    take_events(connection, conversation);
  }

  void write(const Transcript& part) {
    write_transcript(out, part);
    // A crash or a full disk loses nothing before it.
    if (!part.exchanges.empty()) out.flush();
    for (const std::string& note : part.notes) report(note);
  }

  KeyTable keys;
  std::ofstream out;
  std::function<void(const std::string&)> report;
  TranscriptBuilder builder;
  std::map<std::uint64_t, Conversation> conversations;
};

LiveTranscript::LiveTranscript(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveTranscript::LiveTranscript(LiveTranscript&&) noexcept = default;
LiveTranscript& LiveTranscript::operator=(LiveTranscript&&) noexcept = default;
LiveTranscript::~LiveTranscript() = default;

Result<LiveTranscript> LiveTranscript::create(const std::string& file, KeyTable keys,
                                              std::function<void(const std::string&)> report) {
  auto state = std::make_unique<State>();
  state->keys = std::move(keys);
  state->report = std::move(report);
  state->out.open(file, std::ios::binary | std::ios::trunc);
  if (!state->out) {
    return failure(ErrorKind::InputOutput, file,
                   std::string("cannot be written: ") + std::strerror(errno));
  }
  return LiveTranscript(std::move(state));
}

void LiveTranscript::open(std::uint64_t connection, const Endpoint& device) {
  state_->conversations.insert_or_assign(connection, Conversation(state_->keys.keys_for(device)));
}

void LiveTranscript::data(std::uint64_t connection, Direction direction, Bytes bytes,
                          std::int64_t time) {
  const auto found = state_->conversations.find(connection);
  if (found == state_->conversations.end()) return;
  found->second.receive(direction, bytes, time);
  state_->take_events(connection, found->second);
}

void LiveTranscript::close(std::uint64_t connection, Direction by, bool reset) {
  const auto found = state_->conversations.find(connection);
  if (found == state_->conversations.end()) return;
  state_->builder.end(connection, {by, reset});
  state_->end(connection, found->second);
  state_->conversations.erase(found);
}

bool LiveTranscript::finish() {
  for (auto& [connection, conversation] : state_->conversations) {
    state_->end(connection, conversation);
  }
  state_->conversations.clear();
  state_->write(state_->builder.finish());
  state_->out.close();
  return !state_->out.fail();
}

}  // namespace rscp::recording
