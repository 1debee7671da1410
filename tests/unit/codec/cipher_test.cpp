// SPDX-License-Identifier: MIT
#include <map>
#include <random>

#include <cryptopp/modes.h>

#include "catch.hpp"
#include "rijndael256.hpp"
#include "vectors.hpp"
#include <rscp/cipher.hpp>

using namespace rscp;

namespace {

std::vector<RijndaelPath> available_paths() {
  std::vector<RijndaelPath> paths;
  for (const auto path :
       {RijndaelPath::Portable, RijndaelPath::AesNi, RijndaelPath::Vaes, RijndaelPath::VaesVbmi}) {
    if (is_available(path)) paths.push_back(path);
  }
  return paths;
}

// Restores the machine's own path when a test is done.
struct PathGuard {
  explicit PathGuard(RijndaelPath path) { use_path(path); }
  ~PathGuard() { use_path(best_path()); }
  PathGuard(const PathGuard&) = delete;
  PathGuard& operator=(const PathGuard&) = delete;
};

ByteBuffer random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  ByteBuffer bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

Key key_of(std::string_view passphrase) { return Key::from_passphrase(passphrase).value(); }

}  // namespace

TEST_CASE("every path encrypts and decrypts the worked vectors") {
  for (const auto path : available_paths()) {
    const PathGuard guard(path);
    CAPTURE(name_of(path));
    std::map<std::string, Encryptor> encryptors;
    std::map<std::string, Decryptor> decryptors;
    for (const auto& vector : test::load_vectors()) {
      CAPTURE(vector.session, vector.label);
      const std::string direction = vector.session + (vector.from_client ? "C" : "D");
      const Key key = key_of(vector.key);
      auto& encryptor = encryptors.try_emplace(direction, key).first->second;
      auto& decryptor = decryptors.try_emplace(direction, key).first->second;
      CHECK(to_hex(encryptor.encrypt(vector.plain)) == to_hex(vector.cipher));
      ByteBuffer plain(vector.cipher.size());
      decryptor.decrypt(vector.cipher, plain.data());
      ByteBuffer padded = vector.plain;
      padded.resize(vector.cipher.size());
      CHECK(to_hex(plain) == to_hex(padded));
    }
  }
}

TEST_CASE("all paths give the same bytes for every number of blocks") {
  const ByteBuffer key = random_bytes(32, 1);
  const ByteBuffer vector = random_bytes(32, 2);
  for (std::size_t blocks = 0; blocks <= 40; ++blocks) {
    CAPTURE(blocks);
    const ByteBuffer plain = random_bytes(32 * blocks, 3 + static_cast<unsigned>(blocks));
    std::vector<ByteBuffer> ciphertexts;
    for (const auto path : available_paths()) {
      const PathGuard guard(path);
      CryptoPP::CBC_Mode<Rijndael256>::Encryption encryption;
      encryption.SetKeyWithIV(key.data(), key.size(), vector.data());
      CryptoPP::CBC_Mode<Rijndael256>::Decryption decryption;
      decryption.SetKeyWithIV(key.data(), key.size(), vector.data());
      ByteBuffer cipher(plain.size());
      encryption.ProcessData(cipher.data(), plain.data(), plain.size());
      ByteBuffer elsewhere(plain.size());
      decryption.ProcessData(elsewhere.data(), cipher.data(), cipher.size());
      CHECK(elsewhere == plain);
      ByteBuffer in_place = cipher;
      decryption.Resynchronize(vector.data(), 32);
      decryption.ProcessData(in_place.data(), in_place.data(), in_place.size());
      CHECK(in_place == plain);
      ciphertexts.push_back(cipher);
    }
    for (const auto& cipher : ciphertexts) CHECK(cipher == ciphertexts.front());
  }
}

TEST_CASE("the cipher works in other modes of Crypto++") {
  const ByteBuffer key = random_bytes(32, 7);
  const ByteBuffer vector = random_bytes(32, 8);
  const ByteBuffer plain = random_bytes(333, 9);
  CryptoPP::CTR_Mode<Rijndael256>::Encryption forth;
  forth.SetKeyWithIV(key.data(), key.size(), vector.data());
  CryptoPP::CTR_Mode<Rijndael256>::Decryption back;
  back.SetKeyWithIV(key.data(), key.size(), vector.data());
  ByteBuffer cipher(plain.size());
  ByteBuffer again(plain.size());
  forth.ProcessData(cipher.data(), plain.data(), plain.size());
  back.ProcessData(again.data(), cipher.data(), cipher.size());
  CHECK(cipher != plain);
  CHECK(again == plain);
}

TEST_CASE("the machine's path is the fastest that it has") {
  CHECK(is_available(best_path()));
  CHECK(is_available(RijndaelPath::Portable));
  Rijndael256::Encryption cipher;
  cipher.SetKey(random_bytes(32, 1).data(), 32);
  CHECK(cipher.AlgorithmProvider() == name_of(best_path()));
  CHECK(cipher.BlockSize() == 32);
  CHECK(Rijndael256::StaticAlgorithmName() == "Rijndael-256");
}

TEST_CASE("a passphrase is filled up with FF, cut at 32 bytes and not empty") {
  CHECK(to_hex(key_of("k").bytes()) == "6b" + std::string(62, 'f'));
  CHECK_FALSE(key_of("k").truncated());
  const std::string exact(32, 'a');
  CHECK_FALSE(key_of(exact).truncated());
  CHECK(key_of(exact + "b").truncated());
  CHECK(key_of(exact + "b") == key_of(exact));
  CHECK(to_hex(key_of("\xC3\xA4").bytes()).substr(0, 6) == "c3a4ff");
  CHECK(Key::from_passphrase("").error().message == "the passphrase is empty");
}

TEST_CASE("no block is added to plaintext that is whole blocks already") {
  Encryptor encryptor(key_of("k"));
  CHECK(encryptor.encrypt(ByteBuffer(32)).size() == 32);
  CHECK(encryptor.encrypt(ByteBuffer(33)).size() == 64);
  CHECK(encryptor.encrypt({}).empty());
}

TEST_CASE("ciphers go on where they were after a move") {
  const auto vectors = test::direction("A", true);
  std::vector<Decryptor> decryptors;
  std::vector<Encryptor> encryptors;
  decryptors.emplace_back(key_of(vectors[0].key));
  encryptors.emplace_back(key_of(vectors[0].key));
  for (const auto& vector : vectors) {
    decryptors.emplace_back(key_of("other"));  // moves the first one
    encryptors.emplace_back(key_of("other"));
    CHECK(encryptors[0].encrypt(vector.plain) == vector.cipher);
    ByteBuffer plain(vector.cipher.size());
    decryptors[0].decrypt(vector.cipher, plain.data());
    plain.resize(vector.plain.size());
    CHECK(plain == vector.plain);
  }
}
