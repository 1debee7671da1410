// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>
#include <variant>

#include "packet_order.hpp"
#include <rscp/recording/capture_decoder.hpp>

namespace rscp::recording {
namespace {

// What was decided of a frame that was handed out.
struct PairingRecord {
  std::uint64_t stream;
  PairingEvent event;
};

// Where finished records go, in the order of the packets that complete them, whatever connection
// they are of.
class RecordQueue {
 public:
  RecordQueue(CaptureDecoder::Callback callback, const DecodeOptions& options)
      : callback_(std::move(callback)), options_(options) {}

  void push(std::uint64_t completed_by, FrameRecord record) {
    waiting_.emplace(completed_by, std::move(record));
  }
  void push(std::uint64_t completed_by, PairingRecord record) {
    if (options_.on_pairing) waiting_.emplace(completed_by, record);
  }

  /// Hands out what no later record can come before: up to the packet before `waiting`, or all.
  void release(std::optional<std::uint64_t> waiting) {
    // Bounded whatever a capture does: a stream that waits long gives up its place in the order.
    constexpr std::size_t kMost = 10'000;
    while (!waiting_.empty() &&
           (!waiting || waiting_.begin()->first < *waiting || waiting_.size() > kMost)) {
      auto node = waiting_.extract(waiting_.begin());
      if (auto* record = std::get_if<FrameRecord>(&node.mapped())) {
        if (auto* frame = std::get_if<RecordedFrame>(&record->content)) frame->number = ++frames_;
        callback_(std::move(*record));
      } else {
        const auto& pairing = std::get<PairingRecord>(node.mapped());
        options_.on_pairing(pairing.stream, pairing.event);
      }
    }
  }

 private:
  CaptureDecoder::Callback callback_;
  const DecodeOptions& options_;
  std::multimap<std::uint64_t, std::variant<FrameRecord, PairingRecord>> waiting_;
  std::uint64_t frames_ = 0;
};

// A connection that is, or may be, RSCP.
class RscpConnection : public ConnectionSink {
 public:
  /// `certain`: on an RSCP port, so that what does not decrypt is reported.
  RscpConnection(TcpConnection& connection, const std::vector<Key>& keys, bool certain,
                 RecordQueue& queue, const DecodeOptions& options,
                 CaptureDecoder::Statistics& statistics)
      : connection_(connection),
        options_(options),
        certain_(certain),
        has_keys_(!keys.empty()),
        queue_(queue),
        statistics_(statistics) {
    conversation_.emplace(keys,
                          ConversationOptions{.beginning = connection.beginning,
                                              .sides_known = certain || connection.beginning});
  }

  void data(Direction direction, Bytes bytes, std::uint64_t packet, std::int64_t time) override {
    seen_[index_of(direction)] += bytes.size();
    if (!conversation_) return;
    if (certain_ && !counted_) count();
    order_.add({direction, 0, bytes, packet, time}, connection_.waiting_since(),
               [this](const PacketOrder::Piece& piece) { tell(piece); });
  }

  void gap(Direction direction, std::uint64_t length) override {
    order_.missing(direction, length);
  }

  void packet_done() override {
    if (!conversation_) return;
    order_.release(connection_.waiting_since(),
                   [this](const PacketOrder::Piece& piece) { tell(piece); });
  }

  void closed() override {
    if (conversation_) {
      order_.release(std::nullopt, [this](const PacketOrder::Piece& piece) { tell(piece); });
      end();
    }
    if (conversation_ && connection_.end && options_.on_end) {
      ConnectionEnd end = *connection_.end;
      if (conversation_->reversed()) end.by = opposite(end.by);
      options_.on_end(connection_.index, end);
    }
    if (recognised()) return;
    if (!counted_ && looks_like_rscp()) ++statistics_.suspects;
    if (counted_) {
      ++statistics_.undecrypted;
      if (!has_keys_) ++statistics_.without_key;
    }
  }

 private:
  void tell(const PacketOrder::Piece& piece) {
    if (!conversation_) return;
    if (piece.missing != 0) conversation_->lost(piece.direction, piece.missing);
    conversation_->receive(piece.direction, piece.bytes, piece.time, piece.packet);
    take_events();
    // On another port the first block of an opened connection shows whether it is RSCP.
    if (!certain_ && conversation_->standing() == Conversation::Standing::Hopeless) {
      conversation_.reset();
    }
  }

  void end() {
    if (!conversation_) return;
    for (const auto direction : {Direction::Request, Direction::Answer}) {
      conversation_->lost(direction, order_.missing_at_end(direction));
      take_events();
    }
    for (const auto direction : {Direction::Request, Direction::Answer}) {
      conversation_->end(direction);
      take_events();
    }
  }

  [[nodiscard]] bool recognised() const {
    return conversation_ && conversation_->standing() == Conversation::Standing::Recognised;
  }

  void count() {
    counted_ = true;
    ++statistics_.connections;
  }

  [[nodiscard]] bool looks_like_rscp() const {
    return std::ranges::all_of(
        seen_, [](std::uint64_t size) { return size != 0 && size % kCipherBlockSize == 0; });
  }

  void take_events() {
    if (!counted_ && recognised()) count();
    while (auto event = conversation_->next()) std::visit(*this, *std::move(event));
  }

  FrameRecord record_for(Direction direction, std::uint64_t begin, std::uint64_t end,
                         std::span<const Piece> pieces) const {
    FrameRecord record;
    record.stream = connection_.index;
    record.direction = direction;
    const bool from_client = (direction == Direction::Request) != conversation_->reversed();
    record.source = from_client ? connection_.client : connection_.server;
    record.destination = from_client ? connection_.server : connection_.client;
    record.begin = begin;
    record.end = end;
    for (const Piece& piece : pieces) record.packets.push_back(piece.mark);
    std::ranges::sort(record.packets);
    const auto repeated = std::ranges::unique(record.packets);
    record.packets.erase(repeated.begin(), repeated.end());
    return record;
  }

  void take_frame(Message&& message, std::optional<std::uint64_t> request) {
    FrameRecord record = record_for(message.direction, message.begin, message.end, message.pieces);
    record.time = message.time;
    record.content = RecordedFrame{0, std::move(message), request};  // the queue numbers it
    ++statistics_.frames;
    completed_by_ = record.packets.back();
    queue_.push(completed_by_, std::move(record));
  }

 public:
  void operator()(RequestSeen&& seen) { take_frame(std::move(seen.message), std::nullopt); }
  void operator()(AnswerSeen&& seen) { take_frame(std::move(seen.message), seen.request); }
  void operator()(const BytesLost& lost) {
    if (!certain_ && !recognised()) return;
    FrameRecord record = record_for(lost.direction, lost.loss.begin, lost.loss.end, lost.pieces);
    std::uint64_t completed_by = connection_.last_packet();
    record.time = connection_.last_time();
    if (!record.packets.empty()) {
      completed_by = record.packets.back();
      record.time = std::ranges::max_element(lost.pieces, {}, &Piece::mark)->time;
    } else if (lost.behind) {
      // Bytes that never came are told before what lies behind them.
      completed_by = std::min(completed_by, lost.behind->mark);
    }
    record.content = lost.loss;
    ++statistics_.lost_ranges;
    queue_.push(completed_by, std::move(record));
  }
  void operator()(const Paired& event) { pair(event); }
  void operator()(const Unanswered& event) { pair(event); }
  void operator()(const Unexpected& event) { pair(event); }
  void operator()(const WrongKey& /*event*/) {}
  void operator()(const OutOfStep& /*event*/) {}
  void operator()(const Ended& /*event*/) {}

 private:
  void pair(const PairingEvent& event) {
    queue_.push(completed_by_, PairingRecord{connection_.index, event});
  }

  TcpConnection& connection_;
  const DecodeOptions& options_;
  bool certain_;
  bool has_keys_;
  bool counted_ = false;
  std::array<std::uint64_t, 2> seen_{};  // bytes in each direction
  PacketOrder order_;
  std::optional<Conversation> conversation_;  // none once it is hopeless on another port
  std::uint64_t completed_by_ = 0;            // packet of the frame pushed last
  RecordQueue& queue_;
  CaptureDecoder::Statistics& statistics_;
};

}  // namespace

struct CaptureDecoder::State {
  KeyTable keys;
  DecodeOptions options;
  PacketParser parser;
  Statistics statistics;
  RecordQueue queue;
  TcpAssembler assembler;

  State(KeyTable table, DecodeOptions given, int link_type, Callback callback)
      : keys(std::move(table)),
        options(std::move(given)),
        parser(link_type),
        queue(std::move(callback), options),
        assembler(options.ports, [this](TcpConnection& c) { return make_sink(c); }) {}

  std::unique_ptr<ConnectionSink> make_sink(TcpConnection& connection) {
    const bool certain = options.ports.contains(connection.server.port);
    const auto fitting = keys.keys_for(connection.server);
    return std::make_unique<RscpConnection>(connection, fitting, certain, queue, options,
                                            statistics);
  }
};

CaptureDecoder::CaptureDecoder(KeyTable keys, DecodeOptions options, int link_type,
                               Callback callback)
    : state_(std::make_unique<State>(std::move(keys), std::move(options), link_type,
                                     std::move(callback))) {}
CaptureDecoder::~CaptureDecoder() = default;

void CaptureDecoder::add(const Packet& packet) {
  ++state_->statistics.packets;
  if (const auto segment = state_->parser.parse(packet)) {
    ++state_->statistics.tcp_segments;
    state_->assembler.add(*segment, packet);
    state_->queue.release(state_->assembler.waiting_since());
  }
  state_->statistics.malformed_packets = state_->parser.malformed();
}

void CaptureDecoder::finish() {
  state_->assembler.finish();
  state_->queue.release(std::nullopt);
}

const CaptureDecoder::Statistics& CaptureDecoder::statistics() const { return state_->statistics; }

}  // namespace rscp::recording
