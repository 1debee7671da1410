// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstring>

#include <rscp/simulator/journal.hpp>

namespace rscp::simulator {

Result<void> Journal::open(const std::string& file) {
  file_.open(file, std::ios::binary | std::ios::trunc);
  if (!file_) {
    return failure(ErrorKind::InputOutput, file,
                   std::string("cannot be written: ") + std::strerror(errno));
  }
  out_ = &file_;
  return {};
}

void Journal::add(const Json& entry) {
  ++count_;
  Json numbered = {{"n", count_}};
  numbered.update(entry);
  if (out_ != nullptr) {
    // Text from the wire need not be UTF-8; to_json has put such bytes in "raw" as well.
    *out_ << numbered.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    if (!*out_) failed_ = true;
  }
  if (kept_ != 0) {
    entries_.push_back(std::move(numbered));
    if (entries_.size() > kept_) entries_.pop_front();
  }
}

std::vector<Json> Journal::since(std::uint64_t after) const {
  const std::uint64_t first = count_ - entries_.size() + 1;
  std::vector<Json> found;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (first + i > after) found.push_back(entries_[i]);
  }
  return found;
}

void Journal::flush() {
  if (out_ == nullptr) return;
  out_->flush();
  if (!*out_) failed_ = true;
}

}  // namespace rscp::simulator
