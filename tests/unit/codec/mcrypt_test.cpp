// SPDX-License-Identifier: MIT
// libmcrypt's rijndael-256 is an implementation that shares nothing with ours.
#include <mcrypt.h>
#include <random>

#include "catch.hpp"
#include <rscp/cipher.hpp>

using namespace rscp;

TEST_CASE("CBC agrees with libmcrypt on random keys and data") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::string passphrase(32, '\0');
    for (char& c : passphrase) c = static_cast<char>(random());
    ByteBuffer data(32 * (1 + random() % 20));
    for (auto& byte : data) byte = static_cast<std::uint8_t>(random());

    char algorithm[] = "rijndael-256";
    char mode[] = "cbc";
    MCRYPT module = mcrypt_module_open(algorithm, nullptr, mode, nullptr);
    REQUIRE(module != MCRYPT_FAILED);
    CipherBlock vector = kInitialIv;
    REQUIRE(mcrypt_generic_init(module, passphrase.data(), 32, vector.data()) >= 0);
    ByteBuffer expected = data;
    REQUIRE(mcrypt_generic(module, expected.data(), static_cast<int>(expected.size())) == 0);
    mcrypt_generic_deinit(module);
    mcrypt_module_close(module);

    CHECK(Encryptor(Key::from_passphrase(passphrase).value()).encrypt(data) == expected);
  }
}
