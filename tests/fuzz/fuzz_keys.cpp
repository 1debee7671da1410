// SPDX-License-Identifier: MIT
#include "expect.hpp"
#include <rscp/recording/key_table.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rscp::recording::KeyTable table;
  const auto status = table.load_text(rscp::as_text({data, size}));
  if (!status) {
    expect(!status.error().place.empty() && table.empty());
  }
  return 0;
}
