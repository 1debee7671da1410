// SPDX-License-Identifier: MIT
#include "write_parts.hpp"
#include <rscp/data_type.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/text.hpp>

namespace rscp::scenario {
namespace {

void item_member(YAML::Emitter& out, const std::optional<PathQuery>& item) {
  if (item) member(out, "item", PathText{item->text()});
}

// What a fault is told beside its name: where it differs from what it would be anyway.
struct ParameterWriter {
  YAML::Emitter& out;

  void operator()(const auto&) const {}

  void operator()(const fault::UnknownTag& f) const {
    const fault::UnknownTag otherwise;
    if (f.tag != otherwise.tag) {
      member(out, "tag", PathText{Dictionary::builtin().label(f.tag)});
    }
    if (f.type != otherwise.type) member(out, "type", std::string(name_of(f.type)));
  }
  void operator()(const fault::UnknownType& f) const { typed(f.type, f.item); }
  void operator()(const fault::ChangeType& f) const { typed(f.type, f.item); }
  void operator()(const fault::InvalidUtf8& f) const { item_member(out, f.item); }
  void operator()(const fault::EmptyContainer& f) const { item_member(out, f.item); }
  void operator()(const fault::DeepContainer& f) const {
    member_unless(out, "depth", f.depth, fault::DeepContainer{}.depth);
  }
  void operator()(const fault::WrongLength& f) const {
    member_unless(out, "by", f.by, fault::WrongLength{}.by);
  }
  void operator()(const fault::Unsolicited& f) const {
    TextOptions options;
    options.multi_line = false;
    options.show_secrets = true;
    if (f != fault::Unsolicited{}) member(out, "values", Quoted{to_text(f.values, {}, options)});
  }
  void operator()(const fault::Split& f) const {
    member_unless(out, "at", f.at, std::size_t{0});
    member_unless(out, "every", f.every, std::size_t{0});
    member_unless(out, "gap", f.gap, fault::milliseconds(0));
  }
  void operator()(const fault::Drip& f) const {
    member_unless(out, "every", f.every, fault::Drip{}.every);
    member_unless(out, "gap", f.gap, fault::Drip{}.gap);
  }
  void operator()(const fault::Coalesce& f) const {
    member_unless(out, "time", f.time, fault::Coalesce{}.time);
  }
  void operator()(const fault::Truncate& f) const { member(out, "at", f.at); }
  void operator()(const fault::Close& f) const {
    member(out, "at", f.at);
    member(out, "how", f.reset ? "rst" : "fin");
  }
  void operator()(const fault::Delay& f) const { timed(f.time, f.jitter); }
  void operator()(const fault::Reboot& f) const { timed(f.time, f.jitter); }
  void operator()(const fault::Refuse& f) const { timed(f.time, f.jitter); }

 private:
  void typed(DataType type, const std::optional<PathQuery>& item) const {
    member(out, "type", std::string(name_of(type)));
    item_member(out, item);
  }
  void timed(fault::milliseconds time, fault::milliseconds jitter) const {
    member_unless(out, "time", time, fault::milliseconds(0));
    member_unless(out, "jitter", jitter, fault::milliseconds(0));
  }
};

void write_scope(YAML::Emitter& out, const FaultScope& scope) {
  if (scope == FaultScope{}) return;
  out << YAML::Key << "when" << YAML::Value << YAML::Flow << YAML::BeginMap;
  if (scope.match) member(out, "match", PathText{scope.match->text()});
  if (scope.connection) member(out, "connection", *scope.connection);
  if (scope.nth) member(out, "nth", *scope.nth);
  if (scope.times) member(out, "times", *scope.times);
  if (scope.probability != 1) member(out, "probability", Number{scope.probability});
  if (scope.from != 0) member(out, "from", Number{scope.from});
  if (scope.to) member(out, "to", Number{*scope.to});
  out << YAML::EndMap;
}

}  // namespace

void write_fault(YAML::Emitter& out, const FaultSpec& spec) {
  out << YAML::Flow << YAML::BeginMap;
  member(out, "fault", std::string(name_of(spec.fault)));
  std::visit([&](const auto& stage) { std::visit(ParameterWriter{out}, stage); }, spec.fault);
  write_scope(out, spec.scope);
  out << YAML::EndMap;
}

void write_expectation(YAML::Emitter& out, const Expectation& one) {
  const bool request = one.about == Expectation::About::Request;
  out << YAML::BeginMap;
  if (one.name != one.path.text()) member(out, "name", Quoted{one.name});
  member(out, request ? "request" : "answer", PathText{one.path.text()});
  if (one.value) {
    out << YAML::Key << "value" << YAML::Value;
    write_literal(out, *one.value);
  }
  if (!one.fields.empty()) {
    out << YAML::Key << "fields" << YAML::Value << YAML::Flow << YAML::BeginMap;
    for (const auto& [path, value] : one.fields) {
      out << YAML::Key << PathText{path.text()} << YAML::Value;
      write_literal(out, value);
    }
    out << YAML::EndMap;
  }
  if (one.most == one.least) {
    member(out, "count", one.least);
  } else if (one.most || one.least != 1) {
    out << YAML::Key << "count" << YAML::Value << YAML::Flow << YAML::BeginMap;
    member_unless(out, "min", one.least, std::uint64_t{1});
    if (one.most) member(out, "max", *one.most);
    out << YAML::EndMap;
  }
  if (one.after) member(out, "after", Quoted{*one.after});
  if (one.within) member(out, "within", Number{*one.within});
  out << YAML::EndMap;
}

}  // namespace rscp::scenario
