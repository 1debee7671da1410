// SPDX-License-Identifier: MIT
#include <optional>
#include <utility>

#include <rscp/recording/transcript_builder.hpp>

namespace rscp::recording {
namespace {

void give_answer(Exchange& exchange, std::vector<Value> values, const Timestamp& frame_time) {
  exchange.answer = std::move(values);
  exchange.answer_time = frame_time;
}

}  // namespace

TranscriptBuilder::Stream& TranscriptBuilder::stream_of(std::uint64_t stream) {
  Stream& found = streams_[stream];
  if (found.connection == 0) found.connection = streams_.size();
  return found;
}

TranscriptBuilder::Draft& TranscriptBuilder::begin(Stream& stream, std::int64_t time) {
  stream.last = ++count_;
  stream.undecided.push_back(count_);
  Draft& draft = drafts_[count_];
  draft.exchange.number = count_;
  draft.exchange.connection = stream.connection;
  draft.exchange.time = time;
  return draft;
}

void TranscriptBuilder::request(std::uint64_t stream, const Message& message) {
  Stream& talk = stream_of(stream);
  Exchange& exchange = begin(talk, message.time).exchange;
  exchange.request = Frame::from(message.frame).frame.values;
  talk.asked[message.number] = exchange.number;
}

void TranscriptBuilder::answer(std::uint64_t stream, const Message& message,
                               std::optional<std::uint64_t> request) {
  Stream& talk = stream_of(stream);
  const auto asked = request ? talk.asked.find(*request) : talk.asked.end();
  Draft& draft = asked != talk.asked.end() ? drafts_.at(asked->second) : begin(talk, message.time);
  Frame frame = Frame::from(message.frame).frame;
  give_answer(draft.exchange, std::move(frame.values), frame.time);
  draft.exchange.delay = message.time - draft.exchange.time;
  draft.answered_at = message.time;
  draft.decided = true;
  talk.answered[message.number] = draft.exchange.number;
}

// The answer turned out to be another request's, or that of a request which is not there.
void TranscriptBuilder::move_answer(Stream& stream, const Paired& paired) {
  const auto answered = stream.answered.find(paired.answer);
  if (answered == stream.answered.end()) return;
  Draft& from = drafts_.at(answered->second);
  const auto asked = paired.request ? stream.asked.find(*paired.request) : stream.asked.end();
  if (asked != stream.asked.end() && asked->second == answered->second) return;
  Draft& to =
      asked != stream.asked.end() ? drafts_.at(asked->second) : begin(stream, from.answered_at);
  to.exchange.answer = std::exchange(from.exchange.answer, std::nullopt);
  to.exchange.answer_time = std::exchange(from.exchange.answer_time, std::nullopt);
  to.answered_at = from.answered_at;
  to.exchange.delay = to.answered_at - to.exchange.time;
  to.decided = true;
  from.exchange.delay = 0;
  from.decided = false;
  answered->second = to.exchange.number;
  // Begun for the answer alone: nothing is left of it.
  if (!from.exchange.request) {
    std::erase(stream.undecided, from.exchange.number);
    drafts_.erase(from.exchange.number);
  }
}

void TranscriptBuilder::pairing(std::uint64_t stream, const PairingEvent& event) {
  Stream& talk = stream_of(stream);
  if (const auto* paired = std::get_if<Paired>(&event)) {
    move_answer(talk, *paired);
  } else if (const auto* unanswered = std::get_if<Unanswered>(&event)) {
    const auto asked = talk.asked.find(unanswered->request);
    if (asked != talk.asked.end()) drafts_.at(asked->second).decided = true;
  }
}

void TranscriptBuilder::lost(std::uint64_t stream, Direction direction, const StreamLoss& loss) {
  std::string note = "stream " + std::to_string(stream) + ", ";
  note.append(name_of(direction)).append(": ").append(loss.message());
  notes_.push_back(std::move(note));
}

void TranscriptBuilder::add(const FrameRecord& record) {
  const auto* frame = record.frame();
  if (frame == nullptr) {
    lost(record.stream, record.direction, *record.loss());
  } else if (record.direction == Direction::Request) {
    request(record.stream, frame->message);
  } else {
    answer(record.stream, frame->message, frame->request);
  }
}

void TranscriptBuilder::end(std::uint64_t stream, ConnectionEnd end) {
  if (end.by != Direction::Answer) return;
  ends_[stream] = end.reset ? Exchange::Ended::Reset : Exchange::Ended::Closed;
}

// The last exchange of a stream tells how the device ended it.
void TranscriptBuilder::mark_end(std::uint64_t stream, const Stream& talk) {
  const auto end = ends_.find(stream);
  const auto last = drafts_.find(talk.last);
  if (end != ends_.end() && last != drafts_.end()) last->second.exchange.ended = end->second;
}

Transcript TranscriptBuilder::take_complete() {
  Transcript transcript;
  for (auto& [number, stream] : streams_) {
    mark_end(number, stream);
    while (!stream.undecided.empty() && drafts_.at(stream.undecided.front()).decided) {
      auto node = drafts_.extract(stream.undecided.front());
      stream.undecided.pop_front();
      transcript.exchanges.push_back(std::move(node.mapped().exchange));
    }
    const std::uint64_t kept = stream.undecided.empty() ? count_ + 1 : stream.undecided.front();
    std::erase_if(stream.asked, [&](const auto& entry) { return entry.second < kept; });
    std::erase_if(stream.answered, [&](const auto& entry) { return entry.second < kept; });
  }
  transcript.notes = std::exchange(notes_, {});
  return transcript;
}

Transcript TranscriptBuilder::finish() {
  for (const auto& [stream, talk] : streams_) mark_end(stream, talk);
  Transcript transcript;
  transcript.exchanges.reserve(drafts_.size());
  for (auto& [number, draft] : drafts_) transcript.exchanges.push_back(std::move(draft.exchange));
  drafts_.clear();
  for (auto& [number, talk] : streams_) talk = Stream{talk.connection, {}, {}, {}, 0};
  transcript.notes = std::exchange(notes_, {});
  return transcript;
}

}  // namespace rscp::recording
