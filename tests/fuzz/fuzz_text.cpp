// SPDX-License-Identifier: MIT
// Text that is read prints to text that reads as the same.
#include "expect.hpp"
#include <rscp/text.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = parse_text(as_text({data, size}));
  if (!parsed) {
    const auto place = text_place(parsed.error());
    expect(place.line >= 1 && place.column >= 1);
    return 0;
  }
  TextOptions options;
  options.show_secrets = true;
  const auto again = parse_text(to_text(parsed->values, parsed->trailing, options));
  expect(again.has_value());
  expect(again->values == parsed->values && again->trailing == parsed->trailing);
  return 0;
}
