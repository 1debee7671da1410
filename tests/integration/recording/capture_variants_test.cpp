// SPDX-License-Identifier: MIT
// One capture in 50 variants: what a network and a capturing program do to packets must not change
// the transcript; where bytes are lost only what they touched may be missing.
#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "capture_builder.hpp"
#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/transcript_file.hpp>

using namespace rscp;
using namespace rscp::recording;
using test::FileFormat;
using test::LinkLayer;
using test::RscpTalk;
using test::TcpTalk;
using test::WirePacket;

namespace {

constexpr const char* kPassphrase = "a passphrase";
using Packets = std::vector<WirePacket>;

// Polls that repeat themselves, so that a pairing that slips by one is seen.
Packets session(std::size_t mss, bool v6 = false, std::uint32_t isn = 1000,
                std::uint16_t device_port = 5033) {
  TcpTalk tcp(v6 ? test::Party{"fd00::1", 40'000} : test::Party{"10.0.0.1", 40'000},
              v6 ? test::Party{"fd00::2", device_port} : test::Party{"10.0.0.2", device_port},
              1'700'000'000'000'000'000, isn, isn + 7'000);
  tcp.handshake();
  RscpTalk rscp(tcp, kPassphrase);
  rscp.login("user", "password");
  for (int i = 0; i < 12; ++i) {
    if (i % 3 == 2) {
      rscp.request({Value("BAT_REQ_DATA", {{"BAT_INDEX", i}, {"BAT_REQ_RSOC"}})}, mss);
      rscp.answer({Value("BAT_DATA", {{"BAT_INDEX", i},
                                      {"WB_EXTERN_DATA", ByteBuffer(i * 700U, std::uint8_t(i))}})},
                  mss);
    } else {
      rscp.request({Value("EMS_REQ_POWER_PV")}, mss);
      rscp.answer({Value("EMS_POWER_PV", i)}, mss);
    }
  }
  tcp.finish();
  return tcp.packets;
}

Transcript read(const Packets& packets, LinkLayer link = LinkLayer::Ethernet,
                FileFormat format = FileFormat::Pcap, std::size_t snap = 0) {
  const test::TemporaryFolder folder;
  test::write_capture(folder.file("capture"), packets, link, format, snap);
  KeyTable keys;
  keys.add({std::nullopt, std::nullopt, Key::from_passphrase(kPassphrase).value()});
  auto transcript = load_transcript(folder.file("capture"), keys);
  REQUIRE(transcript.has_value());
  return *std::move(transcript);
}

bool from_client(const WirePacket& packet) {
  const bool v6 = packet.ip[0] >> 4U == 6;
  return packet.ip[v6 ? 23 : 15] == 1;  // last byte of the source address
}
bool carries_data(const WirePacket& packet) { return packet.ip.size() > 60; }

std::vector<std::size_t> data_packets(const Packets& packets, bool client) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (carries_data(packets[i]) && from_client(packets[i]) == client) places.push_back(i);
  }
  return places;
}

// What was asked and answered, in order.
using Talk =
    std::vector<std::pair<std::optional<std::vector<Value>>, std::optional<std::vector<Value>>>>;
Talk talk(const Transcript& transcript) {
  Talk all;
  for (const Exchange& exchange : transcript.exchanges) {
    all.emplace_back(exchange.request, exchange.answer);
  }
  return all;
}

// Neighbours of one direction change places.
Packets reordered(Packets packets, unsigned seed, bool client) {
  std::mt19937 random(seed);
  const auto places = data_packets(packets, client);
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    // Not across the other side's words: a request does not come behind its answer.
    if (places[i + 1] != places[i] + 1 || random() % 2 == 0) continue;
    std::swap(packets[places[i]].ip, packets[places[i + 1]].ip);
    ++i;
  }
  return packets;
}

Packets retransmitted(Packets packets, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < 10; ++i) {
    const std::size_t at = 3 + random() % (packets.size() - 8);
    const std::size_t to = std::min(at + random() % 12, packets.size() - 4);
    packets.insert(packets.begin() + static_cast<std::ptrdiff_t>(to), packets[at]);
  }
  return packets;
}

// Cut twice at different places; each packet of the second goes behind the first one's that covers
// the same bytes.
Packets overlapped(std::size_t a, std::size_t b) {
  Packets first = session(a);
  Packets second = session(b);
  Packets mixed;
  std::size_t j = 0;
  for (const WirePacket& packet : first) {
    mixed.push_back(packet);
    while (j < second.size() && second[j].time <= packet.time) mixed.push_back(second[j++]);
  }
  return mixed;
}

}  // namespace

TEST_CASE("no loss, no difference: variants of one capture give equal transcripts") {
  const Talk expected = talk(read(session(1'448)));
  REQUIRE(expected.size() == 13);
  std::vector<std::pair<std::string, std::function<Transcript()>>> variants;
  const auto add = [&](std::string name, std::function<Transcript()> make) {
    variants.emplace_back(std::move(name), std::move(make));
  };
  for (const std::size_t mss : {1U, 7U, 31U, 32U, 33U, 64U, 100U, 536U, 1'460U, 9'000U}) {
    add("segments of " + std::to_string(mss), [=] { return read(session(mss)); });
  }
  for (const auto& [name, link] :
       std::map<std::string, LinkLayer>{{"VLAN", LinkLayer::Vlan},
                                        {"QinQ", LinkLayer::QinQ},
                                        {"cooked", LinkLayer::Cooked},
                                        {"cooked v2", LinkLayer::Cooked2},
                                        {"raw IP", LinkLayer::Raw},
                                        {"loopback", LinkLayer::Loopback}}) {
    add(name, [link = link] { return read(session(500), link); });
    add(name + ", IPv6", [link = link] { return read(session(500, true), link); });
  }
  for (const auto format :
       {FileFormat::PcapSwapped, FileFormat::PcapNanosecond, FileFormat::Pcapng}) {
    add("file format " + std::to_string(static_cast<int>(format)),
        [=] { return read(session(500), LinkLayer::Ethernet, format); });
  }
  add("sequence numbers that wrap", [] { return read(session(500, false, 0xFFFFFF00U)); });
  for (unsigned seed = 1; seed <= 6; ++seed) {
    add("reordered " + std::to_string(seed),
        [=] { return read(reordered(session(100), seed, seed % 2 == 0)); });
    add("retransmitted " + std::to_string(seed),
        [=] { return read(retransmitted(session(500), seed)); });
  }
  add("overlapped 500, 333", [] { return read(overlapped(500, 333)); });
  add("overlapped 64, 1000", [] { return read(overlapped(64, 1'000)); });
  add("snap length that cuts nothing",
      [] { return read(session(500), LinkLayer::Ethernet, FileFormat::Pcap, 600); });
  add("no handshake", [] {
    auto packets = session(500);
    packets.erase(packets.begin(), packets.begin() + 2);  // the last ACK stays
    return read(packets);
  });
  for (const int port : {30'000, 50'000}) {
    add("no handshake, device on port " + std::to_string(port), [=] {
      auto packets = session(500, false, 1000, static_cast<std::uint16_t>(port));
      packets.erase(packets.begin(), packets.begin() + 3);
      return read(packets);
    });
  }
  add("no end", [] {
    auto packets = session(500);
    packets.resize(packets.size() - 3);
    return read(packets);
  });
  add("no acknowledgements", [] {
    auto packets = session(500);
    std::erase_if(packets, [n = 0](const WirePacket& packet) mutable {
      return ++n > 3 && !carries_data(packet);
    });
    return read(packets);
  });
  add("another conversation in between", [] {
    auto packets = session(500);
    TcpTalk web({"10.0.0.1", 41'000}, {"10.0.0.3", 443});
    web.handshake();
    web.send(true, ByteBuffer(999, 7));
    web.finish();
    packets.insert(packets.begin() + 9, web.packets.begin(), web.packets.end());
    return read(packets);
  });
  CHECK(variants.size() >= 40);
  for (const auto& [name, make] : variants) {
    CAPTURE(name);
    const Transcript transcript = make();
    CHECK(talk(transcript) == expected);
    CHECK(transcript.notes.empty());
  }
}

TEST_CASE("where a packet is lost only the frames it touched are missing, and they are named") {
  const Packets packets = session(1'448);
  const Talk whole = talk(read(packets));
  for (const bool client : {true, false}) {
    for (const std::size_t lost : data_packets(packets, client)) {
      CAPTURE(client, lost);
      Packets fewer = packets;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(lost));
      const Transcript transcript = read(fewer);
      // In each segment lies a whole frame or a part of one. It is lost, and the one behind it if
      // its first block has no predecessor any more.
      std::size_t missing = 0;
      auto at = whole.begin();
      for (const auto& [request, answer] : talk(transcript)) {
        at = std::find_if(at, whole.end(), [&](const auto& one) {
          return (!request || one.first == request) && (!answer || one.second == answer);
        });
        REQUIRE(at != whole.end());  // each answer is with its own request, in order
        if (request != at->first || answer != at->second) ++missing;
        ++at;
      }
      missing += whole.size() - transcript.exchanges.size();
      CHECK(missing <= 2);
      if (lost != data_packets(packets, client).back()) CHECK_FALSE(transcript.notes.empty());
    }
  }
}

TEST_CASE("a capture that begins late or is cut by the snap length keeps what is whole in it") {
  const Packets packets = session(1'448);
  const Talk whole = talk(read(packets));
  for (std::size_t first = 4; first + 25 < packets.size(); first += 5) {
    CAPTURE(first);
    const Talk rest =
        talk(read({packets.begin() + static_cast<std::ptrdiff_t>(first), packets.end()}));
    REQUIRE(rest.size() >= 3);
    // Behind the cut, exchange by exchange from the end.
    for (std::size_t i = 1; i + 1 < rest.size(); ++i) {
      CHECK(rest[rest.size() - i] == whole[whole.size() - i]);
    }
  }
  const Transcript snapped = read(packets, LinkLayer::Ethernet, FileFormat::Pcap, 300);
  CHECK_FALSE(snapped.notes.empty());
  std::size_t polls = 0;
  for (const auto& [request, answer] : talk(snapped)) {
    if (!request || !answer || request->front().tag() != TagName("EMS_REQ_POWER_PV").tag())
      continue;
    ++polls;
    CHECK(std::ranges::count(whole, std::pair(request, answer)) == 1);
  }
  CHECK(polls >= 4);
}
