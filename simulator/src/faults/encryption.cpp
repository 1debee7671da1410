// SPDX-License-Identifier: MIT
// The third stage: which frames are encrypted, and with what.
#include "stages.hpp"
#include <rscp/frame.hpp>

namespace rscp::simulator {
namespace {

ByteBuffer encrypt(const ByteBuffer& plaintext, Encryptor& encryptor,
                   std::span<const Strike> strikes) {
  if (struck<fault::WrongKey>(strikes)) {
    // The peer will see noise; the connection's own stream does not move.
    Encryptor other(Key::from_passphrase("not the passphrase").value());
    return other.encrypt(plaintext);
  }
  if (struck<fault::FlipIv>(strikes)) {
    // With an IV the peer does not have its first block is noise; the chain is whole again after.
    CipherBlock iv = kInitialIv;
    for (std::uint8_t& byte : iv) {
      byte = static_cast<std::uint8_t>(strikes.front().random->bits() & 0xFFU);
    }
    encryptor.set_iv(iv);
  }
  return encryptor.encrypt(plaintext);
}

}  // namespace

ByteBuffer encrypt_frames(const ByteBuffer& plaintext, Timestamp time, Encryptor& encryptor,
                          std::span<const Strike> strikes) {
  ByteBuffer bytes;
  const auto append = [&](const ByteBuffer& frame) {
    const ByteBuffer ciphertext = encrypt(frame, encryptor, strikes);
    bytes.insert(bytes.end(), ciphertext.begin(), ciphertext.end());
  };
  // A whole frame that nobody asked for goes in front of the answer.
  for (const Strike& strike : strikes) {
    const auto* unsolicited = get_fault<fault::Unsolicited>(strike.spec->fault);
    if (unsolicited == nullptr) continue;
    if (const auto frame = seal_frame(unsolicited->values, time)) append(*frame);
  }
  append(plaintext);
  if (struck<fault::Duplicate>(strikes)) append(plaintext);
  return bytes;
}

}  // namespace rscp::simulator
