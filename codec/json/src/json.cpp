// SPDX-License-Identifier: MIT
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <rscp/json.hpp>
#include <rscp/protocol.hpp>
#include <rscp/secrets.hpp>

namespace rscp::inline v0_1 {
namespace {

// The double whose shortest text is that of the float: 0.1f is 0.1, not 0.10000000149011612.
double widen(float number) {
  const std::string text = to_string(number);
  double wide = 0;
  std::from_chars(text.data(), text.data() + text.size(), wide);
  return wide;
}

struct JsonValue {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(bool b) const { return b; }
  Json operator()(std::int64_t n) const { return n; }
  Json operator()(std::uint64_t n) const { return n; }
  Json operator()(float n) const { return std::isfinite(n) ? Json(widen(n)) : Json(to_string(n)); }
  Json operator()(double n) const { return std::isfinite(n) ? Json(n) : Json(to_string(n)); }
  Json operator()(std::string_view text) const { return repair_utf8(text); }
  Json operator()(Bytes bytes) const { return to_hex(bytes); }
  Json operator()(Timestamp time) const {
    return {{"seconds", time.seconds}, {"nanoseconds", time.nanoseconds}};
  }
  Json operator()(ErrorCode error) const { return error.value; }
};

bool is_64_bit(DataType type) { return type == DataType::Int64 || type == DataType::UInt64; }

std::unexpected<Error> fail(const std::string& pointer, std::string message) {
  return failure(ErrorKind::Invalid, pointer.empty() ? "/" : pointer, std::move(message));
}

Result<ByteBuffer> read_hex(const Json& json, const std::string& pointer) {
  std::optional<ByteBuffer> bytes;
  if (json.is_string()) bytes = from_hex(json.get_ref<const std::string&>());
  if (!bytes) return fail(pointer, "expected pairs of hexadecimal digits");
  if (bytes->size() > kMaxFrameData) return fail(pointer, "an item holds 65535 bytes at most");
  return *std::move(bytes);
}

// Numbers may be written as strings, since JSON cannot hold all of them.
std::optional<Argument> number_from_string(const std::string& text) {
  const char* last = text.data() + text.size();
  std::int64_t n = 0;
  if (const auto r = std::from_chars(text.data(), last, n); r.ec == std::errc() && r.ptr == last) {
    return n;
  }
  std::uint64_t u = 0;
  if (const auto r = std::from_chars(text.data(), last, u); r.ec == std::errc() && r.ptr == last) {
    return u;
  }
  double d = 0;
  if (const auto r = std::from_chars(text.data(), last, d); r.ec == std::errc() && r.ptr == last) {
    return d;
  }
  return std::nullopt;
}

std::optional<Argument> read_timestamp(const Json& json) {
  if (json.is_string()) {
    const auto time = timestamp_from_string(json.get_ref<const std::string&>());
    return time ? std::optional<Argument>(*time) : std::nullopt;
  }
  if (!json.is_object()) return std::nullopt;
  const auto seconds = json.find("seconds");
  const auto nanoseconds = json.find("nanoseconds");
  const bool sound =
      seconds != json.end() && seconds->is_number_integer() &&
      (!seconds->is_number_unsigned() ||
       seconds->get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  if (!sound) return std::nullopt;
  Timestamp time{seconds->get<std::int64_t>(), 0};
  if (nanoseconds != json.end()) {
    if (!nanoseconds->is_number_integer()) return std::nullopt;
    const auto value = nanoseconds->get<std::int64_t>();
    if (!std::in_range<std::int32_t>(value)) return std::nullopt;
    time.nanoseconds = static_cast<std::int32_t>(value);
  }
  return time;
}

std::optional<Argument> read_argument(const Json& json, DataType type) {
  if (type == DataType::Timestamp) return read_timestamp(json);
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (!json.is_string()) return std::nullopt;
  const auto& text = json.get_ref<const std::string&>();
  if (type == DataType::CString) return Argument(text);
  if (type == DataType::Error) {
    if (const auto error = error_from_name(text)) return Argument(*error);
  }
  if (is_integer(type) || is_float(type) || type == DataType::Error) {
    return number_from_string(text);
  }
  auto bytes = from_hex(text);
  return bytes ? std::optional<Argument>(*std::move(bytes)) : std::nullopt;
}

class Reader {
 public:
  explicit Reader(const Dictionary& dictionary) : dictionary_(dictionary) {}

  Result<Value> value(const Json& json, const std::string& pointer, std::size_t depth) {
    if (!json.is_object()) return fail(pointer, "expected an object with \"tag\" or \"code\"");
    const auto tag = read_tag(json, pointer);
    if (!tag) return std::unexpected(tag.error());
    const auto type = read_type(json, *tag, pointer);
    if (!type) return std::unexpected(type.error());
    const auto content = json.find("value");
    if (*type == DataType::Container) return container(json, *tag, pointer, depth);
    if (const auto raw = json.find("raw"); raw != json.end()) {
      const auto bytes = read_hex(*raw, pointer + "/raw");
      if (!bytes) return std::unexpected(bytes.error());
      return Value::raw(*tag, *type, *bytes);
    }
    if (*type == DataType::None) {
      if (content != json.end() && !content->is_null()) {
        return fail(pointer + "/value", "an item of type None has no value");
      }
      return Value::raw(*tag, DataType::None, {});
    }
    if (content == json.end()) return fail(pointer, "\"value\" is missing");
    const auto argument = read_argument(*content, *type);
    if (!argument) return fail(pointer + "/value", "expected a value for " + name_of(*type));
    auto made = Value::make(*tag, *type, *argument);
    if (!made) return fail(pointer + "/value", made.error().message);
    return made;
  }

 private:
  Result<Tag> read_tag(const Json& json, const std::string& pointer) const {
    for (const char* member : {"code", "tag"}) {
      const auto it = json.find(member);
      if (it == json.end() || it->is_null()) continue;
      const std::string at = pointer + '/' + member;
      if (!it->is_string()) return fail(at, "expected a string");
      const auto& name = it->get_ref<const std::string&>();
      if (const auto tag = dictionary_.resolve(name)) return *tag;
      return fail(at, "unknown tag " + name + dictionary_.suggestion_text(name));
    }
    return fail(pointer, "\"tag\" or \"code\" is missing");
  }

  Result<DataType> read_type(const Json& json, Tag tag, const std::string& pointer) const {
    const auto it = json.find("type");
    if (it != json.end()) {
      if (it->is_string()) {
        if (const auto type = data_type_from_name(it->get_ref<const std::string&>())) return *type;
      }
      return fail(pointer + "/type", "unknown type");
    }
    const TagInfo* info = dictionary_.find(tag);
    if (info == nullptr || !info->type) {
      return fail(pointer, "the dictionary declares no type for " + dictionary_.label(tag) +
                               "; \"type\" is needed");
    }
    return *info->type;
  }

  Result<Value> container(const Json& json, Tag tag, const std::string& pointer,
                          std::size_t depth) {
    if (depth == kMaxDepth) {
      return fail(pointer, "containers nested deeper than " + std::to_string(kMaxDepth));
    }
    std::vector<Value> children;
    const auto content = json.find("value");
    if (content != json.end() && !content->is_null()) {
      if (!content->is_array()) return fail(pointer + "/value", "expected an array of items");
      for (std::size_t i = 0; i < content->size(); ++i) {
        auto child = value((*content)[i], pointer + "/value/" + std::to_string(i), depth + 1);
        if (!child) return child;
        children.push_back(*std::move(child));
      }
    }
    ByteBuffer trailing;
    if (const auto it = json.find("trailing"); it != json.end()) {
      auto bytes = read_hex(*it, pointer + "/trailing");
      if (!bytes) return std::unexpected(bytes.error());
      trailing = *std::move(bytes);
    }
    return Value::container(tag, std::move(children), trailing);
  }

  const Dictionary& dictionary_;
};

Json json_of(const Value& value, const JsonOptions& options, const Dictionary& dictionary,
             const Secrecy& secrecy) {
  const TagInfo* info = dictionary.find(value.tag());
  Json json;
  json["tag"] = info != nullptr ? Json(info->name) : Json(nullptr);
  json["code"] = hex_code(value.tag());
  json["type"] = name_of(value.type());
  if (value.is_container()) {
    Json children = Json::array();
    const Secrecy inside = secrecy.inside(value.tag());
    for (const Value& child : value.children()) {
      children.push_back(json_of(child, options, dictionary, inside));
    }
    json["value"] = std::move(children);
    if (!value.trailing().empty()) {
      const bool hidden = !options.show_secrets && inside.hides_trailing();
      json["trailing"] = to_hex(hidden ? as_bytes(kMask) : Bytes(value.trailing()));
    }
    return json;
  }
  if (!options.show_secrets && !value.payload().empty() &&
      secrecy.hides(value.tag(), value.type())) {
    json["value"] = kMask;
    json["masked"] = true;
    return json;
  }
  const auto scalar = value.scalar();
  if (!scalar) {
    json["value"] = nullptr;
  } else if (is_64_bit(value.type())) {
    json["value"] = std::visit(
        [](const auto& number) -> std::string {
          if constexpr (requires { std::to_string(number); }) return std::to_string(number);
          return {};
        },
        *scalar);
  } else {
    json["value"] = std::visit(JsonValue(), *scalar);
  }
  if (const auto error = value.error()) {
    const auto name = name_of(*error);
    json["error"] = name.empty() ? Json(nullptr) : Json(name);
  }
  if (!is_canonical(value.type(), value.payload())) json["raw"] = to_hex(value.payload());
  return json;
}

}  // namespace

Json to_json(const Value& value, const JsonOptions& options) {
  const Dictionary& dictionary =
      options.dictionary != nullptr ? *options.dictionary : Dictionary::builtin();
  return json_of(value, options, dictionary, Secrecy(dictionary));
}

Json values_to_json(std::span<const Value> values, const JsonOptions& options) {
  Json list = Json::array();
  for (const Value& value : values) list.push_back(to_json(value, options));
  return list;
}

Result<Value> value_from_json(const Json& json, const Dictionary& dictionary) {
  return Reader(dictionary).value(json, "", 0);
}

void to_json(Json& json, const Value& value) { json = to_json(value); }

void to_json(nlohmann::json& json, const Value& value) { json = to_json(value); }

void from_json(const Json& json, Value& value) {
  auto read = value_from_json(json);
  if (!read) throw std::invalid_argument(read.error().to_string());
  value = *std::move(read);
}

void from_json(const nlohmann::json& json, Value& value) { from_json(Json(json), value); }

}  // namespace rscp::inline v0_1
