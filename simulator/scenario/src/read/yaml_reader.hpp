// SPDX-License-Identifier: MIT
// Reading YAML with the place of every mistake.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <rscp/path.hpp>
#include <rscp/scenario/source_place.hpp>

namespace rscp::scenario {

/// What is wrong with a scenario, and where.
struct Mistake {
  SourcePlace place;
  std::string message;
};

/// Collects mistakes of one file.
class YamlReader {
 public:
  YamlReader(std::string file, std::vector<Mistake>& mistakes)
      : file_(std::move(file)), mistakes_(mistakes) {}

  /// Null on a syntax error, which is recorded.
  std::optional<YAML::Node> parse(const std::string& text);

  void fail(const YAML::Node& node, const std::string& message);
  void fail(const YAML::Node& node, std::size_t column_offset, const std::string& message);
  [[nodiscard]] SourcePlace place(const YAML::Node& node) const;
  [[nodiscard]] const std::string& file() const { return file_; }

  /// The members of a mapping that `known` knows; others are mistakes with a suggestion. The same
  /// key twice is a mistake.
  struct Key {
    std::string_view name;
    std::function<void(const YAML::Node&)> read;
  };
  void members(const YAML::Node& node, std::string_view what, const std::vector<Key>& known);
  /// All members of a mapping, in order.
  void each_member(const YAML::Node& node, std::string_view what,
                   const std::function<void(const YAML::Node&, const YAML::Node&)>& read);
  /// All elements of a list; a single other thing counts as a list of one.
  void each(const YAML::Node& node, const std::function<void(const YAML::Node&)>& read);

  std::optional<std::string> text(const YAML::Node& node, std::string_view what);
  std::optional<double> number(const YAML::Node& node, std::string_view what, double least,
                               double most);
  std::optional<std::int64_t> integer(const YAML::Node& node, std::string_view what,
                                      std::int64_t least, std::int64_t most);
  std::optional<bool> flag(const YAML::Node& node, std::string_view what);
  /// "250ms", "2s" or a number of milliseconds.
  std::optional<std::chrono::milliseconds> milliseconds(const YAML::Node& node,
                                                        std::string_view what);
  std::optional<PathQuery> path(const YAML::Node& node);
  std::optional<Tag> tag(const YAML::Node& node);
  /// One of these words.
  std::optional<std::size_t> word(const YAML::Node& node, std::string_view what,
                                  const std::vector<std::string_view>& words);

  /// Reads into `target` if the node is right.
  void into(const YAML::Node& node, std::string_view what, std::string& target);
  void into(const YAML::Node& node, std::string_view what, double& target, double least,
            double most);
  template <std::integral T>
  void into(const YAML::Node& node, std::string_view what, T& target, std::int64_t least,
            std::int64_t most) {
    if (const auto found = integer(node, what, least, most)) target = static_cast<T>(*found);
  }
  void into(const YAML::Node& node, std::string_view what, bool& target);

 private:
  bool count(const YAML::Node& node);

  std::string file_;
  std::vector<Mistake>& mistakes_;
  std::size_t visited_ = 0;
};

/// ", did you mean X?" or nothing.
std::string nearest(std::string_view word, const std::vector<std::string_view>& words);

/// Whether the scalar was written in quotes (then it is text, whatever it looks like).
bool is_quoted(const YAML::Node& node);

}  // namespace rscp::scenario
