// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <stdexcept>

#include "rijndael256.hpp"

namespace rscp::inline v0_1 {
namespace {

struct Path {
  RijndaelPath path;
  std::string_view name;
  bool (*supported)();
  detail::BlockFunctions (*functions)();
};

// In the order of the enumeration, which is that of their speed.
constexpr std::array kPaths = {
    Path{RijndaelPath::Portable, "portable", [] { return true; }, detail::portable_functions},
    Path{RijndaelPath::AesNi, "AES-NI", detail::aesni_supported, detail::aesni_functions},
    Path{RijndaelPath::Vaes, "VAES", detail::vaes_supported, detail::vaes_functions},
    Path{RijndaelPath::VaesVbmi, "VAES with AVX-512-VBMI", detail::vbmi_supported,
         detail::vbmi_functions},
};

const Path& entry(RijndaelPath path) { return kPaths.at(static_cast<std::size_t>(path)); }

RijndaelPath fastest() {
  RijndaelPath best = RijndaelPath::Portable;
  for (const Path& path : kPaths) {
    if (path.supported()) best = path.path;
  }
  return best;
}

std::atomic<RijndaelPath>& chosen_path() {
  static std::atomic<RijndaelPath> path = fastest();
  return path;
}

constexpr std::size_t kBlock = Rijndael256Info::BLOCKSIZE;

}  // namespace

std::string_view name_of(RijndaelPath path) { return entry(path).name; }

bool is_available(RijndaelPath path) { return entry(path).supported(); }

RijndaelPath best_path() { return fastest(); }

void use_path(RijndaelPath path) {
  if (!is_available(path)) throw std::invalid_argument("this machine lacks that cipher path");
  chosen_path() = path;
}

// NOLINTNEXTLINE(modernize-use-equals-default): out of line to anchor the class
Rijndael256::Base::~Base() { CryptoPP::SecureWipeArray(keys_.bytes.data(), keys_.bytes.size()); }

std::string Rijndael256::Base::AlgorithmProvider() const { return std::string(name_of(path_)); }

void Rijndael256::Base::UncheckedSetKey(const CryptoPP::byte* key, unsigned int length,
                                        const CryptoPP::NameValuePairs& /*parameters*/) {
  AssertValidKeyLength(length);
  path_ = chosen_path();
  const auto functions = entry(path_).functions();
  process_ = IsForwardTransformation() ? functions.encrypt : functions.decrypt;
  chain_ = IsForwardTransformation() ? functions.chain : nullptr;
  keys_ = detail::expand_key(key, !IsForwardTransformation());
}

void Rijndael256::Base::ProcessAndXorBlock(const CryptoPP::byte* in, const CryptoPP::byte* xor_with,
                                           CryptoPP::byte* out) const {
  process_(keys_, in, xor_with, out, 1);
}

std::size_t Rijndael256::Base::AdvancedProcessBlocks(const CryptoPP::byte* in,
                                                     const CryptoPP::byte* xor_with,
                                                     CryptoPP::byte* out, std::size_t length,
                                                     CryptoPP::word32 flags) const {
  const std::size_t blocks = length / kBlock;
  // What CBC encryption asks for: XOR the input with what was the output before it.
  if (flags == BT_XorInput && chain_ != nullptr && (blocks == 1 || xor_with == out - kBlock)) {
    chain_(keys_, in, xor_with, out, blocks);
    return length % kBlock;
  }
  // Crypto++ calls this with other flags for counter-like modes; its own loop serves those.
  constexpr CryptoPP::word32 kPlainFlags = BT_AllowParallel | BT_ReverseDirection;
  if ((flags & ~kPlainFlags) != 0) {
    return BlockTransformation::AdvancedProcessBlocks(in, xor_with, out, length, flags);
  }
  process_(keys_, in, xor_with, out, blocks);
  return length % kBlock;
}

}  // namespace rscp::inline v0_1
