// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <rscp/recording/capture_decoder.hpp>

namespace rscp::recording {
namespace {

// Where finished records go.
class RecordQueue {
 public:
  explicit RecordQueue(CaptureDecoder::Callback callback) : callback_(std::move(callback)) {}

  void push(std::uint64_t completed_by, FrameRecord record) {
    waiting_.emplace(completed_by, std::move(record));
  }

  /// Hands out what no later record can come before: up to the packet before `waiting`, or all.
  void release(std::optional<std::uint64_t> waiting) {
    // Bounded whatever a capture does: a stream that waits long gives up its place in the order.
    constexpr std::size_t kMost = 10'000;
    while (!waiting_.empty() &&
           (!waiting || waiting_.begin()->first < *waiting || waiting_.size() > kMost)) {
      FrameRecord record = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      if (record.number != 0) record.number = ++frames_;
      callback_(std::move(record));
    }
  }

 private:
  CaptureDecoder::Callback callback_;
  std::multimap<std::uint64_t, FrameRecord> waiting_;
  std::uint64_t frames_ = 0;
};

// The two directions of a connection that is, or may be, RSCP.
class RscpConnection : public ConnectionSink {
 public:
  /// `certain`: on an RSCP port, so that what does not decrypt is reported.
  RscpConnection(TcpConnection& connection, std::vector<Key> keys, bool certain, RecordQueue& queue,
                 const DecodeOptions& options, CaptureDecoder::Statistics& statistics)
      : connection_(connection),
        options_(options),
        certain_(certain),
        sides_known_(certain || connection.beginning),
        has_keys_(!keys.empty()),
        queue_(queue),
        statistics_(statistics) {
    const auto start =
        connection.beginning ? StreamDecoder::Start::Beginning : StreamDecoder::Start::Unknown;
    decoders_.reset(new Decoders{StreamDecoder(keys, start), StreamDecoder(keys, start)});
  }

  void data(Direction direction, Bytes bytes) override {
    seen_[static_cast<std::size_t>(direction)] += bytes.size();
    if (ignored_) {
      const std::uint64_t position = connection_.stream(direction)->position();
      connection_.stream(direction)->forget(position, position);
      return;
    }
    if (certain_ && !counted_) count();
    StreamDecoder& decoder = decoder_of(direction);
    decoder.feed(bytes);
    share_key(direction);
    drain(direction);
    if (!certain_ && hopeless()) ignored_ = true;
    if (ignored_) decoders_.reset();
  }

  void gap(Direction direction, std::uint64_t length) override {
    if (ignored_) return;
    decoder_of(direction).gap(length);
    drain(direction);
  }

  void closed() override {
    if (ignored_) {
      if (looks_like_rscp()) ++statistics_.suspects;
      return;
    }
    for (const auto direction : {Direction::Request, Direction::Answer}) {
      decoder_of(direction).finish();
      drain(direction);
    }
    if (connection_.end && options_.on_end) {
      ConnectionEnd end = *connection_.end;
      if (reversed_) end.by = opposite(end.by);
      options_.on_end(connection_.index, end);
    }
    const bool decrypted =
        decoder_of(Direction::Request).key() || decoder_of(Direction::Answer).key();
    if (!decrypted && !counted_ && looks_like_rscp()) ++statistics_.suspects;
    if (!decrypted && counted_) {
      ++statistics_.undecrypted;
      if (!has_keys_) ++statistics_.without_key;
    }
  }

 private:
  StreamDecoder& decoder_of(Direction direction) {
    return (*decoders_)[static_cast<std::size_t>(direction)];
  }

  void count() {
    counted_ = true;
    ++statistics_.connections;
  }

  // A connection has one key: what one direction proved spares the other the search.
  void share_key(Direction direction) {
    const auto key = decoder_of(direction).key();
    if (!key) return;
    decoder_of(opposite(direction)).fix_key(*key);
    if (!counted_) count();
  }

  // On another port: the first block of an opened connection shows whether it is RSCP.
  bool hopeless() {
    if (!has_keys_) return true;
    StreamDecoder& request = decoder_of(Direction::Request);
    if (request.key()) return false;
    return request.gave_up() || (connection_.beginning && request.position() >= kCipherBlockSize);
  }

  [[nodiscard]] bool looks_like_rscp() const {
    return std::ranges::all_of(
        seen_, [](std::uint64_t size) { return size != 0 && size % kCipherBlockSize == 0; });
  }

  void drain(Direction direction) {
    StreamDecoder& decoder = decoder_of(direction);
    const bool report = certain_ || decoder.key().has_value();
    std::vector<StreamEvent> events;
    while (auto event = decoder.next()) {
      if (const auto* frame = std::get_if<StreamFrame>(&*event)) find_sides(direction, *frame);
      events.push_back(*std::move(event));
    }
    for (const StreamEvent& event : events) {
      if (const auto* frame = std::get_if<StreamFrame>(&event)) {
        emit_frame(direction, *frame);
      } else if (const auto* loss = std::get_if<StreamLoss>(&event); loss != nullptr && report) {
        emit_loss(direction, *loss);
      }
    }
    if (auto* stream = connection_.stream(direction)) {
      stream->forget(decoder.undecided_from(), decoder.position() - decoder.buffered());
    }
  }

  // Without a handshake or a known port it was a guess which side is the device. The first tag
  // tells.
  void find_sides(Direction direction, const StreamFrame& frame) {
    if (sides_known_) return;
    const auto view = FrameView::parse(frame.plaintext);
    if (!view) return;
    const auto item = view->items().next();
    if (!item) return;
    sides_known_ = true;
    reversed_ = has_answer_bit(item->tag) != (direction == Direction::Answer);
  }

  FrameRecord record_for(Direction direction, std::uint64_t begin, std::uint64_t end) const {
    FrameRecord record;
    record.stream = connection_.index;
    record.direction = direction;
    const bool request = direction == Direction::Request;
    record.source = request ? connection_.client : connection_.server;
    record.destination = request ? connection_.server : connection_.client;
    record.begin = begin;
    record.end = end;
    record.time = connection_.last_time();
    if (const TcpStream* stream = std::as_const(connection_).stream(direction)) {
      std::uint64_t completed_by = 0;
      for (const auto& arrival : stream->arrivals(begin, end)) {
        record.packets.push_back(arrival.packet);
        if (arrival.packet >= completed_by) {
          completed_by = arrival.packet;
          record.time = arrival.time;
        }
      }
    }
    std::ranges::sort(record.packets);
    return record;
  }

  void push(FrameRecord record) {
    std::uint64_t completed_by = connection_.last_packet();
    if (!record.packets.empty()) {
      completed_by = record.packets.back();
    } else if (const TcpStream* stream = std::as_const(connection_).stream(record.direction)) {
      // Bytes that never came are told before what lies behind them.
      const auto behind = stream->arrivals(record.end, record.end + 1);
      if (!behind.empty()) completed_by = std::min(completed_by, behind.front().packet);
    }
    if (reversed_) record.direction = opposite(record.direction);
    queue_.push(completed_by, std::move(record));
  }

  void emit_frame(Direction direction, const StreamFrame& frame) {
    FrameRecord record = record_for(direction, frame.begin, frame.end);
    auto content = Frame::parse(frame.plaintext);
    if (content) {
      record.number = 1;  // the queue gives the real one
      record.content = *std::move(content);
      ++statistics_.frames;
    } else {
      record.header_error = content.error();
      ++statistics_.lost_ranges;
    }
    push(std::move(record));
  }

  void emit_loss(Direction direction, const StreamLoss& loss) {
    FrameRecord record = record_for(direction, loss.begin, loss.end);
    record.loss = loss;
    ++statistics_.lost_ranges;
    push(std::move(record));
  }

  TcpConnection& connection_;
  const DecodeOptions& options_;
  bool certain_;
  bool sides_known_;
  bool reversed_ = false;  // what was taken for the client is the device
  bool has_keys_;
  bool counted_ = false;
  bool ignored_ = false;
  std::array<std::uint64_t, 2> seen_{};  // bytes in each direction
  using Decoders = std::array<StreamDecoder, 2>;
  std::unique_ptr<Decoders> decoders_;  // none once ignored
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
        queue(std::move(callback)),
        assembler(options.ports, [this](TcpConnection& c) { return make_sink(c); }) {}

  std::unique_ptr<ConnectionSink> make_sink(TcpConnection& connection) {
    const bool certain = options.ports.contains(connection.server.port);
    auto fitting = keys.keys_for(connection.server);
    return std::make_unique<RscpConnection>(connection, std::move(fitting), certain, queue, options,
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
