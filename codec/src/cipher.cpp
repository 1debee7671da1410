// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/cipher.hpp>

namespace rscp {

std::expected<Key, std::string> Key::from_passphrase(std::string_view passphrase) {
  if (passphrase.empty()) return std::unexpected("the passphrase is empty");
  Key key;
  key.truncated_ = passphrase.size() > kKeySize;
  std::ranges::fill(key.bytes_, std::uint8_t{0xFF});
  std::ranges::copy(as_bytes(passphrase.substr(0, kKeySize)), key.bytes_.begin());
  return key;
}

Encryptor::Encryptor(const Key& key)
    : cbc_(std::make_unique<CryptoPP::CBC_Mode<Rijndael256>::Encryption>()) {
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

Decryptor::Decryptor(const Key& key)
    : cbc_(std::make_unique<CryptoPP::CBC_Mode<Rijndael256>::Decryption>()) {
  cbc_->SetKeyWithIV(key.bytes().data(), key.bytes().size(), kInitialIv.data());
}

void Decryptor::set_iv(const CipherBlock& iv) {
  cbc_->Resynchronize(iv.data(), static_cast<int>(iv.size()));
}

void Decryptor::decrypt(Bytes ciphertext, std::uint8_t* out) {
  if (!ciphertext.empty()) cbc_->ProcessData(out, ciphertext.data(), ciphertext.size());
}

}  // namespace rscp
