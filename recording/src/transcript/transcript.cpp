// SPDX-License-Identifier: MIT
#include <algorithm>

#include <rscp/recording/transcript.hpp>
#include <rscp/secrets.hpp>
#include <rscp/tags.hpp>

namespace rscp::recording {

bool Exchange::is_login() const {
  const auto has = [](const std::optional<std::vector<Value>>& values, Tag tag) {
    return values && std::ranges::any_of(*values, [&](const Value& v) { return v.tag() == tag; });
  };
  return has(request, tag::RSCP_REQ_AUTHENTICATION) ||
         (!request && has(answer, tag::RSCP_AUTHENTICATION));
}

std::vector<Credentials> recorded_users(const Transcript& transcript) {
  std::vector<Credentials> users;
  for (const Exchange& exchange : transcript.exchanges) {
    if (!exchange.is_login() || !exchange.request || !exchange.answer) continue;
    const auto level = granted_level(*exchange.answer);
    if (!level) continue;
    for (const Value& value : *exchange.request) {
      const Value* user = value.child(tag::RSCP_AUTHENTICATION_USER);
      const Value* password = value.child(tag::RSCP_AUTHENTICATION_PASSWORD);
      if (user == nullptr || password == nullptr) continue;
      Credentials found{std::string(user->text().value_or("")),
                        std::string(password->text().value_or("")), *level};
      const auto same = [&](const Credentials& known) { return known.user == found.user; };
      if (found.password == kMask || std::ranges::any_of(users, same)) continue;
      users.push_back(std::move(found));
    }
  }
  return users;
}

}  // namespace rscp::recording
