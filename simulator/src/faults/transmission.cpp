// SPDX-License-Identifier: MIT
#include "transmission.hpp"

#include "stages.hpp"
#include <rscp/frame.hpp>

namespace rscp::simulator {

Result<Transmission> transmit(std::vector<Value>& values, Timestamp time, Encryptor& encryptor,
                              std::span<const Strike> strikes) {
  constexpr std::chrono::milliseconds kAtOnce{0};
  Transmission transmission;
  if (strikes.empty()) {
    const auto sealed = seal_frame(values, time);
    if (!sealed) return std::unexpected(sealed.error());
    transmission.pieces.push_back({kAtOnce, encryptor.encrypt(*sealed)});
    return transmission;
  }
  change_values(values, strikes);
  auto sealed = seal_frame(values, time, has_crc(strikes));
  if (!sealed) return std::unexpected(sealed.error());
  change_plaintext(*sealed, strikes);
  transmission.pieces.push_back({kAtOnce, encrypt_frames(*sealed, time, encryptor, strikes)});
  deliver(transmission, strikes);
  return transmission;
}

}  // namespace rscp::simulator
