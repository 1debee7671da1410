// SPDX-License-Identifier: MIT
#include <algorithm>

#include "catch.hpp"
#include "fake_server.hpp"
#include <rscp/connection/listener.hpp>
#include <rscp/frame.hpp>

using namespace rscp;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

struct Written {
  std::chrono::milliseconds pause{0};
  ByteBuffer bytes;
};

// Writes raw pieces to a session and gives back what the session makes of each frame.
std::vector<Result<ReceivedRequest>> receive_all(const std::vector<Written>& pieces,
                                                 ReceiveLimits limits = {}) {
  asio::io_context io;
  std::vector<Result<ReceivedRequest>> results;
  auto receive = [&](tcp::socket socket) -> asio::awaitable<void> {
    ServerSession session(std::move(socket), test::kKey);
    while (results.empty() || results.back()) results.push_back(co_await session.receive(limits));
    io.stop();
  };
  const test::FakeServer server(io, receive);
  auto write = [&]() -> asio::awaitable<void> {
    tcp::socket socket(io);
    const tcp::endpoint to(asio::ip::make_address("127.0.0.1"), server.client().port);
    co_await socket.async_connect(to, asio::use_awaitable);
    FrameChannel channel(std::move(socket), test::kKey, Direction::Answer);
    for (const Written& piece : pieces) {
      if (piece.pause.count() != 0) co_await test::sleep_for(piece.pause);
      const auto written = co_await channel.write(piece.bytes);
      if (!written) co_return;
    }
  };
  asio::co_spawn(io, write(), asio::detached);
  constexpr std::chrono::seconds kHang{30};
  io.run_for(kHang);
  return results;
}

ByteBuffer frame(const Value& value, bool with_crc = true) {
  return seal_frame({&value, 1}, {1, 0}, with_crc).value();
}

const Value kPv("EMS_REQ_POWER_PV");
const Value kSoc("EMS_REQ_BAT_SOC");

}  // namespace

TEST_CASE("frames come whole whatever pieces they arrive in") {
  Encryptor encryptor(test::kKey);
  const Value box("WB_REQ_DATA", {{"WB_INDEX", 0}, {"WB_REQ_EXTERN_DATA_ALG"}, {"WB_REQ_PARAM_1"}});
  ByteBuffer stream = encryptor.encrypt(frame(kPv));
  for (const ByteBuffer& more :
       {encryptor.encrypt(frame(box)), encryptor.encrypt(frame(kSoc, false))}) {
    stream.insert(stream.end(), more.begin(), more.end());
  }
  const std::size_t size = GENERATE(std::size_t{1}, std::size_t{31}, std::size_t{32},
                                    std::size_t{33}, std::size_t{1000});
  std::vector<Written> pieces;
  for (std::size_t at = 0; at < stream.size(); at += size) {
    const std::size_t end = std::min(at + size, stream.size());
    pieces.push_back({0ms, ByteBuffer(stream.begin() + static_cast<std::ptrdiff_t>(at),
                                      stream.begin() + static_cast<std::ptrdiff_t>(end))});
  }
  const auto results = receive_all(pieces);
  REQUIRE(results.size() == 4);
  CHECK(results[0]->frame.values == std::vector{kPv});
  CHECK(results[1]->frame.values == std::vector{box});
  CHECK(results[2]->frame.values == std::vector{kSoc});
  CHECK(results[2]->frame.crc == CrcStatus::Absent);
  CHECK(results[3].error().kind == ErrorKind::Closed);
}

TEST_CASE("a spare block of zeros behind an aligned frame is swallowed") {
  Encryptor encryptor(test::kKey);
  ByteBuffer padded = frame(kPv);
  padded.resize(padded_size(padded.size()) + kCipherBlockSize);
  ByteBuffer stream = encryptor.encrypt(padded);
  const ByteBuffer next = encryptor.encrypt(frame(kSoc));
  stream.insert(stream.end(), next.begin(), next.end());
  const auto results = receive_all({{0ms, stream}});
  REQUIRE(results.size() == 3);
  CHECK(results[1]->frame.values == std::vector{kSoc});
}

TEST_CASE("another passphrase is noticed at the first block") {
  Encryptor other(Key::from_passphrase("another").value());
  const auto results = receive_all({{0ms, other.encrypt(frame(kPv))}});
  REQUIRE(results.size() == 1);
  CHECK(results[0].error().kind == ErrorKind::WrongKey);
}

TEST_CASE("noise behind a sound frame is a protocol error with its byte") {
  Encryptor encryptor(test::kKey);
  ByteBuffer stream = encryptor.encrypt(frame(kPv));
  stream.resize(stream.size() + 64, 0xAB);
  const auto results = receive_all({{0ms, stream}});
  REQUIRE(results.size() == 2);
  CHECK(results[1].error().kind == ErrorKind::Protocol);
  CHECK(results[1].error().message.find("byte 64") == std::string::npos);
  CHECK(results[1].error().message.find("byte 32") != std::string::npos);
}

TEST_CASE("a wrong checksum is a protocol error") {
  Encryptor encryptor(test::kKey);
  ByteBuffer plain = frame(kPv);
  plain.back() ^= 1U;
  const auto results = receive_all({{0ms, encryptor.encrypt(plain)}});
  CHECK(results[0].error().kind == ErrorKind::Protocol);
}

TEST_CASE("a peer that vanishes inside a frame is told from one that says goodbye") {
  Encryptor encryptor(test::kKey);
  ByteBuffer stream =
      encryptor.encrypt(frame(Value("EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", 1}})));
  stream.resize(40);
  const auto results = receive_all({{0ms, stream}});
  CHECK(results[0].error().kind == ErrorKind::Closed);
  CHECK(results[0].error().message.find("inside a frame, after 40 bytes") != std::string::npos);
}

TEST_CASE("a frame that never ends runs into its limit, with the bytes that came") {
  Encryptor encryptor(test::kKey);
  ByteBuffer stream =
      encryptor.encrypt(frame(Value("EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", 1}})));
  const ByteBuffer begin(stream.begin(), stream.begin() + 33);
  const ByteBuffer end(stream.begin() + 33, stream.end());
  const auto results = receive_all({{0ms, begin}, {300ms, end}}, {kForever, 50ms});
  REQUIRE(results.size() == 1);
  CHECK(results[0].error().kind == ErrorKind::Timeout);
  CHECK(results[0].error().message.find("33 bytes of 64") != std::string::npos);
}

TEST_CASE("a silent peer runs into the limit for the first byte") {
  const auto results = receive_all({{300ms, {}}}, {50ms, kForever});
  CHECK(results[0].error().kind == ErrorKind::Timeout);
}

TEST_CASE("a sealed frame never ends in a zero byte") {
  for (int i = 0; i < 5'000; ++i) {
    const Value value("EMS_POWER_PV", i);
    const ByteBuffer sealed = seal_frame({&value, 1}, {1'700'000'000, 999'999'000}).value();
    REQUIRE(sealed.back() != 0);
    const auto parsed = FrameView::parse(sealed);
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->crc == CrcStatus::Ok);
    REQUIRE(parsed->header.time.nanoseconds % 1000 == 0);
  }
}

TEST_CASE("a port that is taken is named") {
  asio::io_context io;
  auto first = Listener::open(io.get_executor(), "127.0.0.1", 0).value();
  const auto second = Listener::open(io.get_executor(), "127.0.0.1", first.port());
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == ErrorKind::InputOutput);
  CHECK_THAT(
      second.error().to_string(),
      Catch::StartsWith("cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": "));
  CHECK_FALSE(Listener::open(io.get_executor(), "localhost:1", 0).has_value());
}

TEST_CASE("levels are known by name and number") {
  CHECK(user_level_from("USER") == UserLevel::User);
  CHECK(user_level_from("20") == UserLevel::Installer);
  CHECK_FALSE(user_level_from("KING").has_value());
  CHECK_FALSE(user_level_from("256").has_value());
  CHECK(needed_level(TagName("RSCP_REQ_AUTHENTICATION").tag()) == UserLevel::None);
  CHECK(needed_level(TagName("EMS_REQ_POWER_PV").tag()) == UserLevel::User);
  CHECK(needed_level(TagName("INFO_REQ_PLATFORM_TYPE").tag()) == UserLevel::Installer);
}
