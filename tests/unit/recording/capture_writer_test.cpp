// SPDX-License-Identifier: MIT
// What the capture writer puts into a file, read back through libpcap and libtins.
#include <numeric>

#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/capture_writer.hpp>
#include <rscp/recording/packet_parser.hpp>
#include <rscp/recording/tcp_assembler.hpp>

using namespace rscp;
using namespace rscp::recording;
using test::TemporaryFolder;

namespace {

constexpr std::int64_t kTime = 1'700'000'000'123'456'789;

// Where the headers of its packets are: Ethernet without tags, IPv4 and TCP without options.
constexpr std::size_t kIp = 14;
constexpr std::size_t kTcp = kIp + 20;
constexpr std::size_t kPayload = kTcp + 20;

Endpoint endpoint(const std::string& address, std::uint16_t port) {
  return {Address::parse(address).value(), port};
}

const Endpoint kClient = endpoint("10.0.0.7", 40'000);
const Endpoint kDevice = endpoint("10.0.0.2", 5'033);

CaptureWriter create(const std::string& file) {
  auto writer = CaptureWriter::create(file);
  REQUIRE(writer.has_value());
  return std::move(*writer);
}

ByteBuffer some_bytes(std::size_t size) {
  ByteBuffer bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

/// A packet of a file, whole and parsed.
struct Written {
  std::int64_t time;
  ByteBuffer bytes;
  TcpSegment segment;

  [[nodiscard]] unsigned flags() const { return bytes.at(kTcp + 13); }
};

std::vector<Written> read(const std::string& file) {
  auto capture = CaptureFile::open(file);
  REQUIRE(capture.has_value());
  CHECK(capture->link_type() == CaptureWriter::link_type());
  PacketParser parser(capture->link_type());
  std::vector<Written> packets;
  for (auto packet = capture->next(); packet && *packet; packet = capture->next()) {
    CHECK((*packet)->original_size == (*packet)->bytes.size());
    const auto segment = parser.parse(**packet);
    REQUIRE(segment.has_value());
    packets.push_back(
        {(*packet)->time, {(*packet)->bytes.begin(), (*packet)->bytes.end()}, *segment});
  }
  CHECK(parser.malformed() == 0);
  return packets;
}

/// One line a packet: who, flags, sequence, acknowledgement, size.
std::vector<std::string> lines(const std::vector<Written>& packets) {
  std::vector<std::string> text;
  for (const Written& packet : packets) {
    const TcpSegment& segment = packet.segment;
    const unsigned flags = packet.flags();
    std::string line = segment.source.port == kClient.port ? "client" : "device";
    for (const auto& [bit, name] : {std::pair{0x02U, " SYN"},
                                    {0x01U, " FIN"},
                                    {0x04U, " RST"},
                                    {0x08U, " PSH"},
                                    {0x10U, " ACK"}}) {
      if ((flags & bit) != 0) line += name;
    }
    line += ' ' + std::to_string(segment.sequence);
    if (segment.ack) line += ' ' + std::to_string(segment.acknowledgement);
    if (!segment.payload.empty()) line += " +" + std::to_string(segment.payload.size());
    text.push_back(line);
  }
  return text;
}

/// Sums big-endian words as the internet checksum does; a sound header gives 0xFFFF.
unsigned checksum(Bytes bytes, unsigned sum = 0) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? unsigned{bytes[i]} << 8U : unsigned{bytes[i]};
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFFU) + (sum >> 16U);
  return sum;
}

/// What both directions say, put together from a file's packets: bytes as hex, gaps as "[n]".
std::array<std::string, 2> streams(const std::string& file) {
  std::array<std::string, 2> text;
  struct Sink : ConnectionSink {
    explicit Sink(std::array<std::string, 2>& to) : text(to) {}
    void data(Direction direction, Bytes bytes, std::uint64_t /*packet*/,
              std::int64_t /*time*/) override {
      text.at(index_of(direction)) += to_hex(bytes);
    }
    void gap(Direction direction, std::uint64_t length) override {
      text.at(index_of(direction)) += '[' + std::to_string(length) + ']';
    }
    void packet_done() override {}
    void closed() override {}
    std::array<std::string, 2>& text;
  };
  TcpAssembler assembler({kDevice.port},
                         [&](TcpConnection&) { return std::make_unique<Sink>(text); });
  std::uint64_t number = 0;
  for (const Written& packet : read(file)) {
    assembler.add(packet.segment, {++number, packet.time, packet.bytes.size(), packet.bytes});
  }
  assembler.finish();
  return text;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("capture writer: a conversation has its handshake, segments and end") {
  const TemporaryFolder folder;
  const std::string file = folder.file("a.pcap");
  {
    CaptureWriter writer = create(file);
    const auto id = writer.open(kClient, kDevice, kTime);
    writer.data(id, true, some_bytes(3'000), kTime + 1);
    writer.data(id, false, some_bytes(64), kTime + 2);
    SECTION("closed by the client") {
      writer.close(id, true, false, kTime + 3);
      CHECK(writer.flush());
      const auto packets = lines(read(file));
      REQUIRE(packets.size() == 12);
      CHECK(Lines(packets.begin() + 9, packets.end()) ==
            Lines{"client FIN ACK 4001 1065", "device FIN ACK 1065 4002", "client ACK 4002 1066"});
    }
    SECTION("reset by the device") {
      writer.close(id, false, true, kTime + 3);
      CHECK(writer.flush());
      const auto packets = lines(read(file));
      REQUIRE(packets.size() == 10);
      CHECK(packets.back() == "device RST ACK 1065 4001");
    }
    SECTION("left open") {
      CHECK(writer.flush());
      CHECK(lines(read(file)) == Lines{"client SYN 1000", "device SYN ACK 1000 1001",
                                       "client ACK 1001 1001", "client ACK 1001 1001 +1448",
                                       "client ACK 2449 1001 +1448",
                                       "client PSH ACK 3897 1001 +104", "device ACK 1001 4001",
                                       "device PSH ACK 1001 4001 +64", "client ACK 4001 1065"});
    }
  }
  CHECK(streams(file) == std::array{to_hex(some_bytes(3'000)), to_hex(some_bytes(64))});
  const auto packets = read(file);
  CHECK(packets[0].segment.source == kClient);
  CHECK(packets[0].segment.destination == kDevice);
  CHECK(packets[1].segment.source == kDevice);
  CHECK(packets[2].time == kTime);
  CHECK(packets[3].time == kTime + 1);
  CHECK(packets[8].time == kTime + 2);
}

TEST_CASE("capture writer: checksums and lengths are right") {
  const TemporaryFolder folder;
  const std::string file = folder.file("a.pcap");
  {
    CaptureWriter writer = create(file);
    const auto id = writer.open(kClient, kDevice, kTime);
    writer.data(id, true, some_bytes(1'501), kTime);
    writer.data(id, false, some_bytes(1), kTime);
    writer.close(id, false, false, kTime);
  }
  const auto packets = read(file);
  REQUIRE(packets.size() == 11);
  for (const Written& packet : packets) {
    const Bytes ip = Bytes(packet.bytes).subspan(kIp);
    const std::size_t total = std::size_t{ip[2]} << 8U | ip[3];
    CHECK(total == kPayload - kIp + packet.segment.payload.size());
    CHECK(ip[0] == 0x45);
    CHECK(checksum(ip.first(20)) == 0xFFFF);
    // TCP's covers the addresses, the protocol and its own length too.
    const unsigned pseudo = 6 + static_cast<unsigned>(total - 20);
    CHECK(checksum(ip.subspan(20, total - 20), checksum(ip.subspan(12, 8)) + pseudo) == 0xFFFF);
  }
}

TEST_CASE("capture writer: conversations at the same time keep their own numbers") {
  const TemporaryFolder folder;
  const std::string file = folder.file("a.pcap");
  {
    CaptureWriter writer = create(file);
    const auto first = writer.open(kClient, kDevice, kTime);
    const auto second = writer.open(endpoint("10.0.0.8", 40'000), kDevice, kTime);
    CHECK(first != second);
    writer.data(first, true, some_bytes(10), kTime);
    writer.data(second, true, some_bytes(20), kTime);
    writer.data(first, true, some_bytes(10), kTime);
  }
  const auto packets = lines(read(file));
  REQUIRE(packets.size() == 12);
  CHECK(packets[6] == "client PSH ACK 1001 1001 +10");
  CHECK(packets[8] == "client PSH ACK 1001 1001 +20");
  CHECK(packets[10] == "client PSH ACK 1011 1001 +10");
}

TEST_CASE(
    "capture writer: nothing is written for a conversation that is over or was never opened") {
  const TemporaryFolder folder;
  CaptureWriter writer = create(folder.file("a.pcap"));
  const auto id = writer.open(kClient, kDevice, kTime);
  writer.close(id, true, false, kTime);
  const auto size = writer.size();
  writer.data(id, true, some_bytes(10), kTime);
  writer.close(id, true, false, kTime);
  writer.data(id + 1, true, some_bytes(10), kTime);
  writer.close(id + 1, true, true, kTime);
  CHECK(writer.size() == size);
  CHECK(writer.flush());
  CHECK(read(folder.file("a.pcap")).size() == 6);
}

TEST_CASE("capture writer: no bytes are no packet") {
  const TemporaryFolder folder;
  CaptureWriter writer = create(folder.file("a.pcap"));
  const auto id = writer.open(kClient, kDevice, kTime);
  writer.data(id, true, {}, kTime);
  CHECK(writer.flush());
  CHECK(read(folder.file("a.pcap")).size() == 3);
}

TEST_CASE("capture writer: IPv6 endpoints get addresses for documentation and keep their ports") {
  const TemporaryFolder folder;
  const std::string file = folder.file("a.pcap");
  {
    CaptureWriter writer = create(file);
    writer.open(endpoint("fe80::7", 40'000), endpoint("fe80::2", 5'033), kTime);
  }
  const auto packets = read(file);
  REQUIRE(packets.size() == 3);
  CHECK(packets[0].segment.source == endpoint("192.0.2.8", 40'000));
  CHECK(packets[0].segment.destination == endpoint("198.51.100.3", 5'033));
}

TEST_CASE("capture writer: a new file begins with the last block of what is open") {
  const TemporaryFolder folder;
  const std::string first = folder.file("1.pcap");
  const std::string second = folder.file("2.pcap");
  const ByteBuffer bytes = some_bytes(200);
  {
    CaptureWriter writer = create(first);
    const auto id = writer.open(kClient, kDevice, kTime);
    const auto over = writer.open(endpoint("10.0.0.8", 40'001), kDevice, kTime);
    writer.data(id, true, Bytes(bytes).first(100), kTime + 1);
    writer.data(id, false, Bytes(bytes).first(20), kTime + 2);
    writer.data(over, true, bytes, kTime + 2);
    writer.close(over, true, false, kTime + 3);
    REQUIRE(writer.continue_in(second).has_value());
    CHECK(writer.size() == 24 + 2 * (16 + kPayload) + 32 + 20);
    writer.data(id, true, Bytes(bytes).subspan(100), kTime + 4);
    CHECK(writer.flush());
    CHECK(writer.size() == std::filesystem::file_size(second));
  }
  // Each file holds its bytes without a hole; a reader of both sees the repeated ones twice.
  CHECK(streams(first)[0] == to_hex(Bytes(bytes).first(100)) + to_hex(bytes));
  CHECK(streams(second) ==
        std::array{to_hex(Bytes(bytes).subspan(68)), to_hex(Bytes(bytes).first(20))});
  const auto packets = read(second);
  CHECK(lines(packets) == Lines{"client ACK 1069 1021 +32", "device ACK 1001 1101 +20",
                                "client PSH ACK 1101 1021 +100", "device ACK 1021 1201"});
  CHECK(packets[0].time == kTime + 3);
}

TEST_CASE("capture writer: the last block may have come in pieces, and is repeated in every file") {
  const TemporaryFolder folder;
  const ByteBuffer bytes = some_bytes(40);
  CaptureWriter writer = create(folder.file("1.pcap"));
  const auto id = writer.open(kClient, kDevice, kTime);
  writer.data(id, true, Bytes(bytes).first(30), kTime);
  writer.data(id, true, Bytes(bytes).subspan(30), kTime);
  const auto open_files = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  const auto before = open_files();
  for (const char* name : {"2.pcap", "3.pcap"}) {
    REQUIRE(writer.continue_in(folder.file(name)).has_value());
    CHECK(writer.flush());
    CHECK(streams(folder.file(name))[0] == to_hex(Bytes(bytes).subspan(8)));
    CHECK(lines(read(folder.file(name))) == Lines{"client ACK 1009 1001 +32"});
  }
  CHECK(open_files() == before);  // the one before is closed
}

TEST_CASE("capture writer: its size is that of the file") {
  const TemporaryFolder folder;
  const std::string file = folder.file("a.pcap");
  CaptureWriter writer = create(file);
  CHECK(writer.size() == 24);
  const auto id = writer.open(kClient, kDevice, kTime);
  writer.data(id, true, some_bytes(5'000), kTime);
  CHECK(writer.flush());
  CHECK(writer.size() == std::filesystem::file_size(file));
}

TEST_CASE("capture writer: a file that cannot be written is an error") {
  const TemporaryFolder folder;
  SECTION("at once, with its name and the reason") {
    const auto writer = CaptureWriter::create(folder.path() + "/none/a.pcap");
    REQUIRE_FALSE(writer.has_value());
    CHECK(writer.error().to_string() ==
          folder.path() + "/none/a.pcap: cannot be written: No such file or directory");
  }
  SECTION("when the disk is full") {
    CaptureWriter writer = create("/dev/full");
    CHECK_FALSE(writer.flush());
    CHECK_FALSE(writer.flush());
  }
  SECTION("when another should follow: the first stays in use") {
    const std::string file = folder.file("a.pcap");
    CaptureWriter writer = create(file);
    const auto id = writer.open(kClient, kDevice, kTime);
    const auto next = writer.continue_in(folder.path() + "/none/b.pcap");
    REQUIRE_FALSE(next.has_value());
    CHECK(next.error().to_string() ==
          folder.path() + "/none/b.pcap: cannot be written: No such file or directory");
    writer.data(id, true, some_bytes(10), kTime);
    CHECK(writer.flush());
    CHECK(streams(file)[0] == to_hex(some_bytes(10)));
    CHECK(writer.size() == std::filesystem::file_size(file));
  }
}
