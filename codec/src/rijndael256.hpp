// SPDX-License-Identifier: MIT
// Rijndael with 256-bit blocks and keys as a Crypto++ block cipher: CryptoPP::CBC_Mode<Rijndael256>
// and the other modes of Crypto++ work on it. AES is Rijndael with 128-bit blocks; no kept library
// has the wider one.
#pragma once

#include <string>

#include <cryptopp/modes.h>
#include <cryptopp/seckey.h>

#include "rijndael_paths.hpp"

namespace rscp::inline v0_1 {

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

}  // namespace rscp::inline v0_1
