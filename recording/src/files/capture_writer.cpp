// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>

#include <pcap/pcap.h>
#include <tins/ethernetII.h>
#include <tins/ip.h>
#include <tins/rawpdu.h>
#include <tins/tcp.h>

#include <rscp/protocol.hpp>
#include <rscp/recording/capture_writer.hpp>

namespace rscp::recording {
namespace {

constexpr int kSnapLength = 262'144;
constexpr std::uint64_t kFileHeader = 24;
constexpr std::uint64_t kPacketHeader = 16;
constexpr std::size_t kSegment = 1'448;
constexpr std::uint32_t kInitialSequence = 1'000;
constexpr std::uint16_t kWindow = 64'240;
constexpr std::int64_t kSecond = 1'000'000'000;

// 192.0.2.0/24 and 198.51.100.0/24 are for documentation.
Tins::IPv4Address address_of(const Endpoint& endpoint, bool client) {
  if (endpoint.address.v6) {
    return {std::string(client ? "192.0.2." : "198.51.100.") +
            std::to_string(1 + endpoint.address.bytes.back() % 250)};
  }
  return {endpoint.address.to_string()};
}

}  // namespace

struct CaptureWriter::State {
  struct Side {
    Tins::IPv4Address address;
    std::uint16_t port = 0;
    std::uint32_t sequence = kInitialSequence;
    std::uint16_t identification = 0;
    ByteBuffer tail;  // the last bytes sent, up to one cipher block
  };
  struct Talk {
    std::array<Side, 2> sides;  // client, device
    bool open = true;
  };

  pcap_t* pcap = nullptr;
  pcap_dumper_t* dumper = nullptr;
  std::map<Id, Talk> talks;
  Id next = 1;
  bool failed = false;
  std::int64_t last_time = 0;
  std::uint64_t size = kFileHeader;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (dumper != nullptr) pcap_dump_close(dumper);
    if (pcap != nullptr) pcap_close(pcap);
  }

  Result<pcap_dumper_t*> open_file(const std::string& file) {
    if (pcap == nullptr) {
      pcap =
          pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kSnapLength, PCAP_TSTAMP_PRECISION_NANO);
    }
    pcap_dumper_t* opened = pcap == nullptr ? nullptr : pcap_dump_open(pcap, file.c_str());
    if (opened == nullptr) {
      return failure(ErrorKind::InputOutput, file,
                     std::string("cannot be written: ") + std::strerror(errno));
    }
    return opened;
  }

  static void keep_tail(Side& side, Bytes sent) {
    side.tail.insert(side.tail.end(), sent.begin(), sent.end());
    if (side.tail.size() > kCipherBlockSize) {
      side.tail.erase(side.tail.begin(), side.tail.end() - kCipherBlockSize);
    }
  }

  void packet(Talk& talk, bool from_client, unsigned flags, Bytes payload, std::int64_t time) {
    Side& from = talk.sides.at(from_client ? 0 : 1);
    const Side& to = talk.sides.at(from_client ? 1 : 0);
    Tins::TCP tcp(to.port, from.port);
    tcp.flags(static_cast<Tins::small_uint<12>::repr_type>(flags));
    tcp.seq(from.sequence);
    if ((flags & Tins::TCP::ACK) != 0) tcp.ack_seq(to.sequence);
    tcp.window(kWindow);
    Tins::IP ip(to.address, from.address);
    ip.id(++from.identification);
    ip.ttl(64);
    ip.flags(Tins::IP::DONT_FRAGMENT);
    Tins::EthernetII frame =
        Tins::EthernetII(from_client ? "02:00:00:00:00:02" : "02:00:00:00:00:01",
                         from_client ? "02:00:00:00:00:01" : "02:00:00:00:00:02") /
        ip / tcp;
    if (!payload.empty()) {
      frame /= Tins::RawPDU(payload.data(), static_cast<std::uint32_t>(payload.size()));
    }
    const auto bytes = frame.serialize();
    from.sequence += static_cast<std::uint32_t>(payload.size());
    if ((flags & (Tins::TCP::SYN | Tins::TCP::FIN)) != 0) ++from.sequence;
    last_time = time;
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(time / kSecond);
    header.ts.tv_usec = static_cast<suseconds_t>(time % kSecond);  // nanoseconds in this file
    header.caplen = static_cast<bpf_u_int32>(bytes.size());
    header.len = header.caplen;
    pcap_dump(reinterpret_cast<u_char*>(dumper), &header, bytes.data());
    if (std::ferror(pcap_dump_file(dumper)) != 0) failed = true;
    keep_tail(from, payload);
    size += kPacketHeader + bytes.size();
  }
};

CaptureWriter::CaptureWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureWriter::CaptureWriter(CaptureWriter&&) noexcept = default;
CaptureWriter& CaptureWriter::operator=(CaptureWriter&&) noexcept = default;
CaptureWriter::~CaptureWriter() = default;

Result<CaptureWriter> CaptureWriter::create(const std::string& file) {
  auto state = std::make_unique<State>();
  const auto dumper = state->open_file(file);
  if (!dumper) return std::unexpected(dumper.error());
  state->dumper = *dumper;
  return CaptureWriter(std::move(state));
}

CaptureWriter::Id CaptureWriter::open(const Endpoint& client, const Endpoint& device,
                                      std::int64_t time) {
  const Id id = state_->next++;
  State::Talk& talk = state_->talks[id];
  talk.sides[0] = {address_of(client, true), client.port, kInitialSequence, 0, {}};
  talk.sides[1] = {address_of(device, false), device.port, kInitialSequence, 0, {}};
  state_->packet(talk, true, Tins::TCP::SYN, {}, time);
  state_->packet(talk, false, Tins::TCP::SYN | Tins::TCP::ACK, {}, time);
  state_->packet(talk, true, Tins::TCP::ACK, {}, time);
  return id;
}

void CaptureWriter::data(Id id, bool from_client, Bytes bytes, std::int64_t time) {
  const auto found = state_->talks.find(id);
  if (found == state_->talks.end() || !found->second.open || bytes.empty()) return;
  for (std::size_t at = 0; at < bytes.size(); at += kSegment) {
    const std::size_t size = std::min(kSegment, bytes.size() - at);
    const bool last = at + size == bytes.size();
    unsigned flags = Tins::TCP::ACK;
    if (last) flags |= Tins::TCP::PSH;
    state_->packet(found->second, from_client, flags, bytes.subspan(at, size), time);
  }
  state_->packet(found->second, !from_client, Tins::TCP::ACK, {}, time);
}

void CaptureWriter::close(Id id, bool by_client, bool reset, std::int64_t time) {
  const auto found = state_->talks.find(id);
  if (found == state_->talks.end() || !found->second.open) return;
  State::Talk& talk = found->second;
  if (reset) {
    state_->packet(talk, by_client, Tins::TCP::RST | Tins::TCP::ACK, {}, time);
  } else {
    state_->packet(talk, by_client, Tins::TCP::FIN | Tins::TCP::ACK, {}, time);
    state_->packet(talk, !by_client, Tins::TCP::FIN | Tins::TCP::ACK, {}, time);
    state_->packet(talk, by_client, Tins::TCP::ACK, {}, time);
  }
  state_->talks.erase(found);
}

Result<void> CaptureWriter::continue_in(const std::string& file) {
  flush();
  const auto dumper = state_->open_file(file);
  if (!dumper) return std::unexpected(dumper.error());
  pcap_dump_close(state_->dumper);
  state_->dumper = *dumper;
  state_->size = kFileHeader;
  for (auto& [id, talk] : state_->talks) {
    for (const bool from_client : {true, false}) {
      State::Side& side = talk.sides.at(from_client ? 0 : 1);
      const ByteBuffer tail = side.tail;
      if (tail.empty()) continue;
      side.sequence -= static_cast<std::uint32_t>(tail.size());
      state_->packet(talk, from_client, Tins::TCP::ACK, tail, state_->last_time);
    }
  }
  return {};
}

int CaptureWriter::link_type() { return DLT_EN10MB; }

std::uint64_t CaptureWriter::size() const { return state_->size; }

bool CaptureWriter::flush() {
  if (pcap_dump_flush(state_->dumper) != 0) state_->failed = true;
  return !state_->failed;
}

}  // namespace rscp::recording
