// SPDX-License-Identifier: MIT
#include <rscp/recording/decode_capture.hpp>

namespace rscp::recording {
namespace {

std::string count(std::uint64_t n, const std::string& what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

Error no_rscp(const CaptureDecoder::Statistics& seen, const Advice& advice) {
  std::string message = "no RSCP found: " + count(seen.packets, "packet") + ", " +
                        count(seen.tcp_segments, "TCP segment") +
                        ", none on ports 5033 and 5034 or with a key that fits" + advice.port;
  if (seen.malformed_packets != 0) {
    message += "; " + count(seen.malformed_packets, "packet") + " malformed or cut short";
  }
  return {ErrorKind::InputOutput, "", std::move(message)};
}

}  // namespace

Result<CaptureDecoder::Statistics> decode_capture(
    CaptureFile& capture, KeyTable keys, DecodeOptions options, CaptureDecoder::Callback callback,
    const std::function<bool(std::uint64_t packet)>& go_on) {
  CaptureDecoder decoder(std::move(keys), std::move(options), capture.link_type(),
                         std::move(callback));
  std::optional<Error> broken;
  for (;;) {
    const auto packet = capture.next();
    if (!packet) broken = packet.error();
    if (!packet || !*packet) break;
    decoder.add(**packet);
    if (go_on && !go_on((*packet)->number)) break;
  }
  decoder.finish();
  if (broken) return std::unexpected(*std::move(broken));
  return decoder.statistics();
}

std::optional<Error> verdict(const CaptureDecoder::Statistics& seen, const Advice& advice) {
  if (seen.packets == 0) {
    return Error{ErrorKind::InputOutput, "", "the capture has no packets"};
  }
  if (seen.connections == 0 && seen.suspects != 0) {
    return Error{ErrorKind::WrongKey, "",
                 "no key fits any connection; " + count(seen.suspects, "connection") +
                     " may be RSCP, with whole 32-byte blocks both ways"};
  }
  if (seen.connections == 0) return no_rscp(seen, advice);
  if (seen.without_key != 0) {
    return Error{ErrorKind::MissingKey, "",
                 "no key for " + count(seen.without_key, "RSCP connection") + advice.key};
  }
  if (seen.undecrypted != 0) {
    return Error{ErrorKind::WrongKey, "",
                 count(seen.undecrypted, "connection") + " of " + std::to_string(seen.connections) +
                     " decrypt to no RSCP frame: wrong key?"};
  }
  return std::nullopt;
}

std::optional<Error> why_no_frames(const CaptureDecoder::Statistics& seen) {
  if (seen.frames != 0) return std::nullopt;
  if (seen.undecrypted != 0 || seen.suspects != 0) {
    return Error{ErrorKind::WrongKey, "",
                 "no frame could be decrypted: the key is missing or wrong"};
  }
  return Error{ErrorKind::InputOutput, "", "no RSCP found"};
}

}  // namespace rscp::recording
