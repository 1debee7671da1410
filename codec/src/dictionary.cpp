// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <map>

#include "ascii.hpp"
#include "dictionary_tables.hpp"
#include <rscp/dictionary.hpp>

namespace rscp::inline v0_1 {

std::string hex_code(Tag tag) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[(code_of(tag) >> shift) & 0xFU];
  return text;
}

/// What load() added, on top of the built-in tables.
struct Dictionary::Extra {
  std::deque<std::string> strings;  // never moves what is in it: the infos point here
  std::map<Tag, TagInfo> tags;
  std::map<std::string, Tag, std::less<>> names;  // upper case
};

namespace {

constexpr std::string_view kPrefix = "TAG_";

std::string_view without_prefix(std::string_view name) {
  if (name.size() > kPrefix.size() &&
      ascii::equal_ignoring_case(name.substr(0, kPrefix.size()), kPrefix)) {
    name.remove_prefix(kPrefix.size());
  }
  return name;
}

std::optional<Tag> parse_code(std::string_view text) {
  if (text.size() < 3 || text.size() > 10 || text[0] != '0' || ascii::upper(text[1]) != 'X') {
    return std::nullopt;
  }
  std::uint32_t code = 0;
  const char* last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data() + 2, last, code, 16);
  if (status != std::errc() || end != last) return std::nullopt;
  return static_cast<Tag>(code);
}

const TagInfo* find_builtin(Tag tag) {
  const auto it = std::ranges::lower_bound(tables::all.tags, tag, {}, &TagInfo::tag);
  return it != tables::all.tags.end() && it->tag == tag ? &*it : nullptr;
}

const TagInfo* find_builtin(std::string_view upper_name) {
  const auto it =
      std::ranges::lower_bound(tables::all.names, upper_name, {}, &tables::NameIndex::name);
  if (it == tables::all.names.end() || it->name != upper_name) return nullptr;
  return &tables::all.tags[it->index];
}

// Number of edits (insert, delete, replace, swap of neighbours) between two names, or `limit` + 1
// as soon as it is certain to be more than `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      best = std::min(best, row[j]);
    }
    if (best > limit) return limit + 1;
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t at = line.find(separator);
    cells.push_back(ascii::trimmed(line.substr(0, at)));
    if (at == std::string_view::npos) return cells;
    line.remove_prefix(at + 1);
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && !ascii::is_digit(text[0]) && std::ranges::all_of(text, [](char c) {
    return ascii::is_letter(c) || ascii::is_digit(c) || c == '_';
  });
}

// "": a column left out.
constexpr std::array kAccessNames = {std::string_view(), std::string_view("read"),
                                     std::string_view("lookup"), std::string_view("write")};
constexpr std::array kPrivacyNames = {std::string_view(), std::string_view("public"),
                                      std::string_view("private"), std::string_view("secret")};

// The alternative of that name; "" is the first one.
template <typename Alternative, std::size_t N>
std::optional<Alternative> alternative_named(const std::array<std::string_view, N>& names,
                                             std::string_view name) {
  const auto it = std::ranges::find(names, name);
  if (it == names.end()) return std::nullopt;
  return static_cast<Alternative>(it - names.begin());
}

// As the tables name requests: EMS_REQ_POWER_PV.
bool has_request_name(std::string_view name) {
  const std::string upper = '_' + ascii::upper(name) + '_';
  return upper.find("_REQ_") != std::string::npos;
}

const Enumeration* enumeration_named(std::string_view name) {
  const auto it = std::ranges::find(tables::all.enumerations, name, &Enumeration::name);
  return it == tables::all.enumerations.end() ? nullptr : &*it;
}

}  // namespace

std::string Enumeration::label(std::int64_t value) const {
  if (kind == EnumerationKind::Bitmask) {
    std::string labels;
    for (const EnumerationEntry& entry : entries) {
      if (entry.value == 0 || (value & entry.value) != entry.value) continue;
      if (!labels.empty()) labels += '|';
      labels += entry.name;
    }
    if (!labels.empty() || value != 0) return labels;
  }
  const auto it = std::ranges::find(entries, value, &EnumerationEntry::value);
  return kind != EnumerationKind::Text && it != entries.end() ? std::string(it->name) : "";
}

std::optional<std::int64_t> Enumeration::value_of(std::string_view label) const {
  for (const EnumerationEntry& entry : entries) {
    if (kind != EnumerationKind::Text && ascii::equal_ignoring_case(entry.name, label)) {
      return entry.value;
    }
  }
  return std::nullopt;
}

Dictionary::Dictionary() : extra_(detail::Owned<Extra>::make()) {}
Dictionary::Dictionary(Dictionary&&) noexcept = default;
Dictionary& Dictionary::operator=(Dictionary&&) noexcept = default;
Dictionary::~Dictionary() = default;

const Dictionary& Dictionary::builtin() {
  static const Dictionary dictionary;
  return dictionary;
}

Result<void> Dictionary::load(std::string_view csv) {
  std::map<Tag, TagInfo> tags;
  std::map<std::string, Tag> names;
  const auto keep = [&](std::string_view text) -> std::string_view {
    return extra_->strings.emplace_back(text);
  };
  std::size_t number = 0;
  while (!csv.empty()) {
    ++number;
    const std::size_t end = csv.find('\n');
    const std::string_view line = ascii::trimmed(csv.substr(0, end));
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (line.empty() || line[0] == '#' || line.starts_with("code,")) continue;
    const auto cells = split(line, ',');
    const auto cell = [&](std::size_t i) {
      return i < cells.size() ? cells[i] : std::string_view();
    };
    const auto fail = [&](std::string message) {
      return failure(ErrorKind::Invalid, std::to_string(number), std::move(message));
    };
    const auto tag = parse_code(cell(0));
    if (!tag)
      return fail("expected a code such as 0x0100003E, found \"" + std::string(cell(0)) + '"');
    const std::string_view name = without_prefix(cell(1));
    if (!is_name(name)) {
      return fail("expected a name of letters, digits and _, found \"" + std::string(cell(1)) +
                  '"');
    }
    TagInfo info{};
    info.tag = *tag;
    info.name = keep(name);
    info.unit = keep(cell(3));
    info.level = keep(cell(5));
    info.aliases = keep(cell(6));
    if (!cell(2).empty()) {
      info.type = data_type_from_name(cell(2));
      if (!info.type) return fail("unknown type \"" + std::string(cell(2)) + '"');
    }
    if (!cell(4).empty()) {
      info.enumeration = enumeration_named(cell(4));
      if (info.enumeration == nullptr) {
        return fail("unknown enumeration \"" + std::string(cell(4)) + '"');
      }
    }
    const auto level = info.level.empty() ? UserLevel::User : user_level_from(info.level);
    if (!level) return fail("unknown user level \"" + std::string(info.level) + '"');
    info.needed_level = *level;
    const auto access = alternative_named<Access>(kAccessNames, cell(7));
    if (!access) {
      return fail("expected read, lookup or write, found \"" + std::string(cell(7)) + '"');
    }
    const auto privacy = alternative_named<Privacy>(kPrivacyNames, cell(8));
    if (!privacy) {
      return fail("expected public, private or secret, found \"" + std::string(cell(8)) + '"');
    }
    if (!cell(9).empty() && cell(9) != "index") {
      return fail("expected index or nothing, found \"" + std::string(cell(9)) + '"');
    }
    const TagInfo* before = find(*tag);
    const Access unsaid = before != nullptr        ? before->access
                          : has_request_name(name) ? Access::Write
                                                   : Access::None;
    info.access = cell(7).empty() ? unsaid : *access;
    info.privacy = cell(8).empty() && before != nullptr ? before->privacy : *privacy;
    info.is_index = !cell(9).empty() || (before != nullptr && before->is_index);
    tags.insert_or_assign(*tag, info);
    names.insert_or_assign(ascii::upper(name), *tag);
    for (const std::string_view alias : split(cell(6), ';')) {
      if (!alias.empty()) names.try_emplace(ascii::upper(without_prefix(alias)), *tag);
    }
  }
  for (auto& [tag, info] : tags) extra_->tags.insert_or_assign(tag, info);
  for (auto& [name, tag] : names) extra_->names.insert_or_assign(name, tag);
  return {};
}

const TagInfo* Dictionary::find(Tag tag) const {
  const auto it = extra_->tags.find(tag);
  return it != extra_->tags.end() ? &it->second : find_builtin(tag);
}

const TagInfo* Dictionary::find(std::string_view name) const {
  if (const auto code = parse_code(name)) return find(*code);
  const std::string key = ascii::upper(without_prefix(name));
  if (const auto it = extra_->names.find(key); it != extra_->names.end()) return find(it->second);
  const TagInfo* info = find_builtin(std::string_view(key));
  // A code that was redefined has given up its old name.
  return info != nullptr && extra_->tags.contains(info->tag) ? nullptr : info;
}

std::optional<Tag> Dictionary::resolve(std::string_view name_or_code) const {
  if (const auto code = parse_code(name_or_code)) return code;
  const TagInfo* info = find(name_or_code);
  return info != nullptr ? std::optional(info->tag) : std::nullopt;
}

std::vector<const TagInfo*> Dictionary::all() const {
  std::vector<const TagInfo*> infos;
  for (const TagInfo& info : tables::all.tags) {
    if (!extra_->tags.contains(info.tag)) infos.push_back(&info);
  }
  for (const auto& [tag, info] : extra_->tags) infos.push_back(&info);
  std::ranges::sort(infos, {}, &TagInfo::tag);
  return infos;
}

std::size_t Dictionary::size() const { return all().size(); }

std::vector<const TagInfo*> Dictionary::search(std::string_view pattern) const {
  std::string glob(without_prefix(pattern));
  if (glob.find_first_of("*?") == std::string::npos) glob = '*' + glob + '*';
  std::vector<const TagInfo*> found;
  for (const TagInfo* info : all()) {
    const bool alias = std::ranges::any_of(split(info->aliases, ';'), [&](std::string_view name) {
      return !name.empty() && glob_match(glob, name);
    });
    if (alias || glob_match(glob, info->name)) found.push_back(info);
  }
  return found;
}

std::vector<std::string_view> Dictionary::suggestions(std::string_view name,
                                                      std::size_t most) const {
  constexpr std::size_t kLongestName = 80;  // the dictionary's longest has 74 characters
  const std::string wanted = ascii::upper(without_prefix(name.substr(0, kLongestName)));
  const std::size_t limit = std::clamp<std::size_t>(wanted.size() / 4, 1, 4);
  std::vector<std::pair<std::size_t, std::string_view>> near;
  const auto consider = [&](std::string_view upper_name, std::string_view name_found) {
    const std::size_t distance = edit_distance(wanted, upper_name, limit);
    if (distance <= limit) near.emplace_back(distance, name_found);
  };
  for (const auto& entry : tables::all.names) {
    const TagInfo& info = tables::all.tags[entry.index];
    if (!extra_->tags.contains(info.tag)) consider(entry.name, info.name);
  }
  for (const auto& [upper_name, tag] : extra_->names) consider(upper_name, find(tag)->name);
  std::ranges::sort(near);  // by distance, then by name
  std::vector<std::string_view> names;
  for (const auto& [distance, candidate] : near) {
    if (names.size() == most) break;
    if (std::ranges::find(names, candidate) != names.end()) continue;  // by an alias as well
    names.push_back(candidate);
  }
  return names;
}

std::string Dictionary::suggestion_text(std::string_view name) const {
  const auto names = suggestions(name);
  if (names.empty()) return "";
  std::string text = ", did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text + '?';
}

std::string Dictionary::label(Tag tag) const {
  const TagInfo* info = find(tag);
  // Two tags share a name in the tables; only one of them can be found by it.
  if (info == nullptr || find(info->name) != info) return hex_code(tag);
  return std::string(info->name);
}

Tag Dictionary::answer_to(Tag request) const {
  for (const auto& pair : tables::all.irregular_pairs) {
    if (pair.request == request) return pair.answer;
  }
  return static_cast<Tag>(code_of(request) | answer_bit(request));
}

std::optional<Tag> Dictionary::request_of(Tag answer) const {
  for (const auto& pair : tables::all.irregular_pairs) {
    if (pair.answer == answer) return pair.request;
  }
  if (!has_answer_bit(answer)) return std::nullopt;
  return static_cast<Tag>(code_of(answer) & ~answer_bit(answer));
}

std::string_view Dictionary::namespace_name(Tag tag) {
  for (const auto& space : tables::all.namespaces) {
    if (space.code == namespace_of(tag)) return space.name;
  }
  return {};
}

std::span<const Enumeration> Dictionary::enumerations() { return tables::all.enumerations; }

std::string_view name_of(Access access) {
  return kAccessNames.at(static_cast<std::size_t>(access));
}

std::string_view name_of(Privacy privacy) {
  return kPrivacyNames.at(static_cast<std::size_t>(privacy));
}

bool glob_match(std::string_view pattern, std::string_view text) {
  // On a mismatch only the last * needs another try, so the work is bounded by the product of the
  // two lengths whatever the pattern.
  std::size_t p = 0;
  std::size_t t = 0;
  std::optional<std::pair<std::size_t, std::size_t>> star;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = {++p, t};
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || ascii::upper(pattern[p]) == ascii::upper(text[t]))) {
      ++p;
      ++t;
    } else if (star) {
      p = star->first;
      t = ++star->second;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace rscp::inline v0_1
