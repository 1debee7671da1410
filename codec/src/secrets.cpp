// SPDX-License-Identifier: MIT
#include <rscp/secrets.hpp>
#include <rscp/tags.hpp>

namespace rscp::inline v0_1 {

bool is_secret(Tag tag, const Dictionary& dictionary) {
  const TagInfo* info = dictionary.find(tag);
  return info != nullptr && info->privacy == Privacy::Secret;
}

bool Secrecy::hides(Tag tag, DataType type) const {
  if (is_secret(tag, *dictionary_)) return true;
  if (!inside_) return false;
  return tag != tag::RSCP_AUTHENTICATION_USER || type != DataType::CString;
}

Secrecy Secrecy::inside(Tag container) const {
  Secrecy secrecy = *this;
  secrecy.inside_ = inside_ || is_secret(container, *dictionary_);
  return secrecy;
}

}  // namespace rscp::inline v0_1
