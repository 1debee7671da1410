// SPDX-License-Identifier: MIT
#include <rscp/writes.hpp>

namespace rscp::inline v0_1 {
namespace {

bool has_payload(const Value& value) {
  return value.is_container() ? !value.children().empty() || !value.trailing().empty()
                              : !value.payload().empty();
}

// Why an item writes, or nothing. What is inside it is not looked at.
std::optional<std::string_view> reason_of(const Value& value, bool top, const TagInfo* info) {
  if (info == nullptr) return "is in no table and may change the device";
  switch (info->access) {
    case Access::Write:
      return "changes the device";
    case Access::Read:
      if (has_payload(value)) return "takes no value, with one it may change the device";
      return std::nullopt;
    case Access::Lookup:
      return std::nullopt;
    case Access::None:
      break;
  }
  if (top) return "is no request and may change the device";
  return std::nullopt;
}

std::optional<Write> find_write(const Value& value, const std::string& above,
                                const Dictionary& dictionary) {
  const std::string path = above + dictionary.label(value.tag());
  if (const auto reason = reason_of(value, above.empty(), dictionary.find(value.tag()))) {
    return Write{path, *reason};
  }
  for (const Value& child : value.children()) {
    if (auto found = find_write(child, path + '/', dictionary)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::string Write::message() const { return path + ' ' + std::string(reason); }

bool is_write(Tag request, const Dictionary& dictionary) {
  const TagInfo* info = dictionary.find(request);
  return info == nullptr || info->access == Access::Write;
}

std::optional<Write> first_write(const Value& request, const Dictionary& dictionary) {
  return find_write(request, "", dictionary);
}

std::optional<Write> first_write(std::span<const Value> requests, const Dictionary& dictionary) {
  for (const Value& request : requests) {
    if (auto found = first_write(request, dictionary)) return found;
  }
  return std::nullopt;
}

}  // namespace rscp::inline v0_1
