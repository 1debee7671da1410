// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "rijndael_paths.hpp"
#include <rscp/rijndael.hpp>

namespace rscp {
namespace {

RijndaelPath fastest() {
  return is_available(RijndaelPath::AesNi) ? RijndaelPath::AesNi : RijndaelPath::Portable;
}

std::atomic<RijndaelPath>& chosen_path() {
  static std::atomic<RijndaelPath> path = fastest();
  return path;
}

detail::BlockFunctions functions_of(RijndaelPath path) {
  return path == RijndaelPath::AesNi ? detail::aesni_functions() : detail::portable_functions();
}

constexpr std::size_t kBlock = Rijndael256Info::BLOCKSIZE;

}  // namespace

std::string_view name_of(RijndaelPath path) {
  return path == RijndaelPath::AesNi ? "AES-NI" : "portable";
}

bool is_available(RijndaelPath path) {
  return path == RijndaelPath::Portable || detail::aesni_supported();
}

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
  const auto functions = functions_of(path_);
  process_ = IsForwardTransformation() ? functions.encrypt : functions.decrypt;
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
  // Crypto++ calls this with other flags for counter-like modes; its own loop serves those.
  constexpr CryptoPP::word32 kPlainFlags = BT_AllowParallel | BT_ReverseDirection;
  if ((flags & ~kPlainFlags) != 0) {
    return BlockTransformation::AdvancedProcessBlocks(in, xor_with, out, length, flags);
  }
  std::size_t blocks = length / kBlock;
  const std::size_t rest = length % kBlock;
  if ((flags & BT_ReverseDirection) == 0) {
    process_(keys_, in, xor_with, out, blocks);
    return rest;
  }
  // Last block first: CBC decryption in place reads each ciphertext block after the one that
  // follows it was overwritten. A chunk is computed into a buffer before any of it is stored.
  constexpr std::size_t kChunk = 8;
  std::array<CryptoPP::byte, kChunk * kBlock> buffer;
  while (blocks > 0) {
    const std::size_t count = std::min(blocks, kChunk);
    blocks -= count;
    const std::size_t at = blocks * kBlock;
    process_(keys_, in + at, xor_with == nullptr ? nullptr : xor_with + at, buffer.data(), count);
    std::copy_n(buffer.data(), count * kBlock, out + at);
  }
  return rest;
}

}  // namespace rscp
