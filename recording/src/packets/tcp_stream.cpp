// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include <tins/tcp_ip/data_tracker.h>

#include <rscp/recording/tcp_stream.hpp>

namespace rscp::recording {
namespace {

// A hole is given up when the other side has acknowledged it and this many packets of the
// connection later the bytes have not come: captures put packets out of order, but not by more.
constexpr std::uint64_t kPacketsAfterAck = 16;
// The same without an acknowledgement, as when one direction only was captured.
constexpr std::uint64_t kPacketsWithoutAck = 256;
constexpr std::int64_t kNanosecondsWithoutAck = 30'000'000'000;
constexpr std::uint32_t kMaxBuffered = 1U << 20U;
// Sequence numbers further away than any window belong to another connection.
constexpr std::int64_t kFarAway = 1 << 24;

}  // namespace

struct TcpStream::Tracker : Tins::TCPIP::DataTracker {
  using DataTracker::DataTracker;
};

TcpStream::TcpStream(std::uint32_t first, Handlers handlers)
    : handlers_(std::move(handlers)), tracker_(std::make_unique<Tracker>(first)) {}
TcpStream::~TcpStream() = default;

std::int64_t TcpStream::distance(std::uint32_t sequence) const {
  return static_cast<std::int32_t>(sequence - tracker_->sequence_number());
}

bool TcpStream::is_near(std::uint32_t sequence) const {
  const std::int64_t d = distance(sequence);
  return d > -kFarAway && d < kFarAway;
}

std::optional<std::uint32_t> TcpStream::first_buffered() const {
  std::optional<std::uint32_t> first;
  for (const auto& [sequence, payload] : tracker_->buffered_payload()) {
    if (!first || distance(sequence) < distance(*first)) first = sequence;
  }
  return first;
}

void TcpStream::add(const TcpSegment& segment, const Packet& packet) {
  const auto on_wire = static_cast<std::uint32_t>(segment.payload.size() + segment.cut);
  const std::uint32_t wire_end = segment.sequence + on_wire;
  captured_ = true;
  if (segment.fin) fin_ = wire_end;
  if (!highest_ || static_cast<std::int32_t>(wire_end - *highest_) > 0) highest_ = wire_end;
  if (segment.payload.empty()) return;
  const std::int64_t begin = distance(segment.sequence);
  const std::int64_t end = begin + static_cast<std::int64_t>(segment.payload.size());
  if (end <= 0) return;  // all of it was there before
  const auto offset = [&](std::int64_t d) {
    return position_ + static_cast<std::uint64_t>(std::max<std::int64_t>(d, 0));
  };
  arrivals_.push_back({offset(begin), offset(end), packet.number, packet.time});
  if (tracker_->process_payload(segment.sequence, segment.payload)) {
    deliver();
  } else if (!hole_) {
    hole_ = Hole{packet.number, packet.time, packets_, std::nullopt};
  }
}

void TcpStream::deliver() {
  auto& payload = tracker_->payload();
  const std::uint64_t end = position_ + payload.size();
  Bytes rest(payload);
  while (position_ < end) {
    const Arrival arrival = first_to_bring(position_);
    const Bytes piece = rest.first(std::min(arrival.end, end) - position_);
    rest = rest.subspan(piece.size());
    position_ += piece.size();
    handlers_.data(piece, arrival.packet, arrival.time);
  }
  payload.clear();
  std::erase_if(arrivals_, [&](const Arrival& arrival) { return arrival.end <= position_; });
  if (tracker_->buffered_payload().empty()) hole_.reset();
}

void TcpStream::acknowledged(std::uint32_t sequence, const Packet& /*packet*/) {
  if (!acknowledged_ || static_cast<std::int32_t>(sequence - *acknowledged_) > 0) {
    acknowledged_ = sequence;
  }
}

void TcpStream::tick(const Packet& packet) {
  ++packets_;
  while (hole_) {
    const auto first = first_buffered();
    if (!first) {
      hole_.reset();
      return;
    }
    const bool acked = acknowledged_ && static_cast<std::int32_t>(*acknowledged_ - *first) >= 0;
    if (acked && !hole_->packets_at_ack) hole_->packets_at_ack = packets_;
    const bool overdue =
        (hole_->packets_at_ack && packets_ - *hole_->packets_at_ack >= kPacketsAfterAck) ||
        packets_ - hole_->packets >= kPacketsWithoutAck ||
        packet.time - hole_->since >= kNanosecondsWithoutAck ||
        tracker_->total_buffered_bytes() > kMaxBuffered;
    if (!overdue) return;
    skip_hole();
  }
}

void TcpStream::skip_hole() {
  const auto first = first_buffered();
  if (!first) {
    hole_.reset();
    return;
  }
  const auto length = static_cast<std::uint64_t>(distance(*first));
  position_ += length;
  handlers_.gap(length);
  // Takes the first buffered segment out and hands it in again at its place.
  auto& buffered = tracker_->buffered_payload();
  const auto it = buffered.find(*first);
  auto payload = std::move(it->second);
  const Hole previous = *hole_;
  tracker_->advance_sequence(*first);
  tracker_->process_payload(*first, std::move(payload));
  deliver();
  if (!tracker_->buffered_payload().empty()) {
    hole_ = Hole{previous.first_packet, previous.since, packets_, std::nullopt};
  }
}

void TcpStream::finish() {
  while (!tracker_->buffered_payload().empty()) {
    if (!hole_) hole_ = Hole{};
    const std::size_t before = tracker_->buffered_payload().size();
    skip_hole();
    if (tracker_->buffered_payload().size() >= before) break;
  }
  hole_.reset();
  if (!captured_) return;  // only the other direction was captured
  // Bytes at the very end that only the other side saw, or that the snap length cut off. An
  // acknowledgement counts the FIN as one.
  std::int64_t missing = highest_ ? distance(*highest_) : 0;
  if (fin_) {
    missing = distance(*fin_);
  } else if (acknowledged_ && distance(*acknowledged_) > 1) {
    missing = std::max(missing, distance(*acknowledged_));
  }
  if (missing > 0 && missing < kFarAway) {
    position_ += static_cast<std::uint64_t>(missing);
    handlers_.gap(static_cast<std::uint64_t>(missing));
  }
}

std::optional<std::uint64_t> TcpStream::waiting_since() const {
  return hole_ ? std::optional(hole_->first_packet) : std::nullopt;
}

// The packet that brought the byte at `offset` first, and how far that holds: earlier packets may
// have brought bytes behind it.
TcpStream::Arrival TcpStream::first_to_bring(std::uint64_t offset) const {
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  for (const Arrival& arrival : arrivals_) {
    if (arrival.begin <= offset && offset < arrival.end) {
      return {offset, std::min(arrival.end, limit), arrival.packet, arrival.time};
    }
    if (arrival.begin > offset) limit = std::min(limit, arrival.begin);
  }
  return {offset, limit, 0, 0};  // cannot be: what is delivered has arrived
}

}  // namespace rscp::recording
