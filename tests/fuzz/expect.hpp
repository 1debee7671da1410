// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>

/// A property that holds for every input; libFuzzer reports the abort with the input.
inline void expect(bool holds) {
  if (!holds) std::abort();
}
