// SPDX-License-Identifier: MIT
#include <algorithm>

#include <cryptopp/misc.h>

#include "rijndael256.hpp"
#include <rscp/cipher.hpp>

namespace rscp::inline v0_1 {

Result<Key> Key::from_passphrase(std::string_view passphrase) {
  if (passphrase.empty()) return failure(ErrorKind::Invalid, "the passphrase is empty");
  Key key;
  key.truncated_ = passphrase.size() > kKeySize;
  std::ranges::fill(key.bytes_, std::uint8_t{0xFF});
  std::ranges::copy(as_bytes(passphrase.substr(0, kKeySize)), key.bytes_.begin());
  return key;
}

Key::~Key() { CryptoPP::SecureWipeArray(bytes_.data(), bytes_.size()); }

bool operator==(const Key& a, const Key& b) {
  return CryptoPP::VerifyBufsEqual(a.bytes_.data(), b.bytes_.data(), kKeySize);
}

void wipe(std::string& secret) { CryptoPP::SecureWipeArray(secret.data(), secret.size()); }

struct Encryptor::Cbc : CryptoPP::CBC_Mode<Rijndael256>::Encryption {};
struct Decryptor::Cbc : CryptoPP::CBC_Mode<Rijndael256>::Decryption {};

Encryptor::Encryptor(Encryptor&&) noexcept = default;
Encryptor& Encryptor::operator=(Encryptor&&) noexcept = default;
Encryptor::~Encryptor() = default;
Decryptor::Decryptor(Decryptor&&) noexcept = default;
Decryptor& Decryptor::operator=(Decryptor&&) noexcept = default;
Decryptor::~Decryptor() = default;

Encryptor::Encryptor(const Key& key) : cbc_(detail::Owned<Cbc>::make()) {
  cbc_->SetKeyWithIV(key.bytes().data(), key.bytes().size(), kInitialIv.data());
}

void Encryptor::set_iv(const CipherBlock& iv) {
  cbc_->Resynchronize(iv.data(), static_cast<int>(iv.size()));
}

ByteBuffer Encryptor::encrypt(Bytes plaintext) {
  ByteBuffer out(plaintext.begin(), plaintext.end());
  out.resize(padded_size(out.size()));
  if (!out.empty()) cbc_->ProcessData(out.data(), out.data(), out.size());
  return out;
}

Decryptor::Decryptor(const Key& key) : cbc_(detail::Owned<Cbc>::make()) {
  cbc_->SetKeyWithIV(key.bytes().data(), key.bytes().size(), kInitialIv.data());
}

void Decryptor::set_iv(const CipherBlock& iv) {
  cbc_->Resynchronize(iv.data(), static_cast<int>(iv.size()));
}

void Decryptor::decrypt(Bytes ciphertext, std::uint8_t* out) {
  if (!ciphertext.empty()) cbc_->ProcessData(out, ciphertext.data(), ciphertext.size());
}

}  // namespace rscp::inline v0_1
