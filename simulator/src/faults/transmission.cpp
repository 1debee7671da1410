// SPDX-License-Identifier: MIT
#include "transmission.hpp"

#include <algorithm>

#include <rscp/frame.hpp>

namespace rscp::simulator {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLengthAt = 16;  // of the length field in a frame
constexpr milliseconds kDefaultHold{200};
constexpr milliseconds kDefaultDrip{10};

bool has(std::span<const Strike> strikes, FaultKind kind) {
  return std::ranges::any_of(strikes, [&](const Strike& s) { return s.spec->kind == kind; });
}

ByteBuffer encrypt(const ByteBuffer& plaintext, Encryptor& encryptor,
                   std::span<const Strike> strikes) {
  if (has(strikes, FaultKind::WrongKey)) {
    // The peer will see noise; the connection's own stream does not move.
    Encryptor other(Key::from_passphrase("not the passphrase").value());
    return other.encrypt(plaintext);
  }
  if (has(strikes, FaultKind::FlipVector)) {
    // With a vector the peer does not have its first block is noise; the chain is whole again
    // after.
    CipherBlock vector = kInitialIv;
    for (std::uint8_t& byte : vector) {
      byte = static_cast<std::uint8_t>(strikes.front().random->bits() & 0xFFU);
    }
    encryptor.set_iv(vector);
  }
  return encryptor.encrypt(plaintext);
}

// Cuts at the places a fault names. What is cut already is cut further.
void cut(std::vector<Piece>& pieces, std::size_t at, std::size_t every, milliseconds gap) {
  std::vector<Piece> result;
  std::size_t offset = 0;
  for (Piece& piece : pieces) {
    std::size_t begin = 0;
    milliseconds pause = piece.pause;
    const auto cut_here = [&](std::size_t position) {
      return every != 0 ? position % every == 0 : position == at;
    };
    for (std::size_t i = 1; i <= piece.bytes.size(); ++i) {
      if (i != piece.bytes.size() && !cut_here(offset + i)) continue;
      const auto first = piece.bytes.begin();
      result.push_back({pause, ByteBuffer(first + static_cast<std::ptrdiff_t>(begin),
                                          first + static_cast<std::ptrdiff_t>(i))});
      pause = gap;
      begin = i;
    }
    offset += piece.bytes.size();
  }
  pieces = std::move(result);
}

void keep_first(std::vector<Piece>& pieces, std::size_t count) {
  for (Piece& piece : pieces) {
    const std::size_t kept = std::min(count, piece.bytes.size());
    piece.bytes.resize(kept);
    count -= kept;
  }
  std::erase_if(pieces, [](const Piece& piece) { return piece.bytes.empty(); });
}

milliseconds with_jitter(const Strike& strike) {
  const auto span = static_cast<std::uint64_t>(strike.spec->jitter.count()) + 1;
  return strike.spec->time + milliseconds(static_cast<std::int64_t>(strike.random->below(span)));
}

void deliver(Transmission& transmission, const Strike& strike) {
  const FaultSpec& spec = *strike.spec;
  auto& pieces = transmission.pieces;
  switch (spec.kind) {
    case FaultKind::Split:
      cut(pieces, spec.at, spec.every, spec.gap);
      break;
    case FaultKind::Drip:
      cut(pieces, 0, spec.every == 0 ? 1 : spec.every,
          spec.gap.count() == 0 ? kDefaultDrip : spec.gap);
      break;
    case FaultKind::Delay:
      if (!pieces.empty()) pieces.front().pause += with_jitter(strike);
      break;
    case FaultKind::Coalesce:
      transmission.hold = spec.time.count() == 0 ? kDefaultHold : spec.time;
      break;
    case FaultKind::Stall:
      pieces.clear();
      transmission.end = Transmission::End::Stalled;
      break;
    case FaultKind::Truncate:
      keep_first(pieces, spec.at);
      break;
    case FaultKind::Close:
      keep_first(pieces, spec.at);
      transmission.end = spec.reset ? Transmission::End::Reset : Transmission::End::Fin;
      break;
    case FaultKind::Reboot:
      pieces.clear();
      transmission.reboot = true;
      transmission.reboot_time = with_jitter(strike);
      transmission.end = Transmission::End::Reset;
      break;
    default:
      break;
  }
}

}  // namespace

void change_plaintext(ByteBuffer& plaintext, std::span<const Strike> strikes) {
  for (const Strike& strike : strikes) {
    switch (strike.spec->kind) {
      case FaultKind::WrongLength: {
        const std::int64_t by = strike.spec->number == 0 ? 1 : strike.spec->number;
        const std::int64_t length = load_le<std::uint16_t>(plaintext.data() + kLengthAt) + by;
        store_le(plaintext.data() + kLengthAt,
                 static_cast<std::uint16_t>(std::clamp<std::int64_t>(length, 0, 65'535)));
        break;
      }
      case FaultKind::BadMagic:
        plaintext[0] ^= 0xFFU;
        break;
      case FaultKind::BadCrc:
        plaintext.back() ^= 0x55U;
        break;
      default:
        break;
    }
  }
}

std::expected<Transmission, std::string> transmit(std::vector<Value>& values, Timestamp time,
                                                  Encryptor& encryptor,
                                                  std::span<const Strike> strikes) {
  Transmission transmission;
  if (strikes.empty()) {
    const auto sealed = seal_frame(values, time);
    if (!sealed) return std::unexpected(sealed.error().message);
    transmission.pieces.push_back({milliseconds(0), encryptor.encrypt(*sealed)});
    return transmission;
  }
  change_values(values, strikes);
  auto sealed = seal_frame(values, time, !has(strikes, FaultKind::NoCrc));
  if (!sealed) return std::unexpected(sealed.error().message);
  ByteBuffer bytes;
  const auto append = [&](const ByteBuffer& plaintext) {
    const ByteBuffer ciphertext = encrypt(plaintext, encryptor, strikes);
    bytes.insert(bytes.end(), ciphertext.begin(), ciphertext.end());
  };
  change_plaintext(*sealed, strikes);
  // A whole frame that nobody asked for goes in front of the answer.
  for (const Strike& strike : strikes) {
    if (strike.spec->kind != FaultKind::Unsolicited) continue;
    std::vector<Value> extra = strike.spec->values;
    if (extra.empty()) extra.emplace_back("EMS_ALIVE", DataType::Bool, true);
    if (const auto frame = seal_frame(extra, time)) append(*frame);
  }
  append(*sealed);
  if (has(strikes, FaultKind::Duplicate)) append(*sealed);
  transmission.pieces.push_back({milliseconds(0), std::move(bytes)});
  for (const Strike& strike : strikes) deliver(transmission, strike);
  return transmission;
}

}  // namespace rscp::simulator
