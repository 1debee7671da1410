// SPDX-License-Identifier: MIT
#include <algorithm>
#include <random>

#include "catch.hpp"
#include "vectors.hpp"
#include <rscp/stream_decoder.hpp>

using namespace rscp;

namespace {

Key key_of(std::string_view passphrase) { return Key::from_passphrase(passphrase).value(); }

// A direction of a connection: frames of many sizes with consecutive times.
struct Stream {
  std::vector<ByteBuffer> plain;
  ByteBuffer cipher;
  std::vector<std::size_t> begin;  // of each frame in `cipher`

  explicit Stream(std::vector<std::size_t> sizes, const Key& key = key_of("k")) {
    Encryptor encryptor(key);
    std::int64_t second = 1700000000;
    for (const std::size_t size : sizes) {
      Frame frame;
      frame.time.seconds = second++;
      frame.values.push_back(Value::raw(Tag{1}, DataType::ByteArray, ByteBuffer(size, 0x5A)));
      plain.push_back(frame.encode().value());
      begin.push_back(cipher.size());
      const ByteBuffer encrypted = encryptor.encrypt(plain.back());
      cipher.insert(cipher.end(), encrypted.begin(), encrypted.end());
    }
  }
};

struct Result {
  std::vector<ByteBuffer> frames;  // without padding
  std::vector<std::uint64_t> begins;
  std::vector<StreamLoss> losses;
  std::size_t padding = 0;
  bool complete = true;  // every byte in exactly one event
};

Result collect(StreamDecoder& decoder) {
  Result result;
  std::uint64_t at = 0;
  const auto advance = [&](std::uint64_t begin, std::uint64_t end) {
    result.complete = result.complete && begin == at && end > begin;
    at = end;
  };
  while (const auto event = decoder.next()) {
    if (const auto* frame = std::get_if<StreamFrame>(&*event)) {
      advance(frame->begin, frame->end);
      const auto size = FrameHeader::parse(frame->plaintext)->frame_size();
      result.frames.emplace_back(frame->plaintext.begin(),
                                 frame->plaintext.begin() + static_cast<std::ptrdiff_t>(size));
      result.begins.push_back(frame->begin);
    } else if (const auto* padding = std::get_if<StreamPadding>(&*event)) {
      advance(padding->begin, padding->end);
      result.padding += padding->end - padding->begin;
    } else {
      const auto& loss = std::get<StreamLoss>(*event);
      advance(loss.begin, loss.end);
      result.losses.push_back(loss);
    }
  }
  result.complete = result.complete && at == decoder.position();
  return result;
}

Result decode(Bytes cipher, StreamDecoder::Start start = StreamDecoder::Start::Beginning,
              const Key& key = key_of("k")) {
  StreamDecoder decoder({&key, 1}, start);
  decoder.feed(cipher);
  decoder.finish();
  return collect(decoder);
}

std::vector<ByteBuffer> without(std::vector<ByteBuffer> frames, std::size_t first,
                                std::size_t count) {
  const auto at = frames.begin() + static_cast<std::ptrdiff_t>(first);
  frames.erase(at, at + static_cast<std::ptrdiff_t>(count));
  return frames;
}

}  // namespace

TEST_CASE("the worked vectors come out frame by frame") {
  for (const std::string session : {"A", "B", "C"}) {
    for (const bool from_client : {true, false}) {
      const auto vectors = test::direction(session, from_client);
      ByteBuffer cipher;
      for (const auto& vector : vectors) {
        cipher.insert(cipher.end(), vector.cipher.begin(), vector.cipher.end());
      }
      const auto result = decode(cipher, StreamDecoder::Start::Beginning, key_of(vectors[0].key));
      REQUIRE(result.frames.size() == vectors.size());
      for (std::size_t i = 0; i < vectors.size(); ++i) CHECK(result.frames[i] == vectors[i].plain);
      CHECK(result.complete);
    }
  }
}

TEST_CASE("any chunking gives the same frames") {
  const Stream stream({0, 1, 5, 33, 700, 65528, 12, 64, 3});
  const Key key = key_of("k");
  for (const std::size_t chunk : {1, 2, 7, 31, 32, 33, 64, 1448, 100000}) {
    CAPTURE(chunk);
    StreamDecoder decoder({&key, 1}, StreamDecoder::Start::Beginning);
    for (std::size_t at = 0; at < stream.cipher.size(); at += chunk) {
      decoder.feed(Bytes(stream.cipher).subspan(at, std::min(chunk, stream.cipher.size() - at)));
    }
    decoder.finish();
    const auto result = collect(decoder);
    CHECK(result.frames == stream.plain);
    CHECK(result.losses.empty());
    CHECK(result.complete);
  }
}

TEST_CASE("a finished frame is there before any further byte") {
  const Stream stream({5, 5});
  const Key key = key_of("k");
  StreamDecoder decoder({&key, 1}, StreamDecoder::Start::Beginning);
  decoder.feed(Bytes(stream.cipher).first(stream.begin[1] - 1));
  CHECK_FALSE(decoder.next());
  CHECK(decoder.pending_end() == stream.begin[1]);
  decoder.feed(Bytes(stream.cipher).subspan(stream.begin[1] - 1, 1));
  CHECK(decoder.next());
  CHECK(decoder.buffered() == 0);
}

TEST_CASE("the right key is found among several") {
  const Stream stream({5, 700}, key_of("right"));
  const std::vector<Key> keys = {key_of("wrong"), key_of("also wrong"), key_of("right")};
  StreamDecoder decoder(keys, StreamDecoder::Start::Beginning);
  decoder.feed(stream.cipher);
  CHECK(decoder.key() == 2);
  CHECK(collect(decoder).frames == stream.plain);
}

TEST_CASE("a wrong key gives one loss that says so") {
  const Stream stream({5, 700, 5});
  for (const auto start : {StreamDecoder::Start::Beginning, StreamDecoder::Start::Unknown}) {
    const auto result = decode(stream.cipher, start, key_of("wrong"));
    CHECK(result.frames.empty());
    REQUIRE(result.losses.size() == 1);
    CHECK(result.losses[0].reason == LossReason::NoKeyFits);
    CHECK(result.losses[0].message() == "bytes 0 to " + std::to_string(stream.cipher.size()) +
                                            " decrypt to no RSCP frame: wrong passphrase?");
    CHECK(result.complete);
  }
}

TEST_CASE("a long stream under a wrong key is given up and not kept") {
  const Key key = key_of("wrong");
  StreamDecoder decoder({&key, 1}, StreamDecoder::Start::Beginning);
  const ByteBuffer noise(1000, 0xAB);
  for (int i = 0; i < 1000; ++i) decoder.feed(noise);
  CHECK(decoder.gave_up());
  CHECK(decoder.buffered() == 0);
  decoder.gap(std::uint64_t{1} << 32);
  decoder.finish();
  const auto result = collect(decoder);
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].end == 1000000 + (std::uint64_t{1} << 32));
}

TEST_CASE("without keys all bytes are lost") {
  StreamDecoder decoder({}, StreamDecoder::Start::Beginning);
  decoder.feed(ByteBuffer(100));
  decoder.finish();
  const auto result = collect(decoder);
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].reason == LossReason::NoKeyFits);
  CHECK(result.complete);
}

TEST_CASE("joined at any byte, all but the frame cut into is found") {
  const Stream stream({40, 100, 5, 33, 12});
  for (std::size_t cut = 1; cut < stream.begin[3]; ++cut) {
    CAPTURE(cut);
    const auto result = decode(Bytes(stream.cipher).subspan(cut), StreamDecoder::Start::Unknown);
    // Found: every frame whose preceding block is there.
    std::vector<ByteBuffer> expected;
    for (std::size_t i = 0; i < stream.plain.size(); ++i) {
      if (stream.begin[i] >= cut + 32) expected.push_back(stream.plain[i]);
    }
    CHECK(result.frames == expected);
    REQUIRE(result.losses.size() == 1);
    CHECK(result.losses[0].reason == LossReason::StartOfCapture);
    CHECK(result.complete);
  }
}

TEST_CASE("a stream that may have been joined but begins at its beginning loses nothing") {
  const Stream stream({40, 100});
  const auto result = decode(stream.cipher, StreamDecoder::Start::Unknown);
  CHECK(result.frames == stream.plain);
  CHECK(result.losses.empty());
}

TEST_CASE("behind a gap only the frames that it touches are lost") {
  const Stream stream({40, 200, 5, 33, 300, 12, 7});
  const Key key = key_of("k");
  for (std::size_t from = 0; from < stream.cipher.size(); from += 13) {
    for (const std::size_t length : {1U, 31U, 32U, 33U, 100U, 350U}) {
      CAPTURE(from, length);
      if (from + length > stream.cipher.size()) continue;
      StreamDecoder decoder({&key, 1}, StreamDecoder::Start::Beginning);
      decoder.feed(Bytes(stream.cipher).first(from));
      decoder.gap(length);
      decoder.feed(Bytes(stream.cipher).subspan(from + length));
      decoder.finish();
      const auto result = collect(decoder);
      CHECK(result.complete);
      std::vector<ByteBuffer> expected;
      for (std::size_t i = 0; i < stream.plain.size(); ++i) {
        const std::size_t begin = stream.begin[i];
        const std::size_t end =
            i + 1 < stream.begin.size() ? stream.begin[i + 1] : stream.cipher.size();
        // A frame needs its own bytes and the block before it.
        const bool untouched =
            end <= from || begin >= from + length + 32 || (begin >= from + length && i == 0);
        if (untouched) expected.push_back(stream.plain[i]);
      }
      CHECK(result.frames == expected);
      std::uint64_t missing = 0;
      for (const auto& loss : result.losses) missing += loss.missing;
      CHECK(missing == length);
    }
  }
}

TEST_CASE("a gap inside a frame of known length costs that frame alone") {
  const Stream stream({40, 400, 40});
  const Key key = key_of("k");
  StreamDecoder decoder({&key, 1}, StreamDecoder::Start::Beginning);
  const std::size_t from = stream.begin[1] + 64;
  decoder.feed(Bytes(stream.cipher).first(from));
  decoder.gap(100);
  decoder.feed(Bytes(stream.cipher).subspan(from + 100));
  decoder.finish();
  const auto result = collect(decoder);
  CHECK(result.frames == without(stream.plain, 1, 1));
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].begin == stream.begin[1]);
  CHECK(result.losses[0].end == stream.begin[2]);
  CHECK(result.losses[0].message() == "bytes " + std::to_string(stream.begin[1]) + " to " +
                                          std::to_string(stream.begin[2]) +
                                          " lost: 100 bytes are missing from the capture");
}

TEST_CASE("several gaps and gaps of 4 GiB leave the decoder in step") {
  const Stream stream({40, 400, 40, 40});
  const Key key = key_of("k");
  StreamDecoder decoder({&key, 1}, StreamDecoder::Start::Beginning);
  decoder.feed(Bytes(stream.cipher).first(stream.begin[1] + 64));
  decoder.gap(1);
  decoder.gap((std::uint64_t{1} << 32) - 1);  // a multiple of 32 in all
  decoder.feed(Bytes(stream.cipher).subspan(stream.begin[1] + 64));
  decoder.finish();
  const auto result = collect(decoder);
  CHECK(result.frames == without(stream.plain, 1, 1));
  CHECK(result.complete);
}

TEST_CASE("a damaged header costs its frame, and the next one is found") {
  Stream stream({40, 40, 40, 40});
  stream.cipher[stream.begin[1] + 3] ^= 1;
  const auto result = decode(stream.cipher);
  CHECK(result.frames == without(stream.plain, 1, 1));
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].reason == LossReason::OutOfStep);
  CHECK(result.losses[0].begin == stream.begin[1]);
  CHECK(result.losses[0].end == stream.begin[2]);
}

TEST_CASE("half a frame at the end is told with what it needs") {
  const Stream stream({40, 400});
  const auto result = decode(Bytes(stream.cipher).first(stream.begin[1] + 70));
  CHECK(result.frames.size() == 1);
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].message() ==
        "bytes 96 to 166: the stream ends inside a frame of 448 bytes, 70 there");
}

TEST_CASE("a spare block of zeros behind a frame is swallowed") {
  Encryptor encryptor(key_of("k"));
  Frame frame;
  const ByteBuffer plain = frame.encode().value();
  ByteBuffer cipher = encryptor.encrypt(plain);
  for (const ByteBuffer& more : {encryptor.encrypt(ByteBuffer(64)), encryptor.encrypt(plain)}) {
    cipher.insert(cipher.end(), more.begin(), more.end());
  }
  const auto result = decode(cipher);
  CHECK(result.frames.size() == 2);
  CHECK(result.padding == 64);
  CHECK(result.losses.empty());
  CHECK(result.complete);
}

TEST_CASE("padding that is not zero is kept and does no harm") {
  Encryptor encryptor(key_of("k"));
  ByteBuffer plain = Frame().encode().value();
  plain.resize(32, 0xEE);
  ByteBuffer cipher = encryptor.encrypt(plain);
  const ByteBuffer more = encryptor.encrypt(plain);
  cipher.insert(cipher.end(), more.begin(), more.end());
  const auto result = decode(cipher);
  CHECK(result.frames.size() == 2);
  CHECK(result.losses.empty());
}

TEST_CASE("a key proved by the other direction is used at once") {
  const Stream stream({40, 40}, key_of("right"));
  const std::vector<Key> keys = {key_of("wrong"), key_of("right")};
  StreamDecoder decoder(keys, StreamDecoder::Start::Unknown);
  decoder.fix_key(1);
  decoder.feed(Bytes(stream.cipher).subspan(1));
  decoder.finish();
  const auto result = collect(decoder);
  REQUIRE(result.frames.size() == 1);
  CHECK(result.losses[0].reason == LossReason::StartOfCapture);
}

TEST_CASE("random feeds, gaps and damage account for every byte") {
  std::mt19937 random(9);
  const Key key = key_of("k");
  for (int round = 0; round < 300; ++round) {
    Stream stream({random() % 200, random() % 200, random() % 2000, random() % 50, random() % 90});
    const auto start =
        random() % 2 == 0 ? StreamDecoder::Start::Beginning : StreamDecoder::Start::Unknown;
    StreamDecoder decoder({&key, 1}, start);
    std::size_t at = 0;
    while (at < stream.cipher.size()) {
      const std::size_t count =
          std::min<std::size_t>(1 + random() % 300, stream.cipher.size() - at);
      if (random() % 8 == 0) {
        decoder.gap(count);
      } else {
        if (random() % 8 == 0) stream.cipher[at] ^= 0x10;
        decoder.feed(Bytes(stream.cipher).subspan(at, count));
      }
      at += count;
    }
    decoder.finish();
    CHECK(decoder.position() == stream.cipher.size());
    CHECK(collect(decoder).complete);
  }
}
