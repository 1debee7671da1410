// SPDX-License-Identifier: MIT
// The dictionary of tags: names, declared types, units, enumerations.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/data_type.hpp>
#include <rscp/error.hpp>
#include <rscp/owned.hpp>
#include <rscp/tag.hpp>
#include <rscp/user_level.hpp>

namespace rscp::inline v0_1 {

enum class EnumerationKind : std::uint8_t {
  Number,   ///< one value, one name
  Bitmask,  ///< each bit has a name
  Text,     ///< CString values that have a name
};

struct EnumerationEntry {
  std::int64_t value;
  std::string_view text;  ///< the value, for EnumerationKind::Text
  std::string_view name;
};

struct Enumeration {
  std::string_view name;
  EnumerationKind kind;
  std::span<const EnumerationEntry> entries;

  /// Name of a number, or the names of the bits set joined by "|"; empty if none is known.
  [[nodiscard]] std::string label(std::int64_t value) const;
  /// Number with that name, any case.
  [[nodiscard]] std::optional<std::int64_t> value_of(std::string_view label) const;
};

/// What a request does to the device.
enum class Access : std::uint8_t {
  None,    ///< no request: an answer, or a parameter or an index inside a request
  Read,    ///< reads, and is sent without a value
  Lookup,  ///< reads, and takes a value or parameters that say what
  Write,   ///< changes the device, or is not known only to read
};

/// Who may see a value.
enum class Privacy : std::uint8_t {
  Unsaid,   ///< private if it is text or bytes, public if it is a number
  Public,   ///< tells nothing of its owner
  Private,  ///< tells who or where the owner is, or tells one device from all others
  Secret,   ///< a password, a passphrase, a token, a private key: never printed unless asked for
};

struct TagInfo {
  Tag tag;
  std::string_view name;           ///< without "TAG_"
  std::optional<DataType> type;    ///< as declared; nothing where no table declares one
  std::string_view unit;           ///< "W", "°C", "%", "count"; "1" is a fraction; may be empty
  const Enumeration* enumeration;  ///< null if the tag has none
  std::string_view level;          ///< user level it needs, e.g. "USER"; empty if not known
  std::string_view aliases;        ///< other names in use, separated by ";"
  UserLevel needed_level;          ///< what `level` means; User if it is not known
  Access access;
  Privacy privacy;
  bool is_index;  ///< says which of several devices, strings or rows its container is about

  /// The unit to print behind a number: empty where the number stands for itself.
  [[nodiscard]] std::string_view printed_unit() const {
    return unit == "1" || unit == "count" || unit == "unit" ? std::string_view() : unit;
  }
};

/// Looks tags up. Immutable once loaded, so one object may serve several threads.
class Dictionary {
 public:
  /// The tags of codec/tags/tags.csv.
  static const Dictionary& builtin();

  Dictionary();  ///< a copy of the built-in one, to be extended
  Dictionary(Dictionary&&) noexcept;
  Dictionary& operator=(Dictionary&&) noexcept;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary();

  /// Adds the tags of CSV text with the columns of codec/tags/tags.csv: code and name are needed,
  /// all others may be left out. A header line and lines that begin with # are skipped. A code
  /// that is known already is redefined, but what its line does not say of access, privacy and
  /// index stays as it was. Of a new tag that means: a request (a name with REQ) writes, text and
  /// bytes are private, and it is no index. Adds nothing on error, whose place is the number of the
  /// line.
  Result<void> load(std::string_view csv);

  [[nodiscard]] const TagInfo* find(Tag tag) const;
  /// By name, with or without "TAG_", in any case, or by code ("0x01000001"). Null if unknown; a
  /// code that is no known tag is unknown too.
  [[nodiscard]] const TagInfo* find(std::string_view name) const;
  /// Like find, but any code will do.
  [[nodiscard]] std::optional<Tag> resolve(std::string_view name_or_code) const;
  /// Tags whose name matches: * and ? as in a shell; without either, a part of the name. Any
  /// case. In order of code.
  [[nodiscard]] std::vector<const TagInfo*> search(std::string_view pattern) const;
  /// The nearest names to a misspelt one, best first; empty if none is near.
  [[nodiscard]] std::vector<std::string_view> suggestions(std::string_view name,
                                                          std::size_t most = 3) const;
  /// ", did you mean A or B?" or nothing: to be put behind "unknown tag X".
  [[nodiscard]] std::string suggestion_text(std::string_view name) const;

  /// The name if it leads back to this tag, otherwise the code in hexadecimal.
  [[nodiscard]] std::string label(Tag tag) const;

  /// The tag that answers a request; regular ones by their answer bit, the others from the list.
  [[nodiscard]] Tag answer_to(Tag request) const;
  /// The request that `answer` belongs to, if the list or the answer bit tells.
  [[nodiscard]] std::optional<Tag> request_of(Tag answer) const;

  [[nodiscard]] std::size_t size() const;
  /// Every tag in order of code.
  [[nodiscard]] std::vector<const TagInfo*> all() const;

  /// "EMS"; empty if the top byte is not a known namespace.
  static std::string_view namespace_name(Tag tag);

  static std::span<const Enumeration> enumerations();

 private:
  struct Extra;
  detail::Owned<Extra> extra_;
};

/// The words of the columns access and privacy, "read" or "secret"; empty where nothing is said.
std::string_view name_of(Access access);
std::string_view name_of(Privacy privacy);

/// Whether `text` matches `pattern` with * (any run) and ? (one character), ignoring ASCII case.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace rscp::inline v0_1
