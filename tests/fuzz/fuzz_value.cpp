// SPDX-License-Identifier: MIT
// Any bytes decode, print, and encode to the same bytes.
#include <algorithm>

#include "expect.hpp"
#include <rscp/json.hpp>
#include <rscp/text.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  const auto decoded = decode_values(bytes);
  const auto encoded = encode_values(decoded.values, decoded.trailing);
  expect(encoded.has_value());
  expect(std::ranges::equal(*encoded, bytes));
  for (const auto& error : decoded.errors) expect(!error.message().empty());

  TextOptions options;
  options.show_secrets = true;
  const auto text = parse_text(to_text(decoded.values, decoded.trailing, options));
  expect(text.has_value());
  expect(text->values == decoded.values && text->trailing == decoded.trailing);
  for (const Value& value : decoded.values) {
    const auto json = value_from_json(Json::parse(to_json(value, {nullptr, true}).dump()));
    expect(json.has_value() && *json == value);
  }
  return 0;
}
