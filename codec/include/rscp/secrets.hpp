// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <rscp/dictionary.hpp>
#include <rscp/tag.hpp>

namespace rscp::inline v0_1 {

/// What stands in place of a secret in all output.
inline constexpr std::string_view kMask = "********";

/// Whether the payload of this tag is a password, a passphrase, a token or a private key:
/// Privacy::Secret in the table.
bool is_secret(Tag tag, const Dictionary& dictionary = Dictionary::builtin());

/// What is secret on the way down a tree of items. In a container with a secret tag, such as a
/// login, everything is, whatever its tag and type, bytes that are no items too: clients put
/// passwords into wrong types. Only the name of the user who logs in stays, if it is text.
class Secrecy {
 public:
  explicit Secrecy(const Dictionary& dictionary = Dictionary::builtin())
      : dictionary_(&dictionary) {}

  /// Whether the payload of this item is secret, if it is no container.
  [[nodiscard]] bool hides(Tag tag, DataType type) const;
  /// Whether bytes that are no items are secret here.
  [[nodiscard]] bool hides_trailing() const { return inside_; }
  /// For what is inside this container.
  [[nodiscard]] Secrecy inside(Tag container) const;

 private:
  const Dictionary* dictionary_;
  bool inside_ = false;
};

}  // namespace rscp::inline v0_1
