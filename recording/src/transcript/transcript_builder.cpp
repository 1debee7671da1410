// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include <rscp/recording/record_writer.hpp>
#include <rscp/recording/transcript_builder.hpp>

namespace rscp::recording {

Exchange& TranscriptBuilder::begin(Open& open, std::int64_t time) {
  open.last = ++count_;
  Exchange& exchange = exchanges_[count_];
  exchange.number = count_;
  exchange.connection = open.connection;
  exchange.time = time;
  return exchange;
}

// The request that an answer belongs to. Answers come in the order of the requests, but after a
// loss the lost ones were answers too: then it is the latest request that it can be the answer to.
Exchange* TranscriptBuilder::answered_by(Open& open, std::span<const Value> answer) {
  auto& waiting = open.unanswered;
  if (waiting.empty()) return nullptr;
  const auto fits = [&](std::uint64_t number) {
    const auto& request = *exchanges_.at(number).request;
    return !request.empty() && !answer.empty() &&
           Dictionary::builtin().answer_to(request.front().tag()) == answer.front().tag();
  };
  auto found = waiting.begin();
  if (open.answer_lost) {
    const auto latest = std::find_if(waiting.rbegin(), waiting.rend(), fits);
    found = latest == waiting.rend() ? waiting.end() - 1 : latest.base() - 1;
  }
  Exchange* exchange = &exchanges_.at(*found);
  waiting.erase(waiting.begin(), found + 1);
  return exchange;
}

void TranscriptBuilder::add(const FrameRecord& record) {
  if (!record.content || record.header_error) {
    for (const std::string& note : notes_of(record, Dictionary::builtin())) {
      notes_.push_back("stream " + std::to_string(record.stream) + ", " +
                       std::string(name_of(record.direction)) + ": " + note);
    }
    const auto open = streams_.find(record.stream);
    if (open != streams_.end() && record.direction == Direction::Answer) {
      open->second.answer_lost = true;
    }
    return;
  }
  Open& open = streams_[record.stream];
  if (open.connection == 0) open.connection = streams_.size();
  const Frame& frame = record.content->frame;
  if (record.direction == Direction::Request) {
    Exchange& exchange = begin(open, record.time);
    exchange.request = frame.values;
    open.unanswered.push_back(exchange.number);
    return;
  }
  Exchange* exchange = answered_by(open, frame.values);
  open.answer_lost = false;
  if (exchange == nullptr) {
    exchange = &begin(open, record.time);
  } else {
    exchange->delay = record.time - exchange->time;
  }
  exchange->answer = frame.values;
  exchange->answer_time = frame.time;
  complete_.push_back(exchange->number);
}

void TranscriptBuilder::end(std::uint64_t stream, ConnectionEnd end) {
  if (end.by != Direction::Answer) return;
  ends_[stream] = end.reset ? Exchange::Ended::Reset : Exchange::Ended::Closed;
}

Transcript TranscriptBuilder::take_complete() {
  Transcript transcript;
  for (const std::uint64_t number : std::exchange(complete_, {})) {
    transcript.exchanges.push_back(std::move(exchanges_.extract(number).mapped()));
  }
  transcript.notes = std::exchange(notes_, {});
  return transcript;
}

Transcript TranscriptBuilder::finish() {
  for (const auto& [stream, open] : streams_) {
    const auto end = ends_.find(stream);
    const auto last = exchanges_.find(open.last);
    if (end != ends_.end() && last != exchanges_.end()) last->second.ended = end->second;
  }
  Transcript transcript;
  transcript.exchanges.reserve(exchanges_.size());
  for (auto& [number, exchange] : exchanges_) transcript.exchanges.push_back(std::move(exchange));
  exchanges_.clear();
  complete_.clear();
  transcript.notes = std::exchange(notes_, {});
  return transcript;
}

}  // namespace rscp::recording
