// SPDX-License-Identifier: MIT
// What in a session is private, what stands in its place, and whether anything private is left.
//
// A mask has the length and the punctuation of what it hides: letters become x, digits 0, and the
// last few characters a number that is the same wherever the same text stood: two batteries stay
// two. So nothing but the masked text changes its size, and a mask can be told from the real thing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/secrets.hpp>
#include <rscp/value.hpp>

namespace rscp::replay {

/// Whether text is a mask (or empty).
bool is_mask(std::string_view text);

class Masker {
 public:
  /// The value with everything private masked, at any depth. Sizes do not change. Fail closed:
  /// text, bytes and whatever does not fit its type are private unless the table calls the tag
  /// public; numbers are if it calls the tag private; in a login everything is (rscp::Secrecy).
  Value mask(const Value& value);
  /// The mask of a text; the same each time. The letters and digits in front of the first dash
  /// stay: they tell the model of a serial number (S10-...).
  std::string mask_text(std::string_view text);

  [[nodiscard]] std::size_t masked() const { return masks_.size(); }
  /// The texts that were masked, to make sure that none is left.
  [[nodiscard]] std::vector<std::string> originals() const;

 private:
  Value mask(const Value& value, const Secrecy& secrecy);
  std::int64_t mask_number(std::int64_t number);
  std::map<std::string, std::string, std::less<>> masks_;
  std::map<std::int64_t, std::int64_t> numbers_;
};

/// Something private that was found.
struct Leak {
  std::string where;  ///< "BAT_DATA/BAT_SERIALNO", or "decrypted bytes"
  std::string what;   ///< "serial number", "e-mail address", ...
};

/// Looks at values: private ones that hold no mask, bytes that are no items, and text anywhere that
/// looks like an e-mail address, a MAC address or a serial number.
std::vector<Leak> leaks_in(std::span<const Value> values);
/// Looks for e-mail, MAC addresses and serial numbers, and for these texts, in bytes: those of one
/// direction joined, so that what lies across two frames is found.
std::vector<Leak> leaks_in(Bytes bytes, std::span<const std::string> secrets);

}  // namespace rscp::replay
