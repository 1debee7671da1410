// SPDX-License-Identifier: MIT
#include <rscp/request.hpp>
#include <rscp/text.hpp>

namespace rscp::inline v0_1 {

Result<std::vector<Value>> parse_requests(std::string_view text, const Dictionary& dictionary) {
  auto parsed = parse_text(text, dictionary);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (!parsed->trailing.empty()) return failure(ErrorKind::Invalid, "holds bytes that are no item");
  for (Value& value : parsed->values) {
    const auto request = dictionary.request_of(value.tag());
    if (has_answer_bit(value.tag()) && request && value.type() == DataType::None) {
      value = Value(*request);
    }
  }
  return std::move(parsed->values);
}

}  // namespace rscp::inline v0_1
