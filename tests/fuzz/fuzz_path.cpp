// SPDX-License-Identifier: MIT
#include "expect.hpp"
#include "sample_tree.hpp"
#include <rscp/path.hpp>

using namespace rscp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  const auto query = PathQuery::parse(text);
  if (!query) {
    const auto place = text_place(query.error());
    expect(place.line >= 1 && place.column >= 1 && !query.error().message.empty());
    return 0;
  }
  expect(query->text() == text);
  const auto matches = query->select(sample_tree());
  expect(query->first(sample_tree()) == (matches.empty() ? nullptr : matches.front()));
  // Every third match is changed, every third erased; the others are looked at.
  auto tree = sample_tree();
  std::size_t visited = 0;
  query->edit(tree, [&](Value& value) {
    ++visited;
    if (visited % 3 == 0) value = Value::container(value.tag());
    return visited % 3 == 0   ? PathQuery::Edit::Changed
           : visited % 3 == 1 ? PathQuery::Edit::Kept
                              : PathQuery::Edit::Erase;
  });
  expect(visited <= matches.size());
  return 0;
}
