// SPDX-License-Identifier: MIT
// What each fault does to the bytes on the wire, read back by the codec.
#include <stdexcept>

#include "catch.hpp"
#include "faults/fault_engine.hpp"
#include "faults/transmission.hpp"
#include "station_fixture.hpp"
#include <rscp/frame.hpp>
#include <rscp/stream_decoder.hpp>

using namespace std::chrono_literals;
using namespace test;

namespace {

const Key kKey = Key::from_passphrase("k").value();

std::vector<FaultSpec> faults_of(const std::string& yaml) {
  auto faults = parse_faults(yaml, "test");
  if (!faults) throw std::runtime_error(faults.error().front().to_string());
  return *std::move(faults);
}

std::vector<Value> answer() {
  return {Value("EMS_POWER_PV", 4711),
          Value("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 55.5}, {"BAT_DEVICE_NAME", "abc"}})};
}

struct Sent {
  Transmission transmission;
  ByteBuffer bytes;
  std::vector<Value> values;
};

Sent send(const std::string& yaml, std::vector<Value> values = answer()) {
  FaultEngine engine(faults_of(yaml), 1);
  const Value request("EMS_REQ_POWER_PV");
  const auto strikes = engine.strike({&request, 1}, 1, 0);
  Encryptor encryptor(kKey);
  Sent sent;
  sent.transmission = transmit(values, {1, 0}, encryptor, strikes).value();
  sent.values = values;
  for (const Piece& piece : sent.transmission.pieces) {
    sent.bytes.insert(sent.bytes.end(), piece.bytes.begin(), piece.bytes.end());
  }
  return sent;
}

std::vector<ByteBuffer> frames(const ByteBuffer& bytes) {
  StreamDecoder decoder({&kKey, 1}, StreamDecoder::Start::Beginning);
  decoder.feed(bytes);
  std::vector<ByteBuffer> found;
  while (auto event = decoder.next()) {
    if (auto* frame = std::get_if<StreamFrame>(&*event)) found.push_back(frame->plaintext);
  }
  return found;
}

Frame only_frame(const Sent& sent) {
  const auto all = frames(sent.bytes);
  REQUIRE(all.size() == 1);
  return Frame::parse(all[0]).value().frame;
}

std::vector<std::size_t> sizes(const Sent& sent) {
  std::vector<std::size_t> list;
  for (const Piece& piece : sent.transmission.pieces) list.push_back(piece.bytes.size());
  return list;
}

}  // namespace

TEST_CASE("without a fault an answer is one piece, one sound frame") {
  const Sent sent = send("[]");
  CHECK(sent.transmission.pieces.size() == 1);
  CHECK(only_frame(sent).values == answer());
}

TEST_CASE("splitting cuts where it is told and loses nothing") {
  const ByteBuffer whole = send("[]").bytes;
  CHECK(sizes(send("{fault: split, at: 5}")) == std::vector<std::size_t>{5, whole.size() - 5});
  const Sent every = send("{fault: split, every: 32, gap: 7ms}");
  CHECK(every.bytes == whole);
  CHECK(every.transmission.pieces.size() == whole.size() / 32);
  CHECK(every.transmission.pieces[0].pause == 0ms);
  CHECK(every.transmission.pieces[1].pause == 7ms);
  const Sent drip = send("{fault: drip}");
  CHECK(drip.bytes == whole);
  CHECK(drip.transmission.pieces.size() == whole.size());
  CHECK(drip.transmission.pieces[1].pause > 0ms);
}

TEST_CASE("delays, stalls, holds and closes are told") {
  CHECK(send("{fault: delay, time: 2s}").transmission.pieces[0].pause == 2s);
  const auto jittered =
      send("{fault: delay, time: 1s, jitter: 500ms}").transmission.pieces[0].pause;
  CHECK((jittered >= 1000ms && jittered <= 1500ms));
  CHECK(send("{fault: stall}").transmission.end == Transmission::End::Stalled);
  CHECK(send("{fault: stall}").bytes.empty());
  CHECK(send("{fault: coalesce, time: 50ms}").transmission.hold == 50ms);
  CHECK(send("{fault: close, at: 10}").transmission.end == Transmission::End::Fin);
  CHECK(send("{fault: close, at: 10}").bytes.size() == 10);
  CHECK(send("{fault: close, how: rst}").transmission.end == Transmission::End::Reset);
  CHECK(send("{fault: close, how: rst}").bytes.empty());
  CHECK(send("{fault: truncate, at: 33}").bytes.size() == 33);
  CHECK(send("{fault: reboot, time: 3s, when: {nth: 1}}").transmission.reboot == 3s);
}

TEST_CASE("frames are damaged in the way that is named") {
  CHECK(Frame::parse(frames(send("{fault: bad_crc}").bytes).at(0))->frame.crc == CrcStatus::Bad);
  CHECK(only_frame(send("{fault: no_crc}")).crc == CrcStatus::Absent);
  CHECK(frames(send("{fault: bad_magic}").bytes).empty());
  CHECK(frames(send("{fault: wrong_key}").bytes).empty());
  const Sent vector = send("{fault: flip_iv}");
  CHECK(frames(vector.bytes).empty());
  const ByteBuffer right = frames(send("[]").bytes).at(0);
  const auto header = FrameHeader::parse(right).value();
  const Sent longer = send("{fault: wrong_length, by: 3}");
  Decryptor decryptor(kKey);
  ByteBuffer plain(longer.bytes.size());
  decryptor.decrypt(longer.bytes, plain.data());
  CHECK(FrameHeader::parse(plain)->length == header.length + 3);
}

TEST_CASE("an answer's values are changed in the way that is named") {
  const auto changed = [](const std::string& yaml) { return only_frame(send(yaml)).values; };
  CHECK(changed("{fault: unknown_tag, tag: \"0x0180AAAA\", type: UInt16}").back() ==
        Value(Tag{0x0180AAAA}, DataType::UInt16, 4711));
  CHECK(changed("{fault: unknown_type, type: Type0x42}")[0].type() == DataType{0x42});
  CHECK(changed("{fault: change_type, type: Int16}")[0] ==
        Value("EMS_POWER_PV", DataType::Int16, 4711));
  CHECK(changed("{fault: change_type, type: Double64, item: BAT_DATA/BAT_RSOC}")[1].children()[1] ==
        Value("BAT_RSOC", DataType::Double64, 55.5));
  const auto garbled =
      changed("{fault: invalid_utf8, item: \"**/BAT_DEVICE_NAME\"}")[1].children()[2];
  CHECK_FALSE(is_utf8(garbled.text().value()));
  CHECK(changed("{fault: swap}")[1] == answer()[0]);
  CHECK(changed("{fault: empty_container}")[1] == Value::container(TagName("BAT_DATA").tag()));
  CHECK(changed("{fault: zero_length}").empty());
  const Sent largest = send("{fault: largest_frame}");
  CHECK(FrameHeader::parse(frames(largest.bytes).at(0))->length == kMaxFrameData);
  const auto deep =
      Frame::parse(frames(send("{fault: deep_container, depth: 200}").bytes).at(0)).value();
  REQUIRE_FALSE(deep.errors.empty());
  CHECK(deep.errors[0].code == DecodeErrorCode::TooDeep);
}

TEST_CASE("a fault aimed at a container and at what is in it takes the container") {
  // Once wrote to children of a container that had just been emptied.
  const auto emptied = only_frame(send("{fault: empty_container, item: \"**/*\"}")).values;
  REQUIRE(emptied.size() == 2);
  CHECK(emptied[0] == Value::container(TagName("EMS_POWER_PV").tag()));
  CHECK(emptied[1] == Value::container(TagName("BAT_DATA").tag()));
  const auto typed =
      only_frame(send("{fault: unknown_type, type: Type0x42, item: \"**/*\"}")).values;
  CHECK(typed[1] == Value::raw(TagName("BAT_DATA").tag(), DataType{0x42}, {}));
}

TEST_CASE("frames that nobody asked for come before the answer, duplicates behind it") {
  const auto unsolicited = frames(send("{fault: unsolicited, values: \"EMS_BAT_SOC: 7\"}").bytes);
  REQUIRE(unsolicited.size() == 2);
  CHECK(Frame::parse(unsolicited[0])->frame.values == std::vector<Value>{{"EMS_BAT_SOC", 7}});
  CHECK(Frame::parse(unsolicited[1])->frame.values == answer());
  const auto twice = frames(send("{fault: duplicate}").bytes);
  REQUIRE(twice.size() == 2);
  CHECK(twice[0] == twice[1]);
}

TEST_CASE("a fault strikes within its scope only") {
  const Value pv("EMS_REQ_POWER_PV");
  const Value battery("BAT_REQ_DATA", {{"BAT_INDEX", 1}});
  const auto strikes = [](FaultEngine& engine, const Value& request, std::uint64_t connection = 1,
                          double elapsed = 0) {
    return engine.strike({&request, 1}, connection, elapsed).size();
  };
  FaultEngine by_path(faults_of("{fault: bad_crc, when: {match: BAT_REQ_DATA(BAT_INDEX==1)}}"), 1);
  CHECK(strikes(by_path, pv) == 0);
  CHECK(strikes(by_path, battery) == 1);
  FaultEngine by_connection(faults_of("{fault: bad_crc, when: {connection: 2}}"), 1);
  CHECK(strikes(by_connection, pv, 1) == 0);
  CHECK(strikes(by_connection, pv, 2) == 1);
  FaultEngine nth(faults_of("{fault: bad_crc, when: {match: EMS_REQ_POWER_PV, nth: 2}}"), 1);
  CHECK(strikes(nth, pv) == 0);
  CHECK(strikes(nth, battery) == 0);
  CHECK(strikes(nth, pv) == 1);
  CHECK(strikes(nth, pv) == 0);
  FaultEngine times(faults_of("{fault: bad_crc, when: {times: 2}}"), 1);
  CHECK(strikes(times, pv) + strikes(times, pv) + strikes(times, pv) == 2);
  FaultEngine window(faults_of("{fault: bad_crc, when: {from: 10, to: 20}}"), 1);
  CHECK(strikes(window, pv, 1, 9.9) == 0);
  CHECK(strikes(window, pv, 1, 10) == 1);
  CHECK(strikes(window, pv, 1, 20) == 0);
}

TEST_CASE("a probability hits about as often as it says, at the same places for a seed") {
  const Value pv("EMS_REQ_POWER_PV");
  const auto run = [&](std::uint64_t seed) {
    FaultEngine engine(faults_of("{fault: bad_crc, when: {probability: 0.25}}"), seed);
    std::vector<bool> hits;
    for (int i = 0; i < 4'000; ++i) hits.push_back(!engine.strike({&pv, 1}, 1, 0).empty());
    return hits;
  };
  const auto hits = run(7);
  const auto count = std::count(hits.begin(), hits.end(), true);
  CHECK(count > 850);
  CHECK(count < 1'150);
  CHECK(run(7) == hits);
  CHECK(run(8) != hits);
}
