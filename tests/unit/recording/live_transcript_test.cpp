// SPDX-License-Identifier: MIT
// The proxy's bytes become a transcript, without sockets and without packets.
#include "catch.hpp"
#include "process.hpp"
#include <rscp/frame.hpp>
#include <rscp/recording/live_transcript.hpp>
#include <rscp/recording/transcript_file.hpp>

using namespace rscp;
using namespace rscp::recording;

namespace {

constexpr std::int64_t kTime = 1'700'000'000'000'000'000;
constexpr std::int64_t kMillisecond = 1'000'000;

Key key_of(std::string_view passphrase) { return Key::from_passphrase(passphrase).value(); }

KeyTable keys(std::string_view passphrase) {
  KeyTable table;
  table.add({std::nullopt, std::nullopt, key_of(passphrase)});
  return table;
}

// One connection that is being recorded.
class Talk {
 public:
  Talk(LiveTranscript& live, std::uint64_t number) : live_(live), number_(number) {
    live_.open(number, {Address::parse("192.0.2.1").value(), 5033});
  }
  void request(std::int64_t time, Value value) { say(Direction::Request, requests_, time, value); }
  void answer(std::int64_t time, Value value) { say(Direction::Answer, answers_, time, value); }

 private:
  void say(Direction direction, Encryptor& encryptor, std::int64_t time, const Value& value) {
    Frame frame;
    frame.time.seconds = 1'700'000'000;
    frame.values.push_back(value);
    const ByteBuffer bytes = encryptor.encrypt(frame.encode().value());
    // As TCP likes to split it.
    live_.data(number_, direction, Bytes(bytes).first(20), time);
    live_.data(number_, direction, Bytes(bytes).subspan(20), time);
  }

  LiveTranscript& live_;
  std::uint64_t number_;
  Encryptor requests_{key_of("k")};
  Encryptor answers_{key_of("k")};
};

struct Live {
  test::TemporaryFolder folder;
  std::string file = folder.file("live.ndjson");
  std::vector<std::string> reports;
  LiveTranscript transcript =
      LiveTranscript::create(file, keys("k"), [this](const std::string& text) {
        reports.push_back(text);
      }).value();

  [[nodiscard]] std::vector<Exchange> exchanges() const {
    return load_transcript(file, KeyTable()).value().exchanges;
  }
};

}  // namespace

TEST_CASE("live transcript: an exchange is in the file as soon as it is answered") {
  Live live;
  Talk talk(live.transcript, 1);
  talk.request(kTime, Value{"EMS_REQ_POWER_PV"});
  CHECK(test::read_file(live.file).empty());
  talk.answer(kTime + 4 * kMillisecond, Value{"EMS_POWER_PV", 4711});
  const auto exchanges = live.exchanges();
  REQUIRE(exchanges.size() == 1);
  CHECK(exchanges[0].delay == 4 * kMillisecond);
  CHECK(exchanges[0].answer == std::vector<Value>{Value{"EMS_POWER_PV", 4711}});
}

TEST_CASE("live transcript: connections side by side are told apart") {
  Live live;
  Talk first(live.transcript, 7);
  Talk second(live.transcript, 9);
  first.request(kTime, Value{"EMS_REQ_POWER_PV"});
  second.request(kTime, Value{"EMS_REQ_BAT_SOC"});
  second.answer(kTime + 1, Value{"EMS_BAT_SOC", 50});
  first.answer(kTime + 2, Value{"EMS_POWER_PV", 1});
  REQUIRE(live.transcript.finish());
  const auto exchanges = live.exchanges();
  REQUIRE(exchanges.size() == 2);
  CHECK(exchanges[0].connection == 2);
  CHECK(exchanges[0].request->front().tag() == Value{"EMS_REQ_BAT_SOC"}.tag());
  CHECK(exchanges[1].connection == 1);
}

TEST_CASE("live transcript: a request that was passed over is written, and keeps the order") {
  Live live;
  Talk talk(live.transcript, 1);
  constexpr std::int64_t kSecond = 1'000'000'000;
  talk.request(kTime, Value{"EMS_REQ_POWER_PV"});
  for (int poll = 1; poll < 5; ++poll) {
    talk.request(kTime + poll * 10 * kSecond, Value{"EMS_REQ_POWER_PV"});
    talk.answer(kTime + poll * 10 * kSecond + 4 * kMillisecond, Value{"EMS_POWER_PV", poll});
  }
  REQUIRE(live.transcript.finish());
  const auto exchanges = live.exchanges();
  REQUIRE(exchanges.size() == 5);
  CHECK_FALSE(exchanges[0].answer);
  for (std::size_t i = 1; i < 5; ++i) {
    CHECK(exchanges[i].delay == 4 * kMillisecond);
    CHECK(exchanges[i].answer == std::vector<Value>{Value{"EMS_POWER_PV", static_cast<int>(i)}});
  }
}

TEST_CASE("live transcript: what was never answered is written at the end, with how it ended") {
  Live live;
  Talk talk(live.transcript, 1);
  talk.request(kTime, Value{"EMS_REQ_POWER_PV"});
  SECTION("the device resets the connection") {
    live.transcript.close(1, Direction::Answer, true);
    REQUIRE(live.transcript.finish());
    const auto exchanges = live.exchanges();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].ended == Exchange::Ended::Reset);
  }
  SECTION("the recording ends") {
    REQUIRE(live.transcript.finish());
    const auto exchanges = live.exchanges();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].ended == Exchange::Ended::No);
  }
}

TEST_CASE("live transcript: bytes under another key are reported") {
  Live live;
  live.transcript.open(3, {Address::parse("192.0.2.1").value(), 5033});
  live.transcript.data(3, Direction::Request, ByteBuffer(64, 1), kTime);
  REQUIRE(live.transcript.finish());
  REQUIRE(live.reports.size() == 1);
  CHECK_THAT(live.reports[0], Catch::Contains("request: bytes 0 to 64 decrypt to no RSCP frame"));
}

TEST_CASE("live transcript: a file that cannot be written is an error with its name") {
  const auto live = LiveTranscript::create("/none/a.ndjson", keys("k"), [](const std::string&) {});
  REQUIRE_FALSE(live);
  CHECK(live.error().place == "/none/a.ndjson");
}
