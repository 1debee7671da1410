// SPDX-License-Identifier: MIT
// RSCP's encryption: Rijndael-256 in CBC mode, one endless stream per direction. The first
// initialisation vector of a connection is 32 bytes of 0xFF; after that the last ciphertext block
// of a frame is the IV of the next frame in the same direction.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <rscp/bytes.hpp>
#include <rscp/error.hpp>
#include <rscp/owned.hpp>
#include <rscp/protocol.hpp>
#include <rscp/rijndael.hpp>

namespace rscp::inline v0_1 {

using CipherBlock = std::array<std::uint8_t, kCipherBlockSize>;

/// The IV each direction of a connection starts with.
inline constexpr CipherBlock kInitialIv = [] {
  CipherBlock block{};
  block.fill(0xFF);
  return block;
}();

/// The cipher key of a passphrase: its UTF-8 bytes, filled up with 0xFF to 32. Wiped on
/// destruction.
class Key {
 public:
  /// Fails if the passphrase is empty. Of one longer than 32 bytes the first 32 count, as in the
  /// clients that accept it; see `truncated`.
  static Result<Key> from_passphrase(std::string_view passphrase);

  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] bool truncated() const { return truncated_; }
  /// Takes the same time whatever differs.
  friend bool operator==(const Key& a, const Key& b);

 private:
  Key() = default;
  std::array<std::uint8_t, kKeySize> bytes_{};
  bool truncated_ = false;
};

/// Overwrites a secret in a way that compilers keep.
void wipe(std::string& secret);

/// One direction's sender.
class Encryptor {
 public:
  explicit Encryptor(const Key& key);
  Encryptor(Encryptor&&) noexcept;
  Encryptor& operator=(Encryptor&&) noexcept;
  ~Encryptor();
  /// Zero pads to whole blocks (nothing is added if there are only whole ones) and encrypts.
  ByteBuffer encrypt(Bytes plaintext);
  /// Back to the start of a connection.
  void restart() { set_iv(kInitialIv); }
  void set_iv(const CipherBlock& iv);

 private:
  // On the heap: Crypto++'s mode objects point into themselves and must not be moved.
  struct Cbc;
  detail::Owned<Cbc> cbc_;
};

/// One direction's receiver.
class Decryptor {
 public:
  explicit Decryptor(const Key& key);
  Decryptor(Decryptor&&) noexcept;
  Decryptor& operator=(Decryptor&&) noexcept;
  ~Decryptor();
  /// Decrypts whole blocks: `ciphertext` must be a multiple of 32 bytes long and `out` as long as
  /// it. The two may be the same memory.
  void decrypt(Bytes ciphertext, std::uint8_t* out);
  void restart() { set_iv(kInitialIv); }
  void set_iv(const CipherBlock& iv);

 private:
  struct Cbc;
  detail::Owned<Cbc> cbc_;
};

}  // namespace rscp::inline v0_1
