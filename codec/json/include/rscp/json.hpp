// SPDX-License-Identifier: MIT
// The JSON form of values, two-way like the text form:
//
//     {"tag":"BAT_INDEX","code":"0x03040001","type":"UInt16","value":0}
//
// Unknown tags have "tag":null. ByteArray, Bitfield and payloads of unknown types are hexadecimal
// strings, Timestamp is {"seconds","nanoseconds"}, an Error carries its number and, if it has one,
// its name in "error". 64-bit integers, NaN and infinities are strings. A payload that "value"
// cannot give back exactly (a Bool of 2, text that is not UTF-8, a size that does not fit the type)
// has its bytes in "raw" as well; a size that does not fit has "value":null. A container's bytes
// that are no items are in "trailing".
#pragma once

#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include <rscp/json_fwd.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

struct JsonOptions {
  const Dictionary* dictionary = nullptr;  ///< null: the built-in one
  bool show_secrets = false;               ///< passwords in clear instead of ********
};

Json to_json(const Value& value, const JsonOptions& options = {});
/// A list of them.
Json values_to_json(std::span<const Value> values, const JsonOptions& options = {});

/// Reads what to_json writes. "tag" or "code" is needed; "type" may be left out if the dictionary
/// declares one. The place of an error is a JSON pointer.
Result<Value> value_from_json(const Json& json,
                              const Dictionary& dictionary = Dictionary::builtin());

// What nlohmann-json looks for: `Json json = value`, `json.get<Value>()`. Passwords are masked;
// reading throws std::invalid_argument.
void to_json(Json& json, const Value& value);
void to_json(nlohmann::json& json, const Value& value);
void from_json(const Json& json, Value& value);
void from_json(const nlohmann::json& json, Value& value);

}  // namespace rscp::inline v0_1
