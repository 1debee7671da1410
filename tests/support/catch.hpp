// SPDX-License-Identifier: MIT
// Catch2 2 (Debian 12) or 3 (Debian 13) under the names of 2.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

namespace Catch {
inline auto Contains(const std::string& text) { return Matchers::ContainsSubstring(text); }
inline auto StartsWith(const std::string& text) { return Matchers::StartsWith(text); }
inline auto Equals(const std::string& text) { return Matchers::Equals(text); }
}  // namespace Catch
#else
#include <catch2/catch.hpp>
#endif

#include <rscp/catch2.hpp>
