// SPDX-License-Identifier: MIT
#include "yaml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <rscp/dictionary.hpp>
#include <rscp/scalar.hpp>

namespace rscp::scenario {
namespace {

// Aliases may make a small file a huge tree.
constexpr std::size_t kMostNodes = 200'000;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row.back();
}

std::string plain(double number) {
  return number == std::floor(number) && std::abs(number) < 1e15
             ? std::to_string(static_cast<std::int64_t>(number))
             : to_string(number);
}

std::string shown(const YAML::Node& node) {
  if (node.IsMap()) return "a mapping";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return '"' + node.Scalar() + '"';
  return "nothing";
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& words) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string_view candidate : words) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best.empty() ? std::string() : ", did you mean " + std::string(best) + '?';
}

bool is_quoted(const YAML::Node& node) { return node.Tag() == "!"; }

std::optional<YAML::Node> YamlReader::parse(const std::string& text) {
  try {
    YAML::Node node = YAML::Load(text);
    return node;
  } catch (const YAML::Exception& error) {
    SourcePlace where{file_, 1, 1};
    if (!error.mark.is_null()) {
      where.line = static_cast<std::size_t>(error.mark.line) + 1;
      where.column = static_cast<std::size_t>(error.mark.column) + 1;
    }
    mistakes_.push_back({where, "no valid YAML: " + error.msg});
    return std::nullopt;
  }
}

SourcePlace YamlReader::place(const YAML::Node& node) const {
  const YAML::Mark mark = node.Mark();
  if (mark.is_null()) return {file_, 1, 1};
  return {file_, static_cast<std::size_t>(mark.line) + 1,
          static_cast<std::size_t>(mark.column) + 1};
}

void YamlReader::fail(const YAML::Node& node, const std::string& message) {
  fail(node, 0, message);
}

void YamlReader::fail(const YAML::Node& node, std::size_t column_offset,
                      const std::string& message) {
  SourcePlace where = place(node);
  where.column += column_offset + (column_offset != 0 && is_quoted(node) ? 1 : 0);
  mistakes_.push_back({where, message});
}

bool YamlReader::count(const YAML::Node& node) {
  if (++visited_ == kMostNodes) {
    fail(node, "the file unfolds to more than " + std::to_string(kMostNodes) + " values");
  }
  return visited_ < kMostNodes;
}

void YamlReader::each_member(
    const YAML::Node& node, std::string_view what,
    const std::function<void(const YAML::Node&, const YAML::Node&)>& read) {
  if (node.IsNull()) return;
  if (!node.IsMap()) {
    return fail(node, std::string(what) + " must be a mapping, not " + shown(node));
  }
  std::vector<std::string> seen;
  for (const auto& entry : node) {
    if (!count(entry.first)) return;
    if (!entry.first.IsScalar()) {
      fail(entry.first, "a key must be a word, not " + shown(entry.first));
      continue;
    }
    if (std::ranges::find(seen, entry.first.Scalar()) != seen.end()) {
      fail(entry.first, "\"" + entry.first.Scalar() + "\" stands here twice");
      continue;
    }
    seen.push_back(entry.first.Scalar());
    read(entry.first, entry.second);
  }
}

void YamlReader::members(const YAML::Node& node, std::string_view what,
                         const std::vector<Key>& known) {
  each_member(node, what, [&](const YAML::Node& key, const YAML::Node& value) {
    for (const Key& one : known) {
      if (one.name == key.Scalar()) return one.read(value);
    }
    std::vector<std::string_view> names;
    names.reserve(known.size());
    for (const Key& one : known) names.push_back(one.name);
    fail(key, "unknown key \"" + key.Scalar() + "\" in " + std::string(what) +
                  nearest(key.Scalar(), names));
  });
}

void YamlReader::each(const YAML::Node& node, const std::function<void(const YAML::Node&)>& read) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) return read(node);
  for (const auto& element : node) {
    if (!count(element)) return;
    read(element);
  }
}

std::optional<std::string> YamlReader::text(const YAML::Node& node, std::string_view what) {
  if (!node.IsScalar()) {
    fail(node, std::string(what) + " must be text, not " + shown(node));
    return std::nullopt;
  }
  return node.Scalar();
}

std::optional<double> YamlReader::number(const YAML::Node& node, std::string_view what,
                                         double least, double most) {
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !std::isfinite(value) ||
      value < least || value > most) {
    fail(node, std::string(what) + " must be a number from " + plain(least) + " to " + plain(most) +
                   ", not " + shown(node));
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> YamlReader::integer(const YAML::Node& node, std::string_view what,
                                                std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  if (!node.IsScalar() || !YAML::convert<std::int64_t>::decode(node, value) || value < least ||
      value > most) {
    fail(node, std::string(what) + " must be a whole number from " + std::to_string(least) +
                   " to " + std::to_string(most) + ", not " + shown(node));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> YamlReader::flag(const YAML::Node& node, std::string_view what) {
  bool value = false;
  if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) {
    fail(node, std::string(what) + " must be true or false, not " + shown(node));
    return std::nullopt;
  }
  return value;
}

std::optional<std::chrono::milliseconds> YamlReader::milliseconds(const YAML::Node& node,
                                                                  std::string_view what) {
  constexpr double kMost = 86'400'000;
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "s") value *= 1000;
  if (error != std::errc() || (!unit.empty() && unit != "ms" && unit != "s") || !(value >= 0) ||
      value > kMost) {
    fail(node, std::string(what) + " must be a time such as 250ms or 2s, at most a day, not " +
                   shown(node));
    return std::nullopt;
  }
  return std::chrono::milliseconds(std::llround(value));
}

std::optional<PathQuery> YamlReader::path(const YAML::Node& node) {
  const auto written = text(node, "a path");
  if (!written) return std::nullopt;
  auto query = PathQuery::parse(*written);
  if (!query) {
    fail(node, text_place(query.error()).column - 1, query.error().message);
    return std::nullopt;
  }
  return *std::move(query);
}

std::optional<Tag> YamlReader::tag(const YAML::Node& node) {
  const auto written = text(node, "a tag");
  if (!written) return std::nullopt;
  const auto found = Dictionary::builtin().resolve(*written);
  if (!found) {
    fail(node, "unknown tag " + *written + Dictionary::builtin().suggestion_text(*written));
  }
  return found;
}

std::optional<std::size_t> YamlReader::word(const YAML::Node& node, std::string_view what,
                                            const std::vector<std::string_view>& words) {
  const std::string written = node.IsScalar() ? node.Scalar() : "";
  const auto found = std::ranges::find(words, written);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string list;
  for (const std::string_view one : words) list += (list.empty() ? "" : ", ") + std::string(one);
  fail(node, std::string(what) + " must be one of " + list + ", not " + shown(node) +
                 nearest(written, words));
  return std::nullopt;
}

void YamlReader::into(const YAML::Node& node, std::string_view what, std::string& target) {
  if (auto found = text(node, what)) target = *std::move(found);
}

void YamlReader::into(const YAML::Node& node, std::string_view what, double& target, double least,
                      double most) {
  if (const auto found = number(node, what, least, most)) target = *found;
}

void YamlReader::into(const YAML::Node& node, std::string_view what, bool& target) {
  if (const auto found = flag(node, what)) target = *found;
}

}  // namespace rscp::scenario
