// SPDX-License-Identifier: MIT
// One direction of a connection, fed with segments as an assembler feeds it: a tick a packet.
#include <limits>

#include "catch.hpp"
#include <rscp/recording/tcp_stream.hpp>

using namespace rscp;
using namespace rscp::recording;

namespace {

constexpr std::uint32_t kFirst = 1'000;

class Stream {
 public:
  explicit Stream(std::uint32_t first = kFirst)
      : stream_(first, {[this](Bytes bytes, std::uint64_t packet, std::int64_t time) {
                          came_ += as_text(bytes);
                          pieces_.push_back({bytes.size(), packet, time});
                        },
                        [this](std::uint64_t n) { came_ += '[' + std::to_string(n) + ']'; }}) {}

  /// A segment of this direction; `cut` bytes of it were not captured.
  void add(std::uint32_t sequence, std::string_view text, std::size_t cut = 0, bool fin = false) {
    TcpSegment segment;
    segment.sequence = sequence;
    segment.payload.assign(text.begin(), text.end());
    segment.cut = cut;
    segment.fin = fin;
    const Packet packet = next();
    stream_.add(segment, packet);
    stream_.tick(packet);
  }
  /// The other side acknowledges everything before `sequence`.
  void acknowledge(std::uint32_t sequence) {
    const Packet packet = next();
    stream_.acknowledged(sequence, packet);
    stream_.tick(packet);
  }
  /// Packets of the connection that bring nothing for this direction.
  void others(int count) {
    for (int i = 0; i < count; ++i) stream_.tick(next());
  }
  void wait(std::int64_t nanoseconds) { time_ += nanoseconds; }

  /// What came out so far: bytes as they are, a gap as "[3]".
  [[nodiscard]] const std::string& came() const { return came_; }
  std::string finish() {
    stream_.finish();
    return came_;
  }
  /// What came out, by the packets that brought it.
  struct Piece {
    std::size_t size;
    std::uint64_t packet;
    std::int64_t time;
    friend bool operator==(const Piece&, const Piece&) = default;
  };
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  TcpStream* operator->() { return &stream_; }

 private:
  Packet next() {
    Packet packet;
    packet.number = ++number_;
    packet.time = time_ += 1'000'000;
    return packet;
  }

  std::string came_;
  std::vector<Piece> pieces_;
  std::uint64_t number_ = 0;
  std::int64_t time_ = 1'700'000'000'000'000'000;
  TcpStream stream_;
};

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("TCP stream: segments in order are delivered as they come") {
  Stream stream;
  stream.add(kFirst, "abc");
  CHECK(stream.came() == "abc");
  CHECK(stream->position() == 3);
  stream.add(kFirst + 3, "def");
  CHECK(stream.came() == "abcdef");
  CHECK(stream->position() == 6);
  CHECK_FALSE(stream->waiting_since());
  CHECK(stream.finish() == "abcdef");
}

TEST_CASE("TCP stream: segments out of order wait for those before them") {
  Stream stream;
  stream.add(kFirst + 6, "ghi");
  stream.add(kFirst + 3, "def");
  CHECK(stream.came() == "");
  CHECK(stream->waiting_since() == 1);
  stream.add(kFirst, "abc");
  CHECK(stream.came() == "abcdefghi");
  CHECK_FALSE(stream->waiting_since());
}

TEST_CASE("TCP stream: bytes that come twice are delivered once") {
  Stream stream;
  stream.add(kFirst, "abcd");
  stream.add(kFirst, "abcd");
  stream.add(kFirst + 2, "cdef");
  CHECK(stream.came() == "abcdef");
  SECTION("and so if both waited") {
    stream.add(kFirst + 9, "jkl");
    stream.add(kFirst + 8, "ij");
    stream.add(kFirst + 6, "ghij");
    CHECK(stream.came() == "abcdefghijkl");
  }
  SECTION("and what was delivered stays as it was") {
    stream.add(kFirst + 3, "XYZ");
    CHECK(stream.came() == "abcdef");
    stream.add(kFirst + 4, "XYgh");
    CHECK(stream.came() == "abcdefgh");
  }
  CHECK_FALSE(stream->waiting_since());
}

TEST_CASE("TCP stream: a hole that was acknowledged is given up 16 packets later") {
  Stream stream;
  stream.add(kFirst, "abc");
  stream.add(kFirst + 6, "ghi");
  stream.acknowledge(kFirst + 9);
  stream.others(15);
  CHECK(stream.came() == "abc");
  CHECK(stream->waiting_since() == 2);
  stream.others(1);
  CHECK(stream.came() == "abc[3]ghi");
  CHECK(stream->position() == 9);
  CHECK_FALSE(stream->waiting_since());
  SECTION("bytes of it that come still later are dropped") {
    stream.add(kFirst + 3, "def");
    CHECK(stream.came() == "abc[3]ghi");
    stream.add(kFirst + 9, "jkl");
    CHECK(stream.came() == "abc[3]ghijkl");
  }
}

TEST_CASE("TCP stream: bytes that were only late fill an acknowledged hole in time") {
  Stream stream;
  stream.add(kFirst + 3, "def");
  stream.acknowledge(kFirst + 6);
  stream.others(15);
  stream.add(kFirst, "abc");
  CHECK(stream.came() == "abcdef");
  CHECK(stream.finish() == "abcdef");
}

TEST_CASE("TCP stream: an acknowledgement that ends before the hole does says nothing about it") {
  Stream stream;
  stream.add(kFirst, "abc");
  stream.add(kFirst + 6, "ghi");
  stream.acknowledge(kFirst + 5);
  stream.others(100);
  CHECK(stream.came() == "abc");
}

TEST_CASE("TCP stream: a hole that nobody acknowledges is given up in the end") {
  Stream stream;
  stream.add(kFirst, "abc");
  stream.add(kFirst + 6, "ghi");
  SECTION("after 256 packets") {
    stream.others(254);
    CHECK(stream.came() == "abc");
    stream.others(1);
    CHECK(stream.came() == "abc[3]ghi");
  }
  SECTION("after 30 seconds") {
    stream.wait(29'990'000'000);
    stream.others(1);
    CHECK(stream.came() == "abc");
    stream.wait(10'000'000);
    stream.others(1);
    CHECK(stream.came() == "abc[3]ghi");
  }
}

TEST_CASE("TCP stream: no more than 1 MiB waits behind a hole") {
  constexpr std::uint32_t kSize = 1U << 16U;
  const std::string segment(kSize, 'x');
  Stream stream;
  for (std::uint32_t i = 0; i < 16; ++i) stream.add(kFirst + 1 + i * kSize, segment);
  CHECK(stream.came().empty());
  stream.add(kFirst + 1 + 16 * kSize, segment);
  CHECK(stream.came().size() == std::string("[1]").size() + std::size_t{17} * kSize);
}

TEST_CASE("TCP stream: each hole is waited for") {
  Stream stream;
  stream.add(kFirst + 1, "b");
  stream.add(kFirst + 3, "d");
  stream.acknowledge(kFirst + 4);
  stream.others(16);
  CHECK(stream.came() == "[1]b");
  CHECK(stream->waiting_since() == 1);
  stream.others(15);
  CHECK(stream.came() == "[1]b");
  stream.others(1);
  CHECK(stream.came() == "[1]b[1]d");
  CHECK_FALSE(stream->waiting_since());
}

TEST_CASE("TCP stream: sequence numbers begin again at zero") {
  constexpr std::uint32_t first = std::numeric_limits<std::uint32_t>::max() - 2;
  Stream stream(first);
  SECTION("in order") {
    stream.add(first, "abcd");
    stream.add(1, "ef");
    CHECK(stream.came() == "abcdef");
  }
  SECTION("out of order") {
    stream.add(3, "ghi");
    stream.add(0, "def");
    stream.add(first, "abc");
    CHECK(stream.came() == "abcdefghi");
  }
  SECTION("inside a hole that is acknowledged behind it") {
    stream.add(first, "ab");
    stream.add(4, "hi");
    stream.acknowledge(6);
    stream.others(16);
    CHECK(stream.came() == "ab[5]hi");
  }
  SECTION("between a hole and its acknowledgement") {
    stream.add(first + 1, "bcd");
    stream.acknowledge(1);
    stream.others(16);
    CHECK(stream.came() == "[1]bcd");
  }
  SECTION("between two segments that wait") {
    stream.add(2, "f");
    stream.add(first + 2, "c");
    CHECK(stream.finish() == "[2]c[2]f");
  }
  SECTION("in the FIN") {
    stream.add(first, "abc");
    stream.add(2, "", 0, true);
    CHECK(stream.finish() == "abc[2]");
  }
}

TEST_CASE("TCP stream: a FIN tells what is missing at the end") {
  Stream stream;
  stream.add(kFirst, "abc");
  SECTION("nothing") {
    stream.add(kFirst + 3, "", 0, true);
    stream.acknowledge(kFirst + 4);
    CHECK(stream.finish() == "abc");
  }
  SECTION("nothing, and it brings the last bytes") {
    stream.add(kFirst + 3, "def", 0, true);
    CHECK(stream.finish() == "abcdef");
  }
  SECTION("some bytes") {
    stream.add(kFirst + 6, "", 0, true);
    SECTION("that nobody acknowledged") {}
    SECTION("that were acknowledged together with the FIN") { stream.acknowledge(kFirst + 7); }
    CHECK(stream.finish() == "abc[3]");
    CHECK(stream->position() == 6);
  }
}

TEST_CASE("TCP stream: finishing delivers what waits, with gaps before it") {
  Stream stream;
  stream.add(kFirst + 6, "g");
  stream.add(kFirst + 3, "d");
  CHECK(stream.came() == "");
  CHECK(stream.finish() == "[3]d[2]g");
  CHECK_FALSE(stream->waiting_since());
}

TEST_CASE("TCP stream: bytes that only the other side saw are missing at the end") {
  Stream stream;
  SECTION("if something of this direction was captured") {
    stream.add(kFirst, "abc");
    stream.acknowledge(kFirst + 10);
    SECTION("and acknowledged") { CHECK(stream.finish() == "abc[7]"); }
    SECTION("and acknowledged, whatever an older acknowledgement says that comes later") {
      stream.acknowledge(kFirst + 5);
      CHECK(stream.finish() == "abc[7]");
    }
  }
  SECTION("but an acknowledgement of one more byte is one of the FIN") {
    stream.add(kFirst, "abc");
    stream.acknowledge(kFirst + 4);
    CHECK(stream.finish() == "abc");
  }
  SECTION("and a direction that was not captured at all is not lost") {
    stream.acknowledge(kFirst + 10);
    CHECK(stream.finish() == "");
  }
}

TEST_CASE("TCP stream: bytes that the snap length cut off are missing") {
  Stream stream;
  stream.add(kFirst, "abc", 3);
  SECTION("before the next segment") {
    stream.add(kFirst + 6, "ghi");
    CHECK(stream.finish() == "abc[3]ghi");
  }
  SECTION("at the end") { CHECK(stream.finish() == "abc[3]"); }
}

TEST_CASE("TCP stream: bytes name the packet that brought them first, with its time") {
  constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
  constexpr std::int64_t kStep = 1'000'000;
  Stream stream;
  SECTION("in order, what overlaps counts for the first") {
    stream.add(kFirst, "abcd");
    stream.add(kFirst, "abcd");
    stream.add(kFirst + 2, "cdef");
    CHECK(stream.pieces() ==
          std::vector<Stream::Piece>{{4, 1, kStart + kStep}, {2, 3, kStart + 3 * kStep}});
  }
  SECTION("out of order") {
    stream.add(kFirst + 3, "def");
    stream.add(kFirst + 3, "def");
    stream.add(kFirst, "abcd");
    CHECK(stream.pieces() ==
          std::vector<Stream::Piece>{{3, 3, kStart + 3 * kStep}, {3, 1, kStart + kStep}});
  }
  SECTION("behind a hole that is given up") {
    stream.add(kFirst + 3, "def");
    stream.finish();
    CHECK(stream.pieces() == std::vector<Stream::Piece>{{3, 1, kStart + kStep}});
  }
}

TEST_CASE("TCP stream: a sequence number far away belongs to another connection") {
  Stream stream;
  constexpr std::uint32_t far = 1U << 24U;
  CHECK(stream->is_near(kFirst + far - 1));
  CHECK_FALSE(stream->is_near(kFirst + far));
  CHECK(stream->is_near(kFirst - far + 1));
  CHECK_FALSE(stream->is_near(kFirst - far));
  stream.add(kFirst, "abc");
  CHECK(stream->is_near(kFirst + 3 + far - 1));
}
