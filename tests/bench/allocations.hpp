// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

/// How often operator new was called in this process. The library replaces it.
std::size_t allocations();
