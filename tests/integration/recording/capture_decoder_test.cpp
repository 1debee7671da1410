// SPDX-License-Identifier: MIT
// From packets to frames: everything a network and a capture do to them.
#include <algorithm>
#include <random>

#include "capture_builder.hpp"
#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/capture_decoder.hpp>
#include <rscp/recording/capture_file.hpp>
#include <rscp/text.hpp>

using namespace rscp;
using namespace rscp::recording;
using test::RscpTalk;
using test::TcpTalk;
using test::WirePacket;

namespace {

constexpr const char* kPassphrase = "a passphrase";

KeyTable keys(std::initializer_list<const char*> passphrases) {
  KeyTable table;
  for (const char* passphrase : passphrases) {
    table.add({std::nullopt, std::nullopt, Key::from_passphrase(passphrase).value()});
  }
  return table;
}

struct Result {
  std::vector<FrameRecord> frames;
  std::vector<FrameRecord> losses;
  CaptureDecoder::Statistics statistics;

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const auto& frame : frames) {
      TextOptions options;
      options.multi_line = false;
      const Frame read = frame.frame()->read().frame;
      texts.push_back(std::string(name_of(frame.direction)) + ' ' +
                      to_text(read.values, read.trailing, options));
    }
    return texts;
  }
};

Result decode_file(const std::string& path, KeyTable table, DecodeOptions options = {}) {
  auto file = CaptureFile::open(path).value();
  Result result;
  CaptureDecoder decoder(std::move(table), std::move(options), file.link_type(),
                         [&](FrameRecord&& record) {
                           auto& list = record.frame() != nullptr ? result.frames : result.losses;
                           list.push_back(std::move(record));
                         });
  while (const auto packet = file.next().value()) decoder.add(*packet);
  decoder.finish();
  result.statistics = decoder.statistics();
  return result;
}

Result decode(const std::vector<WirePacket>& packets, KeyTable table = keys({kPassphrase}),
              test::LinkLayer link = test::LinkLayer::Ethernet,
              test::FileFormat format = test::FileFormat::Pcap, std::size_t snap = 0) {
  const test::TemporaryFolder folder;
  test::write_capture(folder.file("capture"), packets, link, format, snap);
  return decode_file(folder.file("capture"), std::move(table));
}

Value numbered(int n, std::size_t size = 40) {
  return Value::container(
      TagName("BAT_DATA").tag(),
      {Value{"BAT_INDEX", n},
       Value{"WB_EXTERN_DATA", ByteBuffer(size, static_cast<std::uint8_t>(n))}});
}

// Login and some exchanges, answers of many sizes.
TcpTalk sample(std::size_t mss = 1448, test::Party client = {"10.0.0.1", 40000},
               test::Party server = {"10.0.0.2", 5033}, const char* passphrase = kPassphrase,
               std::uint32_t client_isn = 1000, std::uint32_t server_isn = 900000) {
  TcpTalk tcp(std::move(client), std::move(server), 1'700'000'000'000'000'000, client_isn,
              server_isn);
  tcp.handshake();
  RscpTalk rscp(tcp, passphrase);
  rscp.login("user", "password");
  const std::size_t sizes[] = {3, 700, 5000, 40, 20000, 1};
  for (int i = 0; i < 6; ++i) {
    rscp.request({Value{"BAT_REQ_DATA", {{"BAT_INDEX", i}, {"BAT_REQ_RSOC"}}}}, mss);
    rscp.answer({numbered(i, sizes[i])}, mss);
  }
  tcp.finish();
  return tcp;
}

// Without the frames at these places (counted from 0).
std::vector<std::string> without(std::vector<std::string> texts, std::vector<std::size_t> places) {
  std::ranges::sort(places, std::greater());
  for (const auto place : places) texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(place));
  return texts;
}

bool carries_data(const WirePacket& packet) { return packet.ip.size() > 60; }

}  // namespace

TEST_CASE("every link layer and file format gives the same frames") {
  const auto packets = sample().packets;
  const auto expected = decode(packets).texts();
  REQUIRE(expected.size() == 14);
  for (const auto link : {test::LinkLayer::Ethernet, test::LinkLayer::Vlan, test::LinkLayer::QinQ,
                          test::LinkLayer::Cooked, test::LinkLayer::Cooked2, test::LinkLayer::Raw,
                          test::LinkLayer::Loopback}) {
    for (const auto format : {test::FileFormat::Pcap, test::FileFormat::PcapSwapped,
                              test::FileFormat::PcapNanosecond, test::FileFormat::Pcapng}) {
      CAPTURE(static_cast<int>(link), static_cast<int>(format));
      const auto result = decode(packets, keys({kPassphrase}), link, format);
      CHECK(result.texts() == expected);
      CHECK(result.losses.empty());
    }
  }
}

TEST_CASE("IPv6 gives the same frames as IPv4") {
  const auto v4 = decode(sample().packets).texts();
  for (const auto link :
       {test::LinkLayer::Ethernet, test::LinkLayer::Cooked2, test::LinkLayer::Raw}) {
    const auto result = decode(sample(1448, {"fe80::1", 40000}, {"fe80::2", 5033}).packets,
                               keys({kPassphrase}), link);
    CHECK(result.texts() == v4);
    CHECK(result.frames[0].source.to_string() == "[fe80::1]:40000");
  }
}

TEST_CASE("a record names its packets, times and ends") {
  const auto result = decode(sample().packets);
  const auto& login = result.frames[0];
  CHECK(login.frame()->number == 1);
  CHECK(login.packets == std::vector<std::uint64_t>{4});
  CHECK(login.stream == 0);
  CHECK(login.source.to_string() == "10.0.0.1:40000");
  CHECK(login.destination.to_string() == "10.0.0.2:5033");
  CHECK(login.time == 1'700'000'000'001'500'000);
  const auto big =
      std::ranges::find_if(result.frames, [](const auto& f) { return f.packets.size() > 5; });
  REQUIRE(big != result.frames.end());
  CHECK(big->packets.size() == 14);  // 20,096 bytes in 1,448 byte segments
}

TEST_CASE("any segment size gives the same frames") {
  const auto expected = decode(sample().packets).texts();
  for (const std::size_t mss : {1, 7, 31, 32, 33, 536, 9000, 60000}) {
    CAPTURE(mss);
    const auto result = decode(sample(mss).packets);
    CHECK(result.texts() == expected);
    CHECK(result.losses.empty());
  }
}

TEST_CASE("sequence numbers may wrap") {
  const auto expected = decode(sample().packets).texts();
  for (const std::uint32_t before : {1U, 100U, 3000U, 20000U}) {
    const auto result = decode(
        sample(1448, {"10.0.0.1", 40000}, {"10.0.0.2", 5033}, kPassphrase, 0U - before, 0U - before)
            .packets);
    CHECK(result.texts() == expected);
    CHECK(result.losses.empty());
  }
}

TEST_CASE("packets out of order, repeated and overlapping give the same frames in the same order") {
  const auto original = sample(500).packets;
  const auto expected = decode(original).texts();
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    auto packets = original;
    for (int i = 0; i < 12; ++i) {
      const std::size_t at = 3 + random() % (packets.size() - 8);
      switch (random() % 3) {
        case 0:  // changes places with one of the next few
          std::swap(packets[at].ip, packets[at + 1 + random() % 3].ip);
          break;
        case 1:  // comes twice
          packets.insert(packets.begin() + static_cast<std::ptrdiff_t>(at + random() % 4),
                         packets[at]);
          break;
        default:  // comes again much later
          packets.insert(packets.end() - 4, packets[at]);
      }
    }
    const auto result = decode(packets);
    auto texts = result.texts();
    // The order is that of the packets that complete the frames, so it may differ; the frames may
    // not.
    CHECK(std::ranges::is_permutation(texts, expected));
    CHECK(result.losses.empty());
    CHECK(
        std::ranges::is_sorted(result.frames, {}, [](const auto& f) { return f.packets.back(); }));
  }
}

TEST_CASE("overlapping segments count each byte once") {
  // The same stream cut twice at different places, packets of both interleaved.
  const auto a = sample(500).packets;
  const auto b = sample(333).packets;
  std::vector<WirePacket> packets;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size() && i + 4 < a.size()) packets.push_back(a[i]);
    if (i < b.size() && i + 4 < b.size()) packets.push_back(b[i]);
  }
  const auto result = decode(packets);
  CHECK(std::ranges::is_permutation(result.texts(), decode(a).texts()));
  CHECK(result.losses.empty());
}

TEST_CASE("a lost packet costs only the frames that it touches, and they are named") {
  const auto packets = sample(500).packets;
  const auto whole = decode(packets);
  const auto expected = whole.texts();
  for (std::size_t lost = 3; lost + 3 < packets.size(); ++lost) {
    if (!carries_data(packets[lost])) continue;
    CAPTURE(lost);
    auto fewer = packets;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(lost));
    const auto result = decode(fewer);
    // Touched: frames with bytes in the packet, and the next one in its direction if the packet
    // held the block before it.
    std::vector<std::size_t> touched;
    for (std::size_t i = 0; i < whole.frames.size(); ++i) {
      if (std::ranges::count(whole.frames[i].packets, lost + 1) != 0) touched.push_back(i);
    }
    const auto direction = whole.frames[touched.back()].direction;
    const bool ends_it = whole.frames[touched.back()].packets.back() == lost + 1;
    if (ends_it) {
      for (std::size_t i = touched.back() + 1; i < whole.frames.size(); ++i) {
        if (whole.frames[i].direction == direction) {
          touched.push_back(i);
          break;
        }
      }
    }
    CHECK(result.texts() == without(expected, touched));
    REQUIRE_FALSE(result.losses.empty());
    for (const auto& loss : result.losses) {
      CHECK(loss.direction == direction);
      CHECK(loss.loss()->reason == LossReason::Gap);
    }
  }
}

TEST_CASE("a capture that starts anywhere loses only the frames cut into") {
  const auto packets = sample(500).packets;
  const auto whole = decode(packets);
  for (std::size_t first = 4; first + 20 < packets.size(); ++first) {
    CAPTURE(first);
    const auto result =
        decode({packets.begin() + static_cast<std::ptrdiff_t>(first), packets.end()});
    const auto texts = result.texts();
    const auto expected = whole.texts();
    REQUIRE_FALSE(texts.empty());
    // In order, and nothing that was not sent.
    auto at = expected.begin();
    for (const auto& text : texts) {
      at = std::find(at, expected.end(), text);
      REQUIRE(at != expected.end());
      ++at;
    }
    // Each direction loses at most the frame behind the cut.
    std::size_t complete = 0;
    for (const auto& frame : whole.frames) {
      if (frame.packets.front() > first) ++complete;
    }
    CHECK(texts.size() + 2 >= complete);
  }
}

TEST_CASE("one direction alone decodes") {
  const auto packets = sample().packets;
  for (const bool client : {true, false}) {
    std::vector<WirePacket> half;
    for (const auto& packet : packets) {
      const bool from_client = packet.ip[15] == 1;  // last byte of the source address
      if (from_client == client) half.push_back(packet);
    }
    const auto result = decode(half);
    CHECK(result.frames.size() == 7);
    CHECK(result.losses.empty());
    for (const auto& frame : result.frames) {
      CHECK(frame.direction == (client ? Direction::Request : Direction::Answer));
    }
  }
}

TEST_CASE("snap length costs the frames that it cut") {
  const auto packets = sample(500).packets;
  const auto whole = decode(packets);
  const auto result =
      decode(packets, keys({kPassphrase}), test::LinkLayer::Ethernet, test::FileFormat::Pcap, 400);
  CHECK_FALSE(result.frames.empty());
  CHECK_FALSE(result.losses.empty());
  for (const auto& text : result.texts()) {
    CHECK(std::ranges::count(whole.texts(), text) != 0);
  }
  std::uint64_t missing = 0;
  for (const auto& loss : result.losses) missing += loss.loss()->missing;
  CHECK(missing > 5000);
}

TEST_CASE("several connections with different keys decode side by side") {
  const auto a = sample(1448, {"10.0.0.1", 40000}, {"10.0.0.2", 5033}, "key of a").packets;
  const auto b = sample(1448, {"10.0.0.1", 40001}, {"10.0.0.3", 5033}, "key of b").packets;
  std::vector<WirePacket> packets;
  for (std::size_t i = 0; i < a.size(); ++i) {
    packets.push_back(a[i]);
    packets.push_back(b[i]);
  }
  const auto result = decode(packets, keys({"key of b", "key of a"}));
  CHECK(result.frames.size() == 28);
  CHECK(result.losses.empty());
  CHECK(result.statistics.connections == 2);
  CHECK(result.statistics.undecrypted == 0);
  CHECK(std::ranges::count(result.frames, std::uint64_t{1}, &FrameRecord::stream) == 14);
}

TEST_CASE("a connection under another key is told and does not disturb the others") {
  auto packets = sample(1448, {"10.0.0.1", 40000}, {"10.0.0.2", 5033}, "key of a").packets;
  const auto b = sample(1448, {"10.0.0.1", 40001}, {"10.0.0.3", 5033}, "key of b").packets;
  packets.insert(packets.end(), b.begin(), b.end());
  const auto result = decode(packets, keys({"key of a"}));
  CHECK(result.frames.size() == 14);
  REQUIRE(result.losses.size() == 2);
  CHECK(result.losses[0].stream == 1);
  CHECK(result.losses[0].loss()->reason == LossReason::NoKeyFits);
  CHECK(result.statistics.undecrypted == 1);
}

TEST_CASE("a port that is used again is another connection") {
  const auto first = sample().packets;
  auto second = sample(1448, {"10.0.0.1", 40000}, {"10.0.0.2", 5033}, kPassphrase, 5, 77).packets;
  SECTION("after a proper end") {}
  SECTION("after an end that was not captured") {
    std::vector<WirePacket> cut(first.begin(), first.end() - 10);
    cut.insert(cut.end(), second.begin(), second.end());
    const auto result = decode(cut);
    CHECK(std::ranges::count(result.frames, std::uint64_t{1}, &FrameRecord::stream) == 14);
    return;
  }
  SECTION("whose handshake was not captured") {
    second =
        sample(1448, {"10.0.0.1", 40000}, {"10.0.0.2", 5033}, kPassphrase, 1U << 31U, 1U << 30U)
            .packets;
    second.erase(second.begin(), second.begin() + 3);
  }
  auto packets = first;
  packets.insert(packets.end(), second.begin(), second.end());
  const auto result = decode(packets);
  CHECK(result.frames.size() == 28);
  CHECK(std::ranges::count(result.frames, std::uint64_t{0}, &FrameRecord::stream) == 14);
  CHECK(std::ranges::count(result.frames, std::uint64_t{1}, &FrameRecord::stream) == 14);
  CHECK(result.losses.empty());
}

TEST_CASE("another port is recognised by a key that fits, and nothing is said if none does") {
  const auto packets = sample(1448, {"10.0.0.1", 40000}, {"10.0.0.2", 8080}).packets;
  CHECK(decode(packets).frames.size() == 14);
  const auto other = decode(packets, keys({"another"}));
  CHECK(other.frames.empty());
  CHECK(other.losses.empty());
  CHECK(other.statistics.connections == 0);
  CHECK(other.statistics.suspects == 1);
}

TEST_CASE("without a key an RSCP connection is counted") {
  const auto result = decode(sample().packets, KeyTable());
  CHECK(result.frames.empty());
  CHECK(result.losses.size() == 2);
  CHECK(result.statistics.without_key == 1);
}

TEST_CASE("half a frame at the end is told with what it needs") {
  auto packets = sample(500).packets;
  packets.resize(packets.size() - 8);
  while (!carries_data(packets.back())) packets.pop_back();
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, kPassphrase);
  rscp.answer({numbered(1, 2000)}, 500);
  tcp.packets.resize(5);  // handshake and two of the segments
  const auto result = decode(tcp.packets);
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].loss()->message() ==
        "bytes 0 to 1000: the stream ends inside a frame of 2048 bytes, 1000 there");
  CHECK(result.losses[0].packets == std::vector<std::uint64_t>{4, 5});
}

TEST_CASE("a frame whose header lies is told, and the next one found") {
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, kPassphrase);
  rscp.answer({numbered(1)});
  ByteBuffer lying = Frame().encode().value();
  store_le(lying.data() + 16, std::uint16_t{9000});  // says 9,000 bytes of data, has none
  rscp.send_raw(false, lying);
  for (int i = 0; i < 200; ++i) rscp.answer({numbered(2)});
  const auto result = decode(tcp.packets);
  CHECK(result.frames.size() > 50);
  CHECK(result.frames[1].frame()->message.frame.crc == CrcStatus::Bad);
}

TEST_CASE("fragments are joined") {
  // One packet of the capture cut into IPv4 fragments by hand.
  auto packets = sample(3000).packets;
  const auto at = std::ranges::find_if(packets, [](const auto& p) { return p.ip.size() > 2000; });
  REQUIRE(at != packets.end());
  const ByteBuffer ip = at->ip;
  const auto piece = [&](std::size_t begin, std::size_t end, bool more) {
    ByteBuffer fragment(ip.begin(), ip.begin() + 20);
    fragment.insert(fragment.end(), ip.begin() + 20 + static_cast<std::ptrdiff_t>(begin),
                    ip.begin() + 20 + static_cast<std::ptrdiff_t>(end));
    fragment[2] = static_cast<std::uint8_t>(fragment.size() >> 8U);
    fragment[3] = static_cast<std::uint8_t>(fragment.size());
    const std::size_t offset = begin / 8 + (more ? 0x2000 : 0);
    fragment[4] = 0x12;
    fragment[6] = static_cast<std::uint8_t>(offset >> 8U);
    fragment[7] = static_cast<std::uint8_t>(offset);
    return WirePacket{at->time, fragment};
  };
  const std::vector<WirePacket> pieces = {piece(0, 1200, true), piece(1200, ip.size() - 20, false)};
  const auto place = at - packets.begin();
  packets.erase(at);
  packets.insert(packets.begin() + place, pieces.begin(), pieces.end());
  const auto result = decode(packets);
  CHECK(result.frames.size() == 14);
  CHECK(result.losses.empty());
}

TEST_CASE("random bytes in place of packets do no harm") {
  std::mt19937 random(17);
  for (int round = 0; round < 100; ++round) {
    auto packets = sample(500).packets;
    for (int i = 0; i < 20; ++i) {
      auto& ip = packets[random() % packets.size()].ip;
      for (int k = 0; k < 3; ++k) ip[random() % ip.size()] = static_cast<std::uint8_t>(random());
      if (random() % 4 == 0) ip.resize(random() % ip.size());
    }
    const auto result = decode(packets);
    CHECK(result.statistics.packets == packets.size());
  }
}

TEST_CASE("more connections than are followed make room for each other") {
  std::vector<WirePacket> packets;
  for (unsigned i = 0; i < 5000; ++i) {
    TcpTalk tcp({"10.1." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250), 40000},
                {"10.0.0.2", 5033});
    tcp.handshake();
    RscpTalk rscp(tcp, kPassphrase);
    rscp.request({Value{"EMS_REQ_POWER_PV"}});
    packets.insert(packets.end(), tcp.packets.begin(), tcp.packets.end());
  }
  const auto result = decode(packets);
  CHECK(result.frames.size() == 5000);
  CHECK(result.statistics.connections == 5000);
}
