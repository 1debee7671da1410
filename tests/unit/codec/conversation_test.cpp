// SPDX-License-Identifier: MIT
// No socket, no file: frames are encrypted here and told to a Conversation.
#include <algorithm>
#include <map>
#include <set>

#include "catch.hpp"
#include <rscp/conversation.hpp>

using namespace rscp;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

Key key_of(std::string_view passphrase) { return Key::from_passphrase(passphrase).value(); }

// What becomes of a frame on its way. Without its last block the frame behind it has no IV, so that
// a loss of the whole costs two.
enum class Arrival { Whole, LastBlock, Nothing };

// Writes one connection and tells it to a Conversation, with what goes wrong on the way.
class Wire {
 public:
  explicit Wire(ConversationOptions options = {}, std::vector<Key> keys = {key_of("k")},
                const Key& used = key_of("k"))
      : conversation(keys, options), requests_(used), answers_(used) {}

  void request(std::int64_t time, std::vector<Value> values, Arrival arrives = Arrival::Whole) {
    tell(Direction::Request, requests_, time, std::move(values), arrives);
  }
  void answer(std::int64_t time, std::vector<Value> values, Arrival arrives = Arrival::Whole) {
    tell(Direction::Answer, answers_, time, std::move(values), arrives);
  }
  void end() {
    // An acknowledgement tells of bytes at the very end that nobody captured.
    for (const auto direction : {Direction::Request, Direction::Answer}) {
      auto& missing = missing_[index_of(direction)];
      if (missing != 0) conversation.lost(direction, std::exchange(missing, 0));
    }
    conversation.end(Direction::Request);
    conversation.end(Direction::Answer);
    collect();
  }
  // The client takes the answers' side: what a guess without a handshake may do.
  void swap_sides() { swapped_ = true; }

  Conversation conversation;
  std::map<std::uint64_t, std::uint64_t> request_of;  // by answer
  std::map<std::uint64_t, std::int64_t> response_time;
  std::set<std::uint64_t> unanswered;
  std::set<std::uint64_t> unanswered_lost;
  std::set<std::uint64_t> unexpected;
  std::vector<Direction> directions;
  std::vector<std::string> words;  // the events in order

 private:
  void tell(Direction direction, Encryptor& encryptor, std::int64_t time, std::vector<Value> values,
            Arrival arrives) {
    Frame frame;
    frame.time.seconds = 1'700'000'000;
    frame.values = std::move(values);
    const ByteBuffer bytes = encryptor.encrypt(frame.encode().value());
    const Direction told = swapped_ ? opposite(direction) : direction;
    auto& missing = missing_[index_of(told)];
    Bytes there(bytes);
    if (arrives == Arrival::LastBlock) there = there.last(kCipherBlockSize);
    if (arrives == Arrival::Nothing) there = {};
    missing += bytes.size() - there.size();
    if (there.empty()) return;
    // A hole is noticed by what lies behind it.
    if (missing != 0) conversation.lost(told, std::exchange(missing, 0));
    conversation.receive(told, there, time, ++mark_);
    collect();
  }

  void collect() {
    while (auto event = conversation.next()) std::visit(*this, *event);
  }

 public:
  void operator()(const RequestSeen& seen) {
    words.emplace_back("request");
    note(seen.message);
  }
  void operator()(const AnswerSeen& seen) {
    words.emplace_back("answer");
    note(seen.message);
    pair(seen.message.number, seen.request);
  }
  void operator()(const Paired& paired) { pair(paired.answer, paired.request); }
  void operator()(const Unanswered& one) {
    words.emplace_back("unanswered");
    unanswered.insert(one.request);
    if (one.lost) unanswered_lost.insert(one.request);
  }
  void operator()(const Unexpected& one) { unexpected.insert(one.answer); }
  void operator()(const BytesLost& /*lost*/) { words.emplace_back("lost"); }
  void operator()(const WrongKey& /*wrong*/) { words.emplace_back("wrong key"); }
  void operator()(const OutOfStep& /*out*/) { words.emplace_back("out of step"); }
  void operator()(const Ended& /*ended*/) { words.emplace_back("end"); }

 private:
  void note(const Message& message) {
    times_[message.number] = message.time;
    directions.push_back(message.direction);
    CHECK(message.frame.data.data() == message.plaintext.data() + kFrameHeaderSize);
    CHECK(message.frame.crc == CrcStatus::Ok);
    CHECK(message.pieces.size() == 1);
  }
  void pair(std::uint64_t answer, std::optional<std::uint64_t> request) {
    request_of.erase(answer);
    response_time.erase(answer);
    if (!request) return;
    request_of[answer] = *request;
    response_time[answer] = times_.at(answer) - times_.at(*request);
  }

  Encryptor requests_;
  Encryptor answers_;
  bool swapped_ = false;
  std::uint64_t mark_ = 0;
  std::array<std::size_t, 2> missing_{};
  std::map<std::uint64_t, std::int64_t> times_;
};

std::vector<Value> ask() { return {Value{"EMS_REQ_POWER_PV"}, Value{"EMS_REQ_BAT_SOC"}}; }
std::vector<Value> tell() { return {Value{"EMS_POWER_PV", 4711}, Value{"EMS_BAT_SOC", 50}}; }
std::vector<Value> ask_info() { return {Value{"INFO_REQ_SERIAL_NUMBER"}}; }
std::vector<Value> tell_info() { return {Value{"INFO_SERIAL_NUMBER", "S10-1"}}; }

// Longer than a block, so that a part of them can be lost.
std::vector<Value> log_in() {
  return {Value{"RSCP_REQ_AUTHENTICATION",
                {{"RSCP_AUTHENTICATION_USER", "user@example.com"},
                 {"RSCP_AUTHENTICATION_PASSWORD", "password"}}}};
}
std::vector<Value> let_in() {
  return {Value{"RSCP_AUTHENTICATION", DataType::UChar8, 10}, tell_info().front()};
}

// Eight polls of a client that asks every ten seconds and is answered in four milliseconds. Of the
// frame with this number, from 0, so much arrives.
Wire poll_eight_times(std::size_t frame, Arrival arrives) {
  Wire wire;
  const auto fate = [&](std::size_t number) { return number == frame ? arrives : Arrival::Whole; };
  for (std::size_t poll = 0; poll < 8; ++poll) {
    const auto time = static_cast<std::int64_t>(poll) * 10 * kSecond;
    wire.request(time, ask(), fate(2 * poll));
    wire.answer(time + 4 * kMillisecond, tell(), fate(2 * poll + 1));
  }
  wire.end();
  return wire;
}

void check_four_milliseconds(const Wire& wire, std::size_t pairs) {
  CHECK(wire.response_time.size() == pairs);
  for (const auto& [answer, time] : wire.response_time) CHECK(time == 4 * kMillisecond);
}

}  // namespace

TEST_CASE("each answer of a poll belongs to its request") {
  const Wire wire = poll_eight_times(0, Arrival::Whole);
  check_four_milliseconds(wire, 8);
  CHECK(wire.unanswered.empty());
  CHECK(wire.unexpected.empty());
  CHECK(wire.words.back() == "end");
}

TEST_CASE("the loss of any one frame of a poll shifts no other pair") {
  for (std::size_t lost = 0; lost < 16; ++lost) {
    for (const auto arrives : {Arrival::LastBlock, Arrival::Nothing}) {
      CAPTURE(lost, arrives == Arrival::Nothing);
      const Wire wire = poll_eight_times(lost, arrives);
      const std::size_t unread = arrives == Arrival::Nothing && lost < 14 ? 2 : 1;
      check_four_milliseconds(wire, 8 - unread);
      // The answer to a request that is not there was asked for all the same.
      CHECK(wire.unexpected.empty());
      CHECK(std::ranges::count(wire.words, "lost") == 1);
      std::set<std::uint64_t> without;
      // Numbers count the frames that were read.
      if (lost % 2 == 1) {
        without.insert(lost);
        if (unread == 2) without.insert(lost + 1);
      }
      CHECK(wire.unanswered == without);
      CHECK(wire.unanswered_lost == without);
    }
  }
}

TEST_CASE("a request that the device does not answer keeps its neighbours' answers") {
  Wire wire;
  std::int64_t time = 0;
  for (int poll = 0; poll < 6; ++poll, time += 10 * kSecond) {
    wire.request(time, ask());
    if (poll != 2) wire.answer(time + 4 * kMillisecond, tell());
  }
  CHECK(wire.unanswered == std::set<std::uint64_t>{5});  // known before the end
  wire.end();
  check_four_milliseconds(wire, 5);
  CHECK(wire.unanswered == std::set<std::uint64_t>{5});
  CHECK(wire.unanswered_lost.empty());
}

TEST_CASE("a request without an answer is told apart by its tags") {
  Wire wire;
  wire.request(0, ask_info());
  wire.request(kMillisecond, ask());
  wire.answer(5 * kMillisecond, tell());
  wire.end();
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{3, 2}});
  CHECK(wire.unanswered == std::set<std::uint64_t>{1});
}

TEST_CASE("the last request has no answer once the conversation ended") {
  Wire wire;
  wire.request(0, ask());
  CHECK(wire.unanswered.empty());
  wire.conversation.end(Direction::Request);
  CHECK(wire.unanswered.empty());
  wire.end();
  CHECK(wire.unanswered == std::set<std::uint64_t>{1});
  CHECK(wire.words == std::vector<std::string>{"request", "end", "end", "unanswered"});
}

TEST_CASE("a client that asks before it is answered gets its answers in order") {
  Wire wire;
  for (std::int64_t i = 0; i < 3; ++i) wire.request(i * kMillisecond, ask());
  for (std::int64_t i = 0; i < 3; ++i) wire.answer((10 + i) * kMillisecond, tell());
  wire.end();
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{4, 1}, {5, 2}, {6, 3}});
  CHECK(wire.unanswered.empty());
}

TEST_CASE("a client that pipelines slowly is recognised when an answer is left over") {
  Wire wire;
  // The second request is sent long after the first, and the first is answered soon after it.
  wire.request(0, ask());
  wire.request(100 * kMillisecond, ask());
  wire.answer(120 * kMillisecond, tell());
  wire.answer(220 * kMillisecond, tell());
  wire.request(300 * kMillisecond, ask());
  wire.request(400 * kMillisecond, ask());
  wire.answer(420 * kMillisecond, tell());
  CHECK(wire.request_of.at(7) == 5);  // from now on at once
  wire.answer(520 * kMillisecond, tell());
  wire.end();
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{3, 1}, {4, 2}, {7, 5}, {8, 6}});
  CHECK(wire.unanswered.empty());
  CHECK(wire.unexpected.empty());
}

TEST_CASE("one answer lost of a client that pipelines leaves the others in place") {
  Wire wire;
  // Different tags prove that it pipelines.
  wire.request(0, ask_info());
  wire.request(kMillisecond, ask());
  wire.answer(2 * kMillisecond, tell_info());
  wire.answer(3 * kMillisecond, tell());
  const std::int64_t later = kSecond;
  for (std::int64_t i = 0; i < 3; ++i) wire.request(later + i * kMillisecond, ask());
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto arrives = i == 0 ? Arrival::LastBlock : Arrival::Whole;
    wire.answer(later + (10 + i) * kMillisecond, tell(), arrives);
  }
  wire.end();
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{3, 1}, {4, 2}, {8, 6}, {9, 7}});
  CHECK(wire.unanswered == std::set<std::uint64_t>{5});
}

TEST_CASE("an answer that comes after the client asked again belongs to the first request") {
  Wire wire;
  wire.request(0, ask());
  wire.request(2 * kSecond, ask());  // gave up waiting
  wire.answer(2 * kSecond + 4 * kMillisecond, tell());
  wire.answer(2 * kSecond + 8 * kMillisecond, tell());
  wire.end();
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{3, 1}, {4, 2}});
  CHECK(wire.unanswered.empty());
}

TEST_CASE("an answer that nobody asked for is unexpected once the client goes on") {
  Wire wire;
  wire.request(0, ask());
  wire.answer(kMillisecond, tell());
  wire.answer(2 * kMillisecond, tell_info());
  CHECK(wire.unexpected.empty());  // the request may be in a hole that is not known yet
  wire.request(kSecond, ask());
  CHECK(wire.unexpected == std::set<std::uint64_t>{3});
  wire.answer(2 * kSecond, tell());
  wire.answer(3 * kSecond, tell_info());
  wire.end();
  CHECK(wire.unexpected == std::set<std::uint64_t>{3, 6});
}

TEST_CASE("an error echoes the tag of its request and belongs to it") {
  Wire wire;
  wire.request(0, ask_info());
  wire.request(0, ask());
  wire.answer(1, {Value::raw(Value{"INFO_REQ_SERIAL_NUMBER"}.tag(), DataType::Error,
                             ByteBuffer{7, 0, 0, 0})});
  CHECK(wire.request_of.at(3) == 1);
  wire.answer(2, {Value::raw(Tag{0x01FFFFFF}, DataType::Error, ByteBuffer{3, 0, 0, 0})});
  CHECK(wire.request_of.at(4) == 2);
}

TEST_CASE("half a login: the answer alone is not unexpected") {
  Wire wire({.beginning = false, .sides_known = true});
  wire.request(0, log_in(), Arrival::LastBlock);
  wire.answer(1, let_in());
  wire.request(2, ask());
  wire.answer(3, tell());
  wire.end();
  CHECK(wire.unexpected.empty());
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{3, 2}});
}

TEST_CASE("half a login: the request alone stays without an answer") {
  Wire wire;
  wire.request(0, log_in());
  wire.answer(1, let_in(), Arrival::LastBlock);
  wire.request(2, ask());
  wire.answer(3, tell());
  wire.end();
  CHECK(wire.unanswered == std::set<std::uint64_t>{1});
  CHECK(wire.request_of == std::map<std::uint64_t, std::uint64_t>{{3, 2}});
}

TEST_CASE("joined in the middle, answers to what was asked before are not unexpected") {
  Wire wire({.beginning = false, .sides_known = true});
  wire.answer(0, tell());  // its first frame gives the IV of the next
  wire.answer(kSecond, tell_info());
  wire.request(2 * kSecond, ask());
  wire.answer(2 * kSecond + 1, tell());
  wire.end();
  CHECK(wire.unexpected.empty());
  CHECK(wire.response_time.size() == 1);
}

TEST_CASE("the first frame tells which side is the device where nothing else does") {
  for (const bool swapped : {false, true}) {
    CAPTURE(swapped);
    Wire wire({.beginning = true, .sides_known = false});
    if (swapped) wire.swap_sides();
    wire.request(0, ask());
    wire.answer(4 * kMillisecond, tell());
    wire.end();
    CHECK(wire.conversation.reversed() == swapped);
    CHECK(wire.directions == std::vector<Direction>{Direction::Request, Direction::Answer});
    check_four_milliseconds(wire, 1);
  }
}

TEST_CASE("of two keys the one that fits is found, and serves both directions") {
  Wire wire({}, {key_of("another"), key_of("k")});
  CHECK(wire.conversation.standing() == Conversation::Standing::Undecided);
  wire.request(0, ask());
  CHECK(wire.conversation.standing() == Conversation::Standing::Recognised);
  CHECK(wire.conversation.decoder(Direction::Answer).key() == 1U);
  wire.answer(4 * kMillisecond, tell());
  check_four_milliseconds(wire, 1);
}

TEST_CASE("a wrong key is said once, at the first block") {
  Wire wire({}, {key_of("another")});
  wire.request(0, ask());
  wire.answer(1, tell());
  CHECK(wire.words == std::vector<std::string>{"wrong key"});
  CHECK(wire.conversation.standing() == Conversation::Standing::Hopeless);
}

TEST_CASE("without a key nothing is said of one, and nothing is hoped for") {
  Wire wire({}, {});
  CHECK(wire.conversation.standing() == Conversation::Standing::Hopeless);
  wire.request(0, ask());
  wire.end();
  CHECK(wire.words == std::vector<std::string>{"lost", "end", "end"});
}

TEST_CASE("joined in the middle, a wrong key needs a few pieces to be proven") {
  Wire wire({.beginning = false, .sides_known = true}, {key_of("another")});
  for (int i = 0; i < 3; ++i) wire.request(i, ask());
  CHECK(wire.words.empty());
  wire.request(3, ask());
  CHECK(wire.words == std::vector<std::string>{"wrong key"});
}

TEST_CASE("a cipher out of step is said at once, and not again before the next frame") {
  Conversation conversation(std::vector{key_of("k")});
  Encryptor encryptor(key_of("k"));
  Frame frame;
  frame.values = ask();
  const ByteBuffer plain = frame.encode().value();
  conversation.receive(Direction::Request, encryptor.encrypt(plain), 0);
  encryptor.set_iv(kInitialIv);
  conversation.receive(Direction::Request, encryptor.encrypt(plain), 1);
  REQUIRE(std::holds_alternative<RequestSeen>(conversation.next().value()));
  const auto out = conversation.next();
  REQUIRE(out);
  CHECK(std::get<OutOfStep>(*out).offset == padded_size(plain.size()));
  conversation.receive(Direction::Request, ByteBuffer(64, 1), 2);
  CHECK_FALSE(conversation.next());
}

TEST_CASE("what a program sends itself is told as plaintext and paired like the rest") {
  Conversation conversation(std::vector{key_of("k")});
  Encryptor encryptor(key_of("k"));
  Frame frame;
  frame.values = ask();
  conversation.sent(Direction::Request, frame.encode().value(), 5, 7);
  frame.values = tell();
  conversation.receive(Direction::Answer, encryptor.encrypt(frame.encode().value()), 9);
  const auto request = conversation.next();
  REQUIRE(request);
  CHECK(std::get<RequestSeen>(*request).message.mark == 7);
  const auto answer = conversation.next();
  REQUIRE(answer);
  CHECK(std::get<AnswerSeen>(*answer).request == 1U);
}

TEST_CASE("a frame names the pieces that brought it and ends with the latest") {
  Conversation conversation(std::vector{key_of("k")});
  Frame frame;
  frame.values = {Value::raw(Tag{1}, DataType::ByteArray, ByteBuffer(200, 7))};
  const ByteBuffer bytes = Encryptor(key_of("k")).encrypt(frame.encode().value());
  const Bytes all(bytes);
  conversation.receive(Direction::Request, all.first(100), 10, 1);
  // Came before the bytes in front of it did: told later, with the time of those.
  conversation.receive(Direction::Request, all.subspan(100, 50), 30, 3);
  conversation.receive(Direction::Request, all.subspan(150), 20, 2);
  const auto event = conversation.next();
  REQUIRE(event);
  const Message& message = std::get<RequestSeen>(*event).message;
  CHECK(message.time == 30);
  CHECK(message.mark == 3);
  REQUIRE(message.pieces.size() == 3);
  CHECK(message.pieces[1].begin == 100);
  CHECK(message.pieces[1].end == 150);
  CHECK(message.pieces[2].mark == 2);
}

TEST_CASE("lost bytes name what brought them and what came behind them") {
  Conversation conversation(std::vector{key_of("k")});
  Encryptor encryptor(key_of("k"));
  Frame frame;
  frame.values = ask();
  const ByteBuffer first = encryptor.encrypt(frame.encode().value());
  const ByteBuffer second = encryptor.encrypt(frame.encode().value());
  const ByteBuffer third = encryptor.encrypt(frame.encode().value());
  conversation.receive(Direction::Request, Bytes(first).first(40), 1, 1);
  conversation.lost(Direction::Request, first.size() - 40);
  conversation.receive(Direction::Request, second, 2, 2);
  conversation.receive(Direction::Request, third, 3, 3);
  const auto event = conversation.next();
  REQUIRE(event);
  const BytesLost& lost = std::get<BytesLost>(*event);
  CHECK(lost.loss.reason == LossReason::Gap);
  REQUIRE_FALSE(lost.pieces.empty());
  CHECK(lost.pieces.front().mark == 1);
  REQUIRE(lost.behind);
  CHECK(lost.behind->begin == lost.loss.end);
}
