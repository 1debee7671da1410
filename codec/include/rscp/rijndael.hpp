// SPDX-License-Identifier: MIT
// Rijndael with 256-bit blocks and keys as a Crypto++ block cipher: CryptoPP::CBC_Mode<Rijndael256>
// and the other modes of Crypto++ work on it. AES is Rijndael with 128-bit blocks; no kept library
// has the wider one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <cryptopp/modes.h>
#include <cryptopp/seckey.h>

namespace rscp {

/// How blocks are computed. All paths give the same bytes.
enum class RijndaelPath : std::uint8_t {
  Portable,  ///< constant tables, any machine. Table look-ups: timing depends on the data
  AesNi,     ///< x86 AES instructions, constant time
  Vaes,      ///< the same on 32 bytes (VAES, AVX2)
  VaesVbmi,  ///< the same on 64 bytes (VAES, AVX-512-VBMI)
};

std::string_view name_of(RijndaelPath path);
/// Whether this machine and this build can take the path.
bool is_available(RijndaelPath path);
/// The fastest available path.
RijndaelPath best_path();
/// Makes every cipher keyed from now on take `path`, which must be available: for tests and
/// benchmarks.
void use_path(RijndaelPath path);

namespace detail {

inline constexpr int kRounds = 14;
inline constexpr std::size_t kScheduleSize = 32 * (kRounds + 1);

/// Round keys in the byte order of the block, 32 bytes a round, in the order they are used.
struct RoundKeys {
  alignas(32) std::array<std::uint8_t, kScheduleSize> bytes{};
};

using BlocksFunction = void (*)(const RoundKeys& keys, const std::uint8_t* in,
                                const std::uint8_t* xor_with, std::uint8_t* out,
                                std::size_t blocks);

struct BlockFunctions {
  // Independent blocks, each XORed with the corresponding 32 bytes of `xor_with` unless that is
  // null. The last are computed first: `out` may be `in` or lie behind it as CBC decryption needs.
  BlocksFunction encrypt;
  BlocksFunction decrypt;
  // CBC encryption: each block is XORed with the result before it, the first with `xor_with`.
  BlocksFunction chain;
};

}  // namespace detail

struct Rijndael256Info : public CryptoPP::FixedBlockSize<32>, public CryptoPP::FixedKeyLength<32> {
  static std::string StaticAlgorithmName() { return "Rijndael-256"; }
};

class Rijndael256 : public Rijndael256Info, public CryptoPP::BlockCipherDocumentation {
  class Base : public CryptoPP::BlockCipherImpl<Rijndael256Info> {
   public:
    unsigned int OptimalDataAlignment() const override { return 1; }
    std::string AlgorithmProvider() const override;
    std::size_t AdvancedProcessBlocks(const CryptoPP::byte* in, const CryptoPP::byte* xor_with,
                                      CryptoPP::byte* out, std::size_t length,
                                      CryptoPP::word32 flags) const override;
    void ProcessAndXorBlock(const CryptoPP::byte* in, const CryptoPP::byte* xor_with,
                            CryptoPP::byte* out) const override;

    Base() = default;
    Base(const Base&) = default;
    Base& operator=(const Base&) = default;
    ~Base() override;

   protected:
    void UncheckedSetKey(const CryptoPP::byte* key, unsigned int length,
                         const CryptoPP::NameValuePairs& parameters) override;

   private:
    detail::RoundKeys keys_;
    detail::BlocksFunction process_ = nullptr;
    detail::BlocksFunction chain_ = nullptr;
    RijndaelPath path_ = RijndaelPath::Portable;
  };

 public:
  using Encryption = CryptoPP::BlockCipherFinal<CryptoPP::ENCRYPTION, Base>;
  using Decryption = CryptoPP::BlockCipherFinal<CryptoPP::DECRYPTION, Base>;
};

}  // namespace rscp
