// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <string>

#include <rscp/tags.hpp>
#include <rscp/writes.hpp>

namespace rscp {
namespace {

// Words that make a request one that changes something, wherever they stand in its name.
constexpr std::array<std::string_view, 20> kWritingWords = {
    "SET",    "CANCEL",   "RESET",   "DELETE",  "ADD",   "REMOVE", "CREATE",
    "UPDATE", "REBOOT",   "RESTART", "FLASH",   "RETRY", "WRITE",  "CLEAR",
    "STORE",  "SHUTDOWN", "TRIGGER", "EXECUTE", "SAVE",  "RENAME"};
// These only in front: DB_REQ_HISTORY_TIME_START is a parameter.
constexpr std::array<std::string_view, 5> kWritingVerbs = {"START", "STOP", "ENABLE", "DISABLE",
                                                           "CONFIRM"};
constexpr std::array<std::string_view, 2> kReadingVerbs = {"GET", "IS"};

bool has_word(std::string_view name, std::string_view word) {
  for (std::size_t at = name.find(word); at != std::string_view::npos;
       at = name.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || name[at - 1] == '_') && (end == name.size() || name[end] == '_')) return true;
  }
  return false;
}

}  // namespace

bool is_write(Tag request, const Dictionary& dictionary) {
  if (request == tag::RSCP_REQ_AUTHENTICATION) return false;
  const TagInfo* info = dictionary.find(request);
  if (info == nullptr) return !has_answer_bit(request);
  const std::size_t at = info->name.find("REQ_");
  if (at == std::string_view::npos) return false;
  const std::string_view words = info->name.substr(at + 4);
  const std::string_view verb = words.substr(0, words.find('_'));
  if (std::ranges::find(kReadingVerbs, verb) != kReadingVerbs.end()) return false;
  return std::ranges::find(kWritingVerbs, verb) != kWritingVerbs.end() ||
         std::ranges::any_of(kWritingWords,
                             [&](std::string_view word) { return has_word(words, word); });
}

bool writes(const Value& request, const Dictionary& dictionary) {
  return is_write(request.tag(), dictionary) ||
         std::ranges::any_of(request.children(),
                             [&](const Value& child) { return writes(child, dictionary); });
}

}  // namespace rscp
