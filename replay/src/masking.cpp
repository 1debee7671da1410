// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <rscp/replay/masking.hpp>

namespace rscp::replay {
namespace {

constexpr std::size_t kCounterDigits = 3;

// Masks of numbers lie below: they fit whatever type the real one had.
constexpr int kMaskedNumbers = 100;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// How much of a serial number stays: three characters and a dash.
std::size_t kept_prefix(std::string_view text) {
  constexpr std::size_t kPrefix = 3;
  const bool has = text.size() > kPrefix + 1 && text[kPrefix] == '-' && is_letter(text[0]) &&
                   is_word(text[1]) && is_word(text[2]);
  return has ? kPrefix + 1 : 0;
}

bool is_serial_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kDigits = 8;
  if (at + 4 + kDigits > text.size() || (at != 0 && is_word(text[at - 1]))) return false;
  if (!is_letter(text[at]) || !is_digit(text[at + 1]) || !is_digit(text[at + 2]) ||
      text[at + 3] != '-') {
    return false;
  }
  const std::string_view digits = text.substr(at + 4, kDigits);
  return std::ranges::all_of(digits, is_digit) && !is_mask(digits);
}

bool is_mac_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kLength = 17;
  if (at + kLength > text.size() || (at != 0 && is_word(text[at - 1]))) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const char c = text[at + i];
    if (i % 3 == 2 ? c != ':' : std::isxdigit(static_cast<unsigned char>(c)) == 0) return false;
  }
  return !is_mask(text.substr(at, kLength));
}

bool is_mail_at(std::string_view text, std::size_t at) {
  if (text[at] != '@' || at == 0) return false;
  const auto part = [](char c) {
    return is_word(c) || c == '.' || c == '-' || c == '_' || c == '+';
  };
  std::size_t begin = at;
  while (begin > 0 && part(text[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < text.size() && part(text[end])) ++end;
  const std::string_view host = text.substr(at + 1, end - at - 1);
  return begin < at && host.find('.') != std::string_view::npos && host.find('.') > 0 &&
         host.find('.') + 2 < host.size() && !is_mask(text.substr(begin, end - begin));
}

// What a text shows by its look alone.
std::optional<std::string> looks_like(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_mail_at(text, i)) return "e-mail address";
    if (is_mac_at(text, i)) return "MAC address";
    if (is_serial_at(text, i)) return "serial number";
  }
  return std::nullopt;
}

// In place of bytes that are no items. Zeros would be read as items.
constexpr std::uint8_t kMaskedTrailing = 0xFF;

// Whether a value is nothing but a number, a time or a state. Everything else can hold text.
bool is_plain(const Value& value) {
  if (!value.scalar()) return false;  // a payload that does not fit its type
  switch (value.type()) {
    case DataType::None:
      return value.payload().empty();
    case DataType::Bool:
    case DataType::Timestamp:
    case DataType::Error:
      return true;
    default:
      return is_integer(value.type()) || is_float(value.type());
  }
}

// Whether a value that is no container is to be masked where it stands.
bool is_hidden(const Value& value, const Secrecy& secrecy) {
  if (secrecy.hides(value.tag(), value.type())) return true;
  const bool plain = is_plain(value);
  if (plain && value.is_error()) return false;  // the device had nothing to say
  const TagInfo* info = Dictionary::builtin().find(value.tag());
  const Privacy privacy = info != nullptr ? info->privacy : Privacy::Unsaid;
  if (privacy == Privacy::Public) return !value.scalar();
  return privacy == Privacy::Private || !plain;
}

// Whether a hidden value is still as the device gave it.
bool is_unmasked(const Value& value) {
  if (const auto text = value.text()) return !is_mask(*text);
  if (const auto number = value.number(); number && !value.is_error()) {
    return is_float(value.type()) ? *number != 0 : std::abs(*number) >= kMaskedNumbers;
  }
  return std::ranges::any_of(value.payload(), [](std::uint8_t byte) { return byte != 0; });
}

void look(const Value& value, const std::string& path, const Secrecy& secrecy,
          std::vector<Leak>& leaks) {
  const std::string name = Dictionary::builtin().label(value.tag());
  const std::string here = path.empty() ? name : path + '/' + name;
  if (value.is_container()) {
    const Secrecy inside = secrecy.inside(value.tag());
    for (const Value& child : value.children()) look(child, here, inside, leaks);
    if (std::ranges::any_of(value.trailing(), [](auto byte) { return byte != kMaskedTrailing; })) {
      leaks.push_back({here, "bytes that are no items and are not masked"});
    }
    return;
  }
  if (is_hidden(value, secrecy) && is_unmasked(value)) {
    leaks.push_back({here, "a private value that is not masked"});
  } else if (const auto text = value.text()) {
    if (const auto kind = looks_like(*text)) leaks.push_back({here, *kind});
  }
}

}  // namespace

bool is_mask(std::string_view text) {
  text.remove_prefix(kept_prefix(text));
  // All but the number at the end.
  const auto words = static_cast<std::size_t>(std::ranges::count_if(text, is_word));
  std::size_t seen = 0;
  const std::size_t free = std::min(words, kCounterDigits);
  for (const char c : text) {
    if (!is_word(c)) continue;
    ++seen;
    const bool counter = seen > words - free;
    if (counter ? !is_digit(c) : c != 'x' && c != '0') return false;
  }
  return true;
}

std::string Masker::mask_text(std::string_view text) {
  if (is_mask(text)) return std::string(text);
  if (const auto known = masks_.find(text); known != masks_.end()) return known->second;
  std::string mask(text);
  std::vector<std::size_t> places;
  for (std::size_t i = kept_prefix(text); i < mask.size(); ++i) {
    if (!is_word(mask[i])) continue;
    mask[i] = is_digit(mask[i]) ? '0' : 'x';
    places.push_back(i);
  }
  std::size_t number = masks_.size() + 1;
  for (std::size_t i = 0; i < std::min(places.size(), kCounterDigits); ++i) {
    mask[places[places.size() - 1 - i]] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  masks_.emplace(text, mask);
  return mask;
}

std::int64_t Masker::mask_number(std::int64_t number) {
  if (number == 0) return 0;
  return numbers_.try_emplace(number, static_cast<std::int64_t>(numbers_.size()) + 1).first->second;
}

std::vector<std::string> Masker::originals() const {
  std::vector<std::string> texts;
  texts.reserve(masks_.size());
  for (const auto& [text, mask] : masks_) texts.push_back(text);
  return texts;
}

Value Masker::mask(const Value& value) { return mask(value, Secrecy()); }

Value Masker::mask(const Value& value, const Secrecy& secrecy) {
  if (value.is_container()) {
    const Secrecy inside = secrecy.inside(value.tag());
    std::vector<Value> children;
    children.reserve(value.children().size());
    for (const Value& child : value.children()) children.push_back(mask(child, inside));
    return Value::container(value.tag(), std::move(children),
                            ByteBuffer(value.trailing().size(), kMaskedTrailing));
  }
  const bool hidden = is_hidden(value, secrecy);
  if (const auto text = value.text(); text && (hidden || looks_like(*text))) {
    return Value::raw(value.tag(), value.type(), as_bytes(mask_text(*text)));
  }
  if (!hidden) return value;
  if (const auto number = value.integer(); number && is_integer(value.type())) {
    return Value(value.tag(), value.type(), mask_number(*number) % kMaskedNumbers);
  }
  const ByteBuffer zeros(value.payload().size(), 0);
  return Value::raw(value.tag(), value.type(), zeros);
}

std::vector<Leak> leaks_in(std::span<const Value> values) {
  std::vector<Leak> leaks;
  for (const Value& value : values) look(value, "", Secrecy(), leaks);
  return leaks;
}

std::vector<Leak> leaks_in(Bytes bytes, std::span<const std::string> secrets) {
  std::vector<Leak> leaks;
  const std::string_view text = as_text(bytes);
  if (const auto kind = looks_like(text)) leaks.push_back({"decrypted bytes", *kind});
  constexpr std::size_t kShortest = 4;
  for (const std::string& secret : secrets) {
    if (secret.size() >= kShortest && text.find(secret) != std::string_view::npos) {
      leaks.push_back({"decrypted bytes", "a text that was to be masked"});
    }
  }
  return leaks;
}

}  // namespace rscp::replay
