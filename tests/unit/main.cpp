// SPDX-License-Identifier: MIT
// With Catch2 3 the main function comes from a library.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
