// SPDX-License-Identifier: MIT
#include <rscp/login.hpp>
#include <rscp/tags.hpp>

namespace rscp::inline v0_1 {
namespace {

// Not a comparison of secrets by time: both ends of this are the test's own.
bool text_is(const Value* value, std::string_view text) { return value && value->text() == text; }

}  // namespace

Value login_request(std::string_view user, std::string_view password) {
  return Value::container(
      tag::RSCP_REQ_AUTHENTICATION,
      {Value::raw(tag::RSCP_AUTHENTICATION_USER, DataType::CString, as_bytes(user)),
       Value::raw(tag::RSCP_AUTHENTICATION_PASSWORD, DataType::CString, as_bytes(password))});
}

Result<UserLevel> granted_level(std::span<const Value> answer) {
  for (const Value& value : answer) {
    if (value.tag() != tag::RSCP_AUTHENTICATION) continue;
    if (const auto error = value.error()) {
      const std::string_view name = name_of(*error);
      return failure(ErrorKind::WrongPassword,
                     "the device refuses the login with error " +
                         (name.empty() ? std::to_string(error->value) : std::string(name)) +
                         ": user or password is wrong");
    }
    const auto level = value.integer();
    if (!level) {
      return failure(ErrorKind::Protocol, "the answer to the login is of type " +
                                              name_of(value.type()) +
                                              ", expected UChar8, Int32 or Error");
    }
    if (*level <= 0 || *level > 255) {
      return failure(ErrorKind::WrongPassword,
                     "the device refuses the login (" + name_of(value.type()) + ' ' +
                         std::to_string(*level) + "): user or password is wrong");
    }
    return static_cast<UserLevel>(*level);
  }
  return failure(ErrorKind::Protocol, "the answer to the login holds no RSCP_AUTHENTICATION");
}

LoginAnswer answer_login(const Value& request, std::span<const Credentials> accepted,
                         Refusal refusal) {
  LoginAnswer result;
  const Value* user = request.child(tag::RSCP_AUTHENTICATION_USER);
  const Value* password = request.child(tag::RSCP_AUTHENTICATION_PASSWORD);
  if (user != nullptr) result.user = user->text().value_or("");
  for (const Credentials& one : accepted) {
    if (text_is(user, one.user) && text_is(password, one.password)) {
      result.level = one.level;
      result.answer =
          Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, static_cast<std::uint8_t>(one.level));
      return result;
    }
  }
  switch (refusal) {
    case Refusal::Int32:
      result.answer = Value(tag::RSCP_AUTHENTICATION, DataType::Int32, 0);
      break;
    case Refusal::UChar8:
      result.answer = Value(tag::RSCP_AUTHENTICATION, DataType::UChar8, 0);
      break;
    case Refusal::Error:
      result.answer =
          Value(tag::RSCP_AUTHENTICATION, DataType::Error, ErrorCode{ErrorCode::kAccessDenied});
      break;
  }
  return result;
}

UserLevel needed_level(Tag request, const Dictionary& dictionary) {
  const TagInfo* info = dictionary.find(request);
  return info != nullptr ? info->needed_level : UserLevel::None;
}

}  // namespace rscp::inline v0_1
