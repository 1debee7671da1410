// SPDX-License-Identifier: MIT
#include <filesystem>
#include <sstream>

#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/transcript_file.hpp>

using namespace rscp;
using namespace rscp::recording;

namespace {

Transcript recorded() {
  Transcript transcript;
  Exchange power;
  power.number = 1;
  power.connection = 1;
  power.time = 1'767'225'600'500'000'000;
  power.delay = 250'000;
  power.request = std::vector<Value>(1, Value("EMS_REQ_POWER_PV"));
  power.answer = std::vector<Value>(1, Value("EMS_POWER_PV", 4687));
  power.answer_time = Timestamp{1'767'225'600, 7};
  transcript.exchanges.push_back(power);
  Exchange last;
  last.number = 2;
  last.connection = 1;
  last.time = -1;
  last.request = std::vector<Value>(1, Value("BAT_REQ_DATA", {{"BAT_INDEX", 0}}));
  last.ended = Exchange::Ended::Reset;
  transcript.exchanges.push_back(last);
  return transcript;
}

Result<Transcript> read(const std::string& text) {
  std::istringstream in(text);
  return read_transcript(in, "t");
}

}  // namespace

TEST_CASE("a transcript is written and read back") {
  const Transcript written = recorded();
  std::stringstream text;
  write_transcript(text, written);
  CHECK_THAT(text.str(), Catch::Contains("\"time\":\"2026-01-01T00:00:00.500000000Z\"") &&
                             Catch::Contains("\"time\":\"1969-12-31T23:59:59.999999999Z\""));
  const auto again = read_transcript(text, "t.ndjson");
  REQUIRE(again.has_value());
  REQUIRE(again->exchanges.size() == written.exchanges.size());
  for (std::size_t i = 0; i < again->exchanges.size(); ++i) {
    CHECK(again->exchanges[i].number == i + 1);
    CHECK(again->exchanges[i].time == written.exchanges[i].time);
    CHECK(again->exchanges[i].delay == written.exchanges[i].delay);
    CHECK(again->exchanges[i].request == written.exchanges[i].request);
    CHECK(again->exchanges[i].answer == written.exchanges[i].answer);
    CHECK(again->exchanges[i].answer_time == written.exchanges[i].answer_time);
    CHECK(again->exchanges[i].ended == written.exchanges[i].ended);
  }
}

TEST_CASE("a mistake in a transcript is named with its line") {
  const auto error = [](const std::string& text) {
    const auto transcript = read(text);
    REQUIRE_FALSE(transcript.has_value());
    CHECK(transcript.error().kind == ErrorKind::InputOutput);
    return transcript.error().to_string();
  };
  CHECK(error("") == "t: holds no exchanges");
  CHECK(error("{\"request\":[],\"answer\":[]}\n[]\n") == "t:2: no JSON object");
  CHECK(error("{}\n") == "t:1: neither \"request\" nor \"answer\" is there");
  CHECK(error("{\"request\":[{\"tag\":\"EMS_NO\"}]}").find("t:1: \"request\", item 1: ") == 0);
  CHECK(error("{\"request\":3}") == "t:1: \"request\" is no list of items");
  CHECK(error("{\"event\":\"answer\",\"connection\":1,\"values\":[]}") ==
        "t:1: an answer without a request before it");
}

TEST_CASE("a time that nanoseconds cannot count is refused, not wrapped around") {
  for (const char* time : {"@9223372036854775807.0", "@-9223372036854775808.0", "@9223372036.9"}) {
    CAPTURE(time);
    const auto transcript =
        read("{\"request\":[],\"answer\":[],\"time\":\"" + std::string(time) + "\"}");
    REQUIRE_FALSE(transcript.has_value());
    CHECK(transcript.error().to_string() ==
          "t:1: \"time\" is no time such as 2026-01-01T00:00:00Z");
  }
}

TEST_CASE("tags of one's own have their names in a transcript, and are read by them") {
  Dictionary mine;
  REQUIRE(mine.load("0x0F123456,MY_REQ_THING,None\n0x0F923456,MY_THING,Int32\n"));
  Transcript transcript;
  transcript.exchanges.emplace_back().request = std::vector<Value>(1, Value(Tag{0x0F123456}));
  std::ostringstream text;
  write_transcript(text, transcript, {&mine, false});
  CHECK_THAT(text.str(), Catch::Contains("\"tag\":\"MY_REQ_THING\""));
  std::istringstream named("{\"request\":[{\"tag\":\"MY_REQ_THING\"}]}");
  TranscriptReading reading;
  reading.dictionary = &mine;
  const auto again = read_transcript(named, "t", reading);
  REQUIRE(again.has_value());
  CHECK(again->exchanges.front().request == transcript.exchanges.front().request);
}

TEST_CASE("a transcript is saved whole, in a folder that is made for it, or refused") {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("made/for/it.ndjson");
  REQUIRE(save_transcript(file, recorded()));
  const auto again = load_transcript(file, {});
  REQUIRE(again.has_value());
  CHECK(again->exchanges.size() == 2);
  CHECK(is_text_recording(file));
  const auto refused = save_transcript(folder.path(), recorded());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().to_string() == folder.path() + ": cannot be written");
}
