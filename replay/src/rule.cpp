// SPDX-License-Identifier: MIT
#include <charconv>
#include <fstream>
#include <optional>

#include <re2/re2.h>

#include <rscp/recording/read_line.hpp>
#include <rscp/replay/rule.hpp>

namespace rscp::replay {
namespace {

constexpr std::string_view kKinds = "ignore, present, type, N% or /regex/";
constexpr std::size_t kLongestLine = 65'536;

// Where the kind begins: behind the last blank, or at the slash of a pattern.
std::size_t kind_position(std::string_view text) {
  const bool pattern = text.size() > 1 && text.ends_with('/');
  const std::size_t blank = pattern ? text.find(" /") : text.find_last_of(" \t");
  return blank == std::string_view::npos ? blank : blank + 1;
}

Result<Rule::Allowance> matching(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto expression = std::make_shared<const re2::RE2>(pattern, options);
  if (expression->ok()) return Rule::Matching{std::move(expression)};
  return failure(ErrorKind::Invalid,
                 '/' + pattern + "/ is no regular expression: " + expression->error());
}

Result<Rule::Allowance> within(const std::string& text) {
  Rule::Within within;
  const char* last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), last, within.percent);
  if (error == std::errc() && end == last && within.percent >= 0) return within;
  return failure(ErrorKind::Invalid, text + " is no percentage, expected a number from 0 on");
}

Result<Rule::Allowance> allowance_of(const std::string& text) {
  if (text == "ignore") return Rule::Ignore{};
  if (text == "present") return Rule::Present{};
  if (text == "type") return Rule::SameType{};
  if (text.size() > 1 && text.starts_with('/') && text.ends_with('/')) {
    return matching(text.substr(1, text.size() - 2));
  }
  if (text.ends_with('%')) return within(text);
  return failure(ErrorKind::Invalid,
                 "unknown rule \"" + text + "\", expected " + std::string(kKinds));
}

// A rule that stands so many bytes into its line.
Result<Rule> rule_at(std::size_t before, std::string_view text) {
  const auto column = [&](std::size_t position) { return std::to_string(before + position + 1); };
  const std::size_t at = kind_position(text);
  if (at == std::string_view::npos) {
    return failure(
        ErrorKind::Invalid, column(text.size()),
        '"' + std::string(text) + "\" is no rule, expected PATH and one of " + std::string(kKinds));
  }
  std::string_view words = text.substr(0, at);
  words.remove_suffix(words.size() - words.find_last_not_of(" \t") - 1);
  auto path = PathQuery::parse(words);
  if (!path) {
    return failure(ErrorKind::Invalid, column(text_place(path.error()).column - 1),
                   path.error().message);
  }
  auto allowance = allowance_of(std::string(text.substr(at)));
  if (!allowance) return std::unexpected(allowance.error().within(column(at)));
  return Rule{*std::move(path), *std::move(allowance)};
}

}  // namespace

Result<Rule> Rule::parse(std::string_view text) { return rule_at(0, text); }

Result<std::vector<Rule>> read_rules(std::istream& in, const std::string& name) {
  std::vector<Rule> rules;
  std::optional<Error> mistakes;
  std::size_t number = 0;
  std::string line;
  const auto note = [&](const Error& mistake) {
    Error placed = mistake.within(std::to_string(number)).within(name);
    if (mistakes) {
      mistakes->message += '\n' + placed.to_string();
    } else {
      mistakes = std::move(placed);
    }
  };
  for (recording::LineRead read;
       (read = recording::read_line(in, line, kLongestLine)) != recording::LineRead::End;) {
    ++number;
    if (read == recording::LineRead::TooLong) {
      note({ErrorKind::Invalid, "1", "the line is longer than 64 KiB"});
      break;
    }
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const std::size_t end = line.find_last_not_of(" \t\r") + 1;
    auto rule = rule_at(begin, std::string_view(line).substr(begin, end - begin));
    if (rule) {
      rules.push_back(*std::move(rule));
    } else {
      note(rule.error());
    }
  }
  if (mistakes) return std::unexpected(*std::move(mistakes));
  if (in.bad()) return failure(ErrorKind::InputOutput, name, "cannot be read");
  return rules;
}

Result<std::vector<Rule>> load_rules(const std::string& file) {
  std::ifstream in(file);
  if (!in) return failure(ErrorKind::InputOutput, file, "cannot be read");
  return read_rules(in, file);
}

}  // namespace rscp::replay
