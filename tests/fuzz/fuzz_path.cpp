// SPDX-License-Identifier: MIT
#include "expect.hpp"
#include "sample_tree.hpp"
#include <rscp/path.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  const auto query = PathQuery::parse(text);
  if (!query) {
    expect(query.error().line >= 1 && query.error().column >= 1 && !query.error().message.empty());
    return 0;
  }
  expect(query->text() == text);
  const auto matches = query->select(sample_tree());
  expect(query->first(sample_tree()) == (matches.empty() ? nullptr : matches.front()));
  return 0;
}
