// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>

#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/capture_writer.hpp>
#include <rscp/recording/decode_capture.hpp>
#include <rscp/recording/record_writer.hpp>
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/sanitizer.hpp>

namespace rscp::replay {
namespace {

constexpr std::size_t kMostBytes = 256 << 20;  // of plaintext a direction that scan looks through

// Calls back with each record of a capture, of which there must be a frame.
Result<void> read_capture(const std::string& file, const recording::KeyTable& keys,
                          const recording::CaptureDecoder::Callback& callback) {
  auto capture = recording::CaptureFile::open(file);
  if (!capture) return std::unexpected(capture.error());
  const auto seen = recording::decode_capture(*capture, keys, {}, callback);
  if (!seen) return std::unexpected(seen.error());
  if (const auto why = recording::why_no_frames(*seen)) return std::unexpected(why->within(file));
  return {};
}

// A connection of the shared capture.
struct Talk {
  recording::CaptureWriter::Id id = 0;
  std::array<Encryptor, 2> encryptors;
};

recording::Endpoint made_up(const char* network, std::uint64_t number, std::uint16_t port) {
  return {recording::Address::parse(network + std::to_string(1 + number % 250)).value(), port};
}

// For documentation, or this machine: gives nothing away.
bool is_harmless(const recording::Address& address) {
  if (address.v6) return address.to_string() == "::1";
  static const std::array kNetworks = {recording::Network::parse("192.0.2.0/24").value(),
                                       recording::Network::parse("198.51.100.0/24").value(),
                                       recording::Network::parse("203.0.113.0/24").value(),
                                       recording::Network::parse("127.0.0.0/8").value()};
  return std::ranges::any_of(
      kNetworks, [&](const recording::Network& network) { return network.contains(address); });
}

}  // namespace

Result<SanitizeReport> sanitize(const std::string& in, const std::string& out,
                                const recording::KeyTable& keys, const Key& new_key) {
  auto writer = recording::CaptureWriter::create(out);
  if (!writer) return std::unexpected(writer.error());
  SanitizeReport report;
  Masker masker;
  std::map<std::uint64_t, Talk> talks;
  const auto take = [&](recording::FrameRecord&& record) {
    if (record.frame() == nullptr) {
      for (const std::string& note : recording::notes_of(record, Dictionary::builtin())) {
        report.notes.push_back("stream " + std::to_string(record.stream) + ": left out: " + note);
      }
      return;
    }
    Frame frame = record.frame()->read().frame;
    const bool request = record.direction == Direction::Request;
    auto found = talks.find(record.stream);
    if (found == talks.end()) {
      const recording::Endpoint& client = request ? record.source : record.destination;
      const recording::Endpoint& device = request ? record.destination : record.source;
      const auto id = writer->open(made_up("192.0.2.", record.stream, client.port),
                                   made_up("198.51.100.", 0, device.port), record.time);
      found =
          talks.emplace(record.stream, Talk{id, {Encryptor(new_key), Encryptor(new_key)}}).first;
      ++report.connections;
    }
    for (Value& value : frame.values) value = masker.mask(value);
    // Bytes that are no items cannot be understood, so they cannot be shared.
    std::ranges::fill(frame.trailing, std::uint8_t{0});
    const auto plaintext = frame.encode();
    if (!plaintext) {
      report.notes.push_back("frame " + std::to_string(record.frame()->number) +
                             ": left out: " + plaintext.error().message);
      return;
    }
    Talk& talk = found->second;
    const ByteBuffer ciphertext = talk.encryptors.at(request ? 0 : 1).encrypt(*plaintext);
    writer->data(talk.id, request, ciphertext, record.time);
    ++report.frames;
  };
  if (const auto read = read_capture(in, keys, take); !read) return std::unexpected(read.error());
  if (!writer->flush()) return failure(ErrorKind::InputOutput, out, "cannot be written");
  report.masked = masker.masked();
  return report;
}

Result<ScanReport> scan(const std::string& file, const recording::KeyTable& keys,
                        std::span<const std::string> secrets) {
  ScanReport report;
  std::map<std::pair<std::uint64_t, bool>, ByteBuffer> joined;
  const auto look = [&](std::span<const Value> values, const std::string& place,
                        std::uint64_t connection, bool request) {
    ++report.frames;
    for (Leak& leak : leaks_in(values)) {
      report.leaks.push_back({place + ", " + leak.where, leak.what});
    }
    ByteBuffer& bytes = joined[{connection, request}];
    const auto encoded = encode_values(values);
    if (encoded && bytes.size() + encoded->size() < kMostBytes) {
      bytes.insert(bytes.end(), encoded->begin(), encoded->end());
    }
  };
  if (recording::is_text_recording(file)) {
    const auto transcript = recording::load_transcript(file, keys);
    if (!transcript) return std::unexpected(transcript.error());
    for (const recording::Exchange& exchange : transcript->exchanges) {
      const std::string place = "exchange " + std::to_string(exchange.number);
      if (exchange.request) look(*exchange.request, place, exchange.connection, true);
      if (exchange.answer) look(*exchange.answer, place, exchange.connection, false);
    }
  } else {
    std::map<std::string, bool> addresses;
    const auto take = [&](recording::FrameRecord&& record) {
      for (const recording::Endpoint& endpoint : {record.source, record.destination}) {
        if (!is_harmless(endpoint.address) &&
            addresses.emplace(endpoint.address.to_string(), true).second) {
          report.leaks.push_back({"packets", "IP address " + endpoint.address.to_string()});
        }
      }
      if (const auto* frame = record.frame()) {
        look(frame->read().frame.values, "frame " + std::to_string(frame->number), record.stream,
             record.direction == Direction::Request);
      }
    };
    if (const auto read = read_capture(file, keys, take); !read) {
      return std::unexpected(read.error());
    }
  }
  for (const auto& [where, bytes] : joined) {
    for (Leak& leak : leaks_in(bytes, secrets)) {
      report.leaks.push_back({"connection " + std::to_string(where.first) + ", " +
                                  (where.second ? "requests" : "answers") + ", " + leak.where,
                              leak.what});
    }
  }
  return report;
}

}  // namespace rscp::replay
