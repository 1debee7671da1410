// SPDX-License-Identifier: MIT
// A capture that can be shared: another key, made-up addresses, everything private masked. Sizes
// and times of the frames stay, and everything outside the masks decodes the same.
#pragma once

#include <string>
#include <vector>

#include <rscp/cipher.hpp>
#include <rscp/error.hpp>
#include <rscp/recording/key_table.hpp>
#include <rscp/replay/masking.hpp>

namespace rscp::replay {

struct SanitizeReport {
  std::uint64_t frames = 0;
  std::uint64_t connections = 0;
  std::size_t masked = 0;          ///< different texts
  std::vector<std::string> notes;  ///< what was left out, and why
};

/// Reads `in` with its keys and writes `out` under `new_key`. WrongKey if no key fits.
Result<SanitizeReport> sanitize(const std::string& in, const std::string& out,
                                const recording::KeyTable& keys, const Key& new_key);

/// What is private in a capture, transcript or journal.
struct ScanReport {
  std::uint64_t frames = 0;
  std::vector<Leak> leaks;  ///< "frame 7, BAT_DATA/BAT_SERIALNO"
};
Result<ScanReport> scan(const std::string& file, const recording::KeyTable& keys,
                        std::span<const std::string> secrets);

}  // namespace rscp::replay
