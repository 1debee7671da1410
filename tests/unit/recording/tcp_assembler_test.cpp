// SPDX-License-Identifier: MIT
// Which connection a segment belongs to, who its client is, and when it is over.
#include <array>

#include "catch.hpp"
#include <rscp/recording/tcp_assembler.hpp>

using namespace rscp;
using namespace rscp::recording;

namespace {

using Log = std::vector<std::string>;

Endpoint endpoint(const std::string& address, std::uint16_t port) {
  return {Address::parse(address).value(), port};
}

const Endpoint kClient = endpoint("192.0.2.1", 40'000);
const Endpoint kDevice = endpoint("192.0.2.2", 5'033);

enum Flags : unsigned { kNone = 0, kSyn = 1, kAck = 2, kFin = 4, kRst = 8 };

class Traffic {
 public:
  explicit Traffic(std::set<std::uint16_t> ports = {5'033})
      : assembler_(std::move(ports), [this](TcpConnection& connection) {
          if (nobody_wants) return std::unique_ptr<ConnectionSink>();
          log.push_back(name(connection) + " opened by " + connection.client.to_string() +
                        (connection.beginning ? "" : ", joined"));
          return std::unique_ptr<ConnectionSink>(std::make_unique<Sink>(*this, connection));
        }) {}

  void send(const Endpoint& from, const Endpoint& to, std::uint32_t sequence,
            std::string_view text = {}, unsigned flags = kNone, std::uint32_t acknowledgement = 0) {
    TcpSegment segment;
    segment.source = from;
    segment.destination = to;
    segment.sequence = sequence;
    segment.acknowledgement = acknowledgement;
    segment.syn = (flags & kSyn) != 0;
    segment.ack = (flags & kAck) != 0;
    segment.fin = (flags & kFin) != 0;
    segment.rst = (flags & kRst) != 0;
    segment.payload.assign(text.begin(), text.end());
    Packet packet;
    packet.number = ++packets_;
    packet.time = static_cast<std::int64_t>(packets_);
    assembler_.add(segment, packet);
  }
  void handshake(const Endpoint& client = kClient, const Endpoint& device = kDevice,
                 std::uint32_t sequence = 100) {
    send(client, device, sequence, {}, kSyn);
    send(device, client, 500, {}, kSyn | kAck, sequence + 1);
    send(client, device, sequence + 1, {}, kAck, 501);
  }
  Log finish() {
    assembler_.finish();
    return log;
  }
  TcpAssembler* operator->() { return &assembler_; }

  Log log;
  bool nobody_wants = false;

 private:
  static std::string name(const TcpConnection& connection) {
    return std::to_string(connection.index);
  }

  struct Sink : ConnectionSink {
    Sink(Traffic& traffic, const TcpConnection& connection)
        : traffic_(traffic), connection_(connection) {}
    void data(Direction direction, Bytes bytes, std::uint64_t /*packet*/,
              std::int64_t /*time*/) override {
      write(std::string(name_of(direction)) + ' ' + std::string(as_text(bytes)));
    }
    void gap(Direction direction, std::uint64_t length) override {
      write(std::string(name_of(direction)) + " [" + std::to_string(length) + ']');
    }
    void packet_done() override {}
    void closed() override {
      const auto& end = connection_.end;
      std::string text = "closed";
      if (end) text += " by " + std::string(name_of(end->by)) + (end->reset ? ", reset" : "");
      write(text);
    }
    void write(const std::string& text) { traffic_.log.push_back(name(connection_) + ' ' + text); }
    Traffic& traffic_;
    const TcpConnection& connection_;
  };

  TcpAssembler assembler_;
  std::uint64_t packets_ = 0;
};

}  // namespace

TEST_CASE("TCP assembler: the handshake tells the client, whatever the ports") {
  const Endpoint client = endpoint("192.0.2.1", 5'033);
  const Endpoint device = endpoint("192.0.2.2", 40'000);
  Traffic traffic;
  traffic.handshake(client, device);
  traffic.send(client, device, 101, "ask", kAck, 501);
  traffic.send(device, client, 501, "answer", kAck, 104);
  CHECK(traffic.finish() ==
        Log{"0 opened by 192.0.2.1:5033", "0 request ask", "0 answer answer", "0 closed"});
}

TEST_CASE("TCP assembler: half a handshake tells it too, and where both directions begin") {
  Traffic traffic;
  traffic.send(kDevice, kClient, 500, {}, kSyn | kAck, 101);
  traffic.send(kClient, kDevice, 104, "k", kAck, 501);
  traffic.send(kDevice, kClient, 501, "answer", kAck, 105);
  CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000", "0 answer answer", "0 request [3]",
                                "0 request k", "0 closed"});
}

TEST_CASE("TCP assembler: without a handshake the device's port tells, or else the lower one") {
  Traffic traffic;
  SECTION("an answer to a known port") {
    traffic.send(kDevice, kClient, 7, "a");
    CHECK(traffic.log == Log{"0 opened by 192.0.2.1:40000, joined", "0 answer a"});
  }
  SECTION("a known port that is the higher one") {
    const Endpoint low = endpoint("192.0.2.1", 80);
    traffic.send(low, kDevice, 7, "a");
    CHECK(traffic.log == Log{"0 opened by 192.0.2.1:80, joined", "0 request a"});
  }
  SECTION("two unknown ports") {
    traffic.send(endpoint("192.0.2.2", 8'000), kClient, 7, "a");
    CHECK(traffic.log == Log{"0 opened by 192.0.2.1:40000, joined", "0 answer a"});
  }
}

TEST_CASE(
    "TCP assembler: an acknowledgement before the first segment tells where it should begin") {
  Traffic traffic;
  SECTION("near") {
    traffic.send(kDevice, kClient, 7, "a", kAck, 1'000);
    traffic.send(kClient, kDevice, 1'003, "k");
    CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000, joined", "0 answer a",
                                  "0 request [3]", "0 request k", "0 closed"});
  }
  SECTION("too far to be believed") {
    traffic.send(kDevice, kClient, 7, "a", kAck, 1'000);
    traffic.send(kClient, kDevice, 1'000 + (1U << 20U), "k");
    CHECK(traffic.finish() ==
          Log{"0 opened by 192.0.2.1:40000, joined", "0 answer a", "0 request k", "0 closed"});
  }
}

TEST_CASE("TCP assembler: a port that is used again is another connection") {
  Traffic traffic;
  traffic.handshake();
  traffic.send(kClient, kDevice, 101, "a", kAck, 501);
  SECTION("with another sequence number") {
    traffic.handshake(kClient, kDevice, 9'000);
    traffic.send(kClient, kDevice, 9'001, "b", kAck, 501);
    CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000", "0 request a", "0 closed",
                                  "1 opened by 192.0.2.1:40000", "1 request b", "1 closed"});
  }
  SECTION("but a repeated SYN is the same one") {
    traffic.send(kClient, kDevice, 100, {}, kSyn);
    traffic.send(kClient, kDevice, 102, "b", kAck, 501);
    CHECK(traffic.finish() ==
          Log{"0 opened by 192.0.2.1:40000", "0 request a", "0 request b", "0 closed"});
  }
  SECTION("with the same number once both sides had said that they were done") {
    traffic.send(kClient, kDevice, 102, {}, kFin | kAck, 501);
    traffic.send(kDevice, kClient, 501, {}, kFin | kAck, 103);
    traffic.handshake();
    CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000", "0 request a",
                                  "0 closed by request", "1 opened by 192.0.2.1:40000",
                                  "1 closed"});
  }
  SECTION("with the same number after a reset") {
    traffic.send(kDevice, kClient, 501, {}, kRst);
    traffic.handshake();
    CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000", "0 request a",
                                  "0 closed by answer, reset", "1 opened by 192.0.2.1:40000",
                                  "1 closed"});
  }
  SECTION("without a handshake, if its bytes are nowhere near") {
    traffic.send(kClient, kDevice, 101 + (1U << 25U), "b");
    CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000", "0 request a", "0 closed",
                                  "1 opened by 192.0.2.1:40000, joined", "1 request b",
                                  "1 closed"});
  }
}

TEST_CASE("TCP assembler: the first to close is remembered, and how") {
  Traffic traffic;
  traffic.handshake();
  traffic.send(kDevice, kClient, 501, {}, kFin | kAck, 101);
  traffic.send(kClient, kDevice, 101, {}, kRst);
  CHECK(traffic.finish() == Log{"0 opened by 192.0.2.1:40000", "0 closed by answer"});
}

TEST_CASE("TCP assembler: the connection idle longest makes room") {
  Traffic traffic;
  const auto client = [](std::size_t i) {
    return endpoint("192.0.2.1", static_cast<std::uint16_t>(10'000 + i));
  };
  for (std::size_t i = 0; i < TcpAssembler::kMaxConnections; ++i) {
    traffic.send(client(i), kDevice, 1, "a");
  }
  traffic.send(client(0), kDevice, 2, "b");  // the second is idle longest now
  traffic.log.clear();
  traffic.send(client(TcpAssembler::kMaxConnections), kDevice, 1, "a");
  CHECK(traffic.log == Log{"1 closed", "4096 opened by 192.0.2.1:14096, joined", "4096 request a"});
}

TEST_CASE("TCP assembler: connections that nobody wants keep their number") {
  Traffic traffic;
  traffic.nobody_wants = true;
  traffic.send(kClient, kDevice, 1, "a");
  traffic.nobody_wants = false;
  traffic.send(endpoint("192.0.2.1", 40'001), kDevice, 1, "b");
  CHECK(traffic.finish() == Log{"1 opened by 192.0.2.1:40001, joined", "1 request b", "1 closed"});
}

TEST_CASE("TCP assembler: at the end connections close in the order they began") {
  Traffic traffic;
  for (const std::uint16_t port : std::array<std::uint16_t, 3>{3, 1, 2})
    traffic.send(endpoint("192.0.2.1", port), kDevice, 1, "a");
  traffic.log.clear();
  CHECK(traffic.finish() == Log{"0 closed", "1 closed", "2 closed"});
}

TEST_CASE("TCP assembler: the oldest packet that waits is that of all connections") {
  Traffic traffic;
  const Endpoint other = endpoint("192.0.2.1", 40'001);
  traffic.handshake();                // packets 1 to 3
  traffic.handshake(other, kDevice);  // 4 to 6
  CHECK_FALSE(traffic->waiting_since());
  traffic.send(kDevice, kClient, 502, "b");  // 7
  traffic.send(other, kDevice, 102, "b");    // 8
  CHECK(traffic->waiting_since() == 7);
  traffic.send(kDevice, kClient, 501, "a");
  CHECK(traffic->waiting_since() == 8);
  traffic.send(other, kDevice, 101, "a");
  CHECK_FALSE(traffic->waiting_since());
}
