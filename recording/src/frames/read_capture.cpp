// SPDX-License-Identifier: MIT
#include <deque>

#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/read_capture.hpp>

namespace rscp::inline v0_1 {

struct CaptureFrames::State {
  std::optional<recording::CaptureFile> file;
  std::optional<recording::CaptureDecoder> decoder;
  std::deque<CapturedFrame> ready;
  std::optional<Error> error;
  bool finished = false;

  void take(const recording::FrameRecord& record) {
    const auto* recorded = record.frame();
    if (recorded == nullptr) return;
    Frame::WithErrors read = recorded->read();
    CapturedFrame frame;
    static_cast<Frame&>(frame) = std::move(read.frame);
    frame.errors = std::move(read.errors);
    frame.number = recorded->number;
    frame.captured = decltype(frame.captured)(std::chrono::nanoseconds(record.time));
    frame.stream = record.stream;
    frame.direction = record.direction;
    frame.source = record.source;
    frame.destination = record.destination;
    ready.push_back(std::move(frame));
  }

  void finish() {
    finished = true;
    if (decoder) decoder->finish();
  }

  // Feeds packets until there is a frame or nothing more.
  void read() {
    while (ready.empty() && !finished) {
      auto packet = file->next();
      if (!packet) error = std::move(packet.error());
      if (!packet || !*packet) {
        finish();
      } else {
        decoder->add(**packet);
      }
    }
  }
};

CaptureFrames::CaptureFrames(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureFrames::CaptureFrames(CaptureFrames&&) noexcept = default;
CaptureFrames& CaptureFrames::operator=(CaptureFrames&&) noexcept = default;
CaptureFrames::~CaptureFrames() = default;

std::optional<CapturedFrame> CaptureFrames::next() {
  state_->read();
  if (state_->ready.empty()) return std::nullopt;
  CapturedFrame frame = std::move(state_->ready.front());
  state_->ready.pop_front();
  return frame;
}

const std::optional<Error>& CaptureFrames::error() const { return state_->error; }

std::uint64_t CaptureFrames::undecrypted() const {
  return state_->decoder ? state_->decoder->statistics().undecrypted : 0;
}

CaptureFrames read_capture(const std::string& file, recording::KeyTable keys) {
  auto state = std::make_unique<CaptureFrames::State>();
  if (auto opened = recording::CaptureFile::open(file)) {
    state->file = *std::move(opened);
    state->decoder.emplace(
        std::move(keys), recording::DecodeOptions(), state->file->link_type(),
        [where = state.get()](recording::FrameRecord&& record) { where->take(record); });
  } else {
    state->error = std::move(opened.error());
    state->finished = true;
  }
  return CaptureFrames(std::move(state));
}

CaptureFrames read_capture(const std::string& file, const Key& key) {
  recording::KeyTable keys;
  keys.add({std::nullopt, std::nullopt, key});
  return read_capture(file, std::move(keys));
}

}  // namespace rscp::inline v0_1
