// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <set>

#include "write_parts.hpp"
#include <rscp/dictionary.hpp>
#include <rscp/scalar.hpp>

namespace rscp::scenario {
namespace {

// A number with a point, so that it is not read as an integer.
std::string real_text(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number < 0 ? "-.inf" : ".inf";
  std::string text = to_string(number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

struct LiteralWriter {
  YAML::Emitter& out;
  void operator()(std::monostate) const { out << YAML::Null; }
  void operator()(bool flag) const { out << flag; }
  void operator()(std::int64_t n) const { out << std::to_string(n); }
  void operator()(std::uint64_t n) const { out << std::to_string(n); }
  void operator()(float n) const { out << real_text(static_cast<double>(n)); }
  void operator()(double n) const { out << real_text(n); }
  void operator()(const std::string& text) const { out << Quoted{text}; }
  void operator()(const ByteBuffer& bytes) const { out << Quoted{to_hex(bytes)}; }
  void operator()(Timestamp time) const { out << to_string(time); }
  void operator()(ErrorCode error) const { out << Quoted{name_of(error)}; }
};

std::string error_name(std::uint32_t code) {
  const std::string_view name = name_of(ErrorCode{code});
  return name.empty() ? std::to_string(code) : std::string(name);
}

struct TemplateWriter {
  YAML::Emitter& out;
  Tag tag;

  void operator()(const NoPayload&) const {
    // Nothing at all would be an empty container there.
    const TagInfo* info = Dictionary::builtin().find(tag);
    const bool container = info != nullptr && info->type == DataType::Container;
    typed(container ? std::optional(DataType::None) : std::nullopt, [&] { out << YAML::Null; });
  }

  void operator()(const Literal& literal) const {
    typed(literal.type, [&] { write_literal(out, literal.value); });
  }

  void operator()(const ErrorItem& error) const {
    out << YAML::Flow << YAML::BeginMap;
    member(out, "error", error_name(error.code));
    out << YAML::EndMap;
  }

  void operator()(const Expression& expression) const {
    constexpr std::string_view kReturn = "return ";
    typed(expression.type,
          [&] { out << Quoted{"=" + expression.script.source.substr(kReturn.size())}; });
  }

  void operator()(const Container& container) const {
    std::set<Tag> tags;
    for (const ContainerItem& item : container.items) tags.insert(item.tag);
    const bool repeated = tags.size() != container.items.size();
    // A list keeps repeated tags apart.
    out << YAML::Flow;
    out << (repeated ? YAML::BeginSeq : YAML::BeginMap);
    for (const ContainerItem& item : container.items) {
      if (repeated) out << YAML::Flow << YAML::BeginMap;
      out << YAML::Key << PathText{Dictionary::builtin().label(item.tag)} << YAML::Value;
      write_value(out, item.value, item.tag);
      if (repeated) out << YAML::EndMap;
    }
    out << (repeated ? YAML::EndSeq : YAML::EndMap);
  }

  void operator()(const Sequence& sequence) const {
    constexpr std::array kEnds = {"last", "loop", "error", "model"};
    out << YAML::Flow << YAML::BeginMap << YAML::Key << "sequence" << YAML::Value << YAML::Flow
        << YAML::BeginSeq;
    for (const ValueTemplate& one : sequence.values) write_value(out, one, tag);
    out << YAML::EndSeq;
    member(out, "then", kEnds.at(static_cast<std::size_t>(sequence.then)));
    out << YAML::EndMap;
  }

 private:
  template <class Write>
  void typed(std::optional<DataType> type, Write write) const {
    if (!type) return write();
    out << YAML::Flow << YAML::BeginMap;
    member(out, "type", std::string(name_of(*type)));
    out << YAML::Key << "value" << YAML::Value;
    write();
    out << YAML::EndMap;
  }
};

}  // namespace

void write_literal(YAML::Emitter& out, const Argument& literal) {
  std::visit(LiteralWriter{out}, literal.scalar());
}

void write_value(YAML::Emitter& out, const ValueTemplate& value, Tag tag) {
  std::visit(TemplateWriter{out, tag}, value.what);
}

}  // namespace rscp::scenario
