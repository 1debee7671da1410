// SPDX-License-Identifier: MIT
#include "read_parts.hpp"
#include <rscp/dictionary.hpp>

namespace rscp::scenario {
namespace {

using Node = YAML::Node;

void read_handler(YamlReader& yaml, const Node& element, std::vector<Handler>& handlers) {
  std::optional<PathQuery> match;
  std::optional<Script> script;
  Node answer;
  bool has_answer = false;
  bool silent = false;
  yaml.members(element, "a handler",
               {{"match", [&](const Node& n) { match = yaml.path(n); }},
                {"lua", [&](const Node& n) { script = read_script(yaml, n); }},
                {"silent", [&](const Node& n) { yaml.into(n, "silent", silent); }},
                {"answer", [&](const Node& n) {
                   answer.reset(n);
                   has_answer = true;
                 }}});
  if (!element.IsMap()) return;
  if (!match) {
    if (!element["match"]) yaml.fail(element, "a handler needs match, a path to requests");
    return;
  }
  if ((script ? 1 : 0) + (has_answer ? 1 : 0) + (silent ? 1 : 0) != 1) {
    return yaml.fail(element, "a handler needs one of: answer, lua, silent");
  }
  Handler handler{*std::move(match), Unanswered{}, yaml.place(element)};
  if (script) handler.answer = *std::move(script);
  if (has_answer) {
    auto value = read_value(yaml, answer, answer_tag_of(handler.match));
    if (!value) return;
    handler.answer = *std::move(value);
  }
  handlers.push_back(std::move(handler));
}

}  // namespace

Tag answer_tag_of(const PathQuery& match) {
  const std::string& path = match.text();
  const Dictionary& dictionary = Dictionary::builtin();
  const auto request = dictionary.resolve(path.substr(0, path.find_first_of("(/")));
  return request ? dictionary.answer_to(*request) : kAnyTag;
}

void read_handlers(YamlReader& yaml, const Node& node, std::vector<Handler>& handlers) {
  yaml.each(node, [&](const Node& element) { read_handler(yaml, element, handlers); });
}

}  // namespace rscp::scenario
