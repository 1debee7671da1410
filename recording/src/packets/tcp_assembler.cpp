// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/recording/tcp_assembler.hpp>

namespace rscp::recording {
namespace {

// An acknowledgement tells where a stream stands only if its first segment is not far from it.
constexpr std::uint32_t kWindow = 1U << 20U;

}  // namespace

std::optional<std::uint64_t> TcpConnection::waiting_since() const {
  std::optional<std::uint64_t> oldest;
  for (const auto& one : streams_) {
    const auto since = one ? one->waiting_since() : std::nullopt;
    if (since && (!oldest || *since < *oldest)) oldest = since;
  }
  return oldest;
}

TcpAssembler::TcpAssembler(std::set<std::uint16_t> server_ports, SinkFactory factory)
    : server_ports_(std::move(server_ports)), factory_(std::move(factory)) {}
TcpAssembler::~TcpAssembler() = default;

bool TcpAssembler::starts_anew(const TcpConnection& connection, const TcpSegment& segment) const {
  const bool from_client = segment.source == connection.client;
  const auto direction = from_client ? Direction::Request : Direction::Answer;
  if (segment.syn && !segment.ack) {
    // A repeated SYN has the number of the first.
    const auto& known = connection.syn_[index_of(direction)];
    return connection.over() || !from_client || known != segment.sequence;
  }
  if (segment.payload.empty()) return false;
  const TcpStream* stream = connection.stream(direction);
  return stream != nullptr && !stream->is_near(segment.sequence);
}

TcpConnection& TcpAssembler::open(const Key& key, const TcpSegment& segment) {
  if (connections_.size() >= kMaxConnections) close(connections_.find(order_.front()));
  auto connection = std::make_unique<TcpConnection>();
  connection->index = next_index_++;
  bool from_client = true;
  if (segment.syn) {
    from_client = !segment.ack;
    connection->beginning = true;
  } else if (server_ports_.contains(segment.destination.port)) {
    from_client = true;
  } else if (server_ports_.contains(segment.source.port)) {
    from_client = false;
  } else {
    from_client = segment.destination.port <= segment.source.port;
  }
  connection->client = from_client ? segment.source : segment.destination;
  connection->server = from_client ? segment.destination : segment.source;
  connection->sink_ = factory_(*connection);
  order_.push_back(key);
  const auto place = std::prev(order_.end());
  const auto [it, fresh] = connections_.emplace(key, Entry{std::move(connection), place});
  return *it->second.connection;
}

void TcpAssembler::close(std::map<Key, Entry>::iterator entry) {
  TcpConnection& connection = *entry->second.connection;
  for (const auto direction : {Direction::Request, Direction::Answer}) {
    if (TcpStream* stream = connection.stream(direction)) stream->finish();
  }
  if (connection.sink_) connection.sink_->closed();
  waiting_.erase(&connection);
  order_.erase(entry->second.place);
  connections_.erase(entry);
}

TcpStream& TcpAssembler::stream(TcpConnection& connection, Direction direction,
                                std::uint32_t first) {
  auto& stream = connection.streams_[index_of(direction)];
  if (!stream) {
    ConnectionSink* sink = connection.sink_.get();
    stream = std::make_unique<TcpStream>(
        first, TcpStream::Handlers{[=](Bytes bytes, std::uint64_t packet, std::int64_t time) {
                                     sink->data(direction, bytes, packet, time);
                                   },
                                   [=](std::uint64_t length) { sink->gap(direction, length); }});
  }
  return *stream;
}

void TcpAssembler::note_flags(TcpConnection& connection, Direction direction,
                              const TcpSegment& segment) {
  const Direction other = opposite(direction);
  if ((segment.fin || segment.rst) && !connection.end) {
    connection.end = ConnectionEnd{direction, segment.rst};
  }
  if (segment.fin) connection.fin_[index_of(direction)] = true;
  if (segment.rst) connection.reset_ = true;
  if (segment.syn) {
    connection.syn_[index_of(direction)] = segment.sequence;
    stream(connection, direction, segment.sequence + 1);
    // The answer to a SYN that was not captured tells its number.
    if (segment.ack) stream(connection, other, segment.acknowledgement);
  }
}

void TcpAssembler::add(const TcpSegment& segment, const Packet& packet) {
  const Key key = std::minmax(segment.source, segment.destination);
  auto it = connections_.find(key);
  if (it != connections_.end() && starts_anew(*it->second.connection, segment)) {
    close(it);
    it = connections_.end();
  }
  TcpConnection& connection =
      it != connections_.end() ? *it->second.connection : open(key, segment);
  order_.splice(order_.end(), order_, connections_.find(key)->second.place);
  connection.last_packet_ = packet.number;
  connection.last_time_ = packet.time;
  if (!connection.sink_) return;

  const auto direction =
      segment.source == connection.client ? Direction::Request : Direction::Answer;
  const Direction other = opposite(direction);
  note_flags(connection, direction, segment);
  if (!segment.payload.empty() || segment.fin) {
    auto first = segment.sequence;
    const auto& acked = connection.acked_[index_of(direction)];
    if (acked && segment.sequence - *acked < kWindow) first = *acked;
    stream(connection, direction, first).add(segment, packet);
  }
  if (segment.ack && !segment.rst) {
    connection.acked_[index_of(other)] = segment.acknowledgement;
    if (TcpStream* acknowledged = connection.stream(other)) {
      acknowledged->acknowledged(segment.acknowledgement, packet);
    }
  }
  for (const auto either : {Direction::Request, Direction::Answer}) {
    if (TcpStream* stream = connection.stream(either)) stream->tick(packet);
  }
  connection.sink_->packet_done();
  if (connection.waiting_since()) {
    waiting_.insert(&connection);
  } else {
    waiting_.erase(&connection);
  }
}

void TcpAssembler::finish() {
  while (!connections_.empty()) {
    close(std::ranges::min_element(
        connections_, {}, [](const auto& entry) { return entry.second.connection->index; }));
  }
}

std::optional<std::uint64_t> TcpAssembler::waiting_since() const {
  std::optional<std::uint64_t> oldest;
  for (const TcpConnection* connection : waiting_) {
    const auto since = connection->waiting_since();
    if (since && (!oldest || *since < *oldest)) oldest = since;
  }
  return oldest;
}

}  // namespace rscp::recording
