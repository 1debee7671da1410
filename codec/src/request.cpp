// SPDX-License-Identifier: MIT
#include <rscp/request.hpp>
#include <rscp/text.hpp>

namespace rscp {

Result<std::vector<Value>> parse_requests(std::string_view text, const Dictionary& dictionary) {
  auto parsed = parse_text(text, dictionary);
  if (!parsed) {
    const auto& [line, column, message] = parsed.error();
    return failure(ErrorKind::Invalid, std::to_string(line) + ':' + std::to_string(column),
                   message);
  }
  if (!parsed->trailing.empty()) return failure(ErrorKind::Invalid, "holds bytes that are no item");
  for (Value& value : parsed->values) {
    const auto request = dictionary.request_of(value.tag());
    if (has_answer_bit(value.tag()) && request && value.type() == DataType::None) {
      value = Value(*request);
    }
  }
  return std::move(parsed->values);
}

}  // namespace rscp
