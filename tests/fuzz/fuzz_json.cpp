// SPDX-License-Identifier: MIT
#include "expect.hpp"
#include <rscp/json.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(data, data + size, nullptr, false);
  if (json.is_discarded()) return 0;
  const auto value = value_from_json(json);
  if (!value) {
    expect(!value.error().message.empty());
    return 0;
  }
  const auto again = value_from_json(to_json(*value, {nullptr, true}));
  expect(again.has_value() && *again == *value);
  return 0;
}
