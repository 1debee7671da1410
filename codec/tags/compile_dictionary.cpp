// SPDX-License-Identifier: MIT
// Turns the CSV files of this folder into constant tables and into the constants of
// <rscp/tags.hpp>. Runs on the build host only.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "level_names.hpp"

namespace {

using Row = std::vector<std::string>;

[[noreturn]] void fail(const std::string& file, std::size_t line, const std::string& why) {
  std::cerr << file << ':' << line << ": " << why << '\n';
  std::exit(1);
}

Row split(const std::string& line, char separator) {
  Row cells;
  std::string cell;
  std::istringstream in(line);
  while (std::getline(in, cell, separator)) cells.push_back(cell);
  if (!line.empty() && line.back() == separator) cells.emplace_back();
  return cells;
}

std::vector<Row> read_csv(const std::string& file, std::size_t columns) {
  std::ifstream in(file);
  if (!in) fail(file, 0, "cannot be read");
  std::vector<Row> rows;
  std::string line;
  std::size_t number = 0;
  while (std::getline(in, line)) {
    if (++number == 1) continue;  // the header
    Row row = split(line, ',');
    if (row.size() != columns)
      fail(file, number, "expected " + std::to_string(columns) + " columns");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::uint32_t code_of(const std::string& file, std::size_t line, const std::string& text) {
  char* end = nullptr;
  const auto value = std::strtoull(text.c_str(), &end, 16);
  if (text.empty() || *end != '\0' || value > 0xFFFFFFFFU) fail(file, line, "bad code " + text);
  return static_cast<std::uint32_t>(value);
}

// With the length known, so that the compiler need not count 20,000 strings.
std::string quoted(const std::string& text) { return '"' + text + "\"sv"; }

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

const std::set<std::string> kTypes = {"None",      "Bool",      "Char8",    "UChar8",  "Int16",
                                      "UInt16",    "Int32",     "UInt32",   "Int64",   "UInt64",
                                      "Float32",   "Double64",  "Bitfield", "CString", "Container",
                                      "Timestamp", "ByteArray", "Error"};

// Alternatives of rscp::Access and rscp::Privacy by the words of their columns.
const std::map<std::string, std::string> kAccess = {
    {"", "None"}, {"read", "Read"}, {"lookup", "Lookup"}, {"write", "Write"}};
const std::map<std::string, std::string> kPrivacy = {
    {"", "Unsaid"}, {"public", "Public"}, {"private", "Private"}, {"secret", "Secret"}};

struct NameEntry {
  std::uint32_t code;
  std::size_t index;
  bool alias;
  bool typed;
};

// A name leads to its own tag before it leads to one that merely has it as an alias, and to a
// tag of known type before one without.
bool better(const NameEntry& a, const NameEntry& b) {
  if (a.alias != b.alias) return !a.alias;
  if (a.typed != b.typed) return a.typed;
  return a.code < b.code;
}

bool is_identifier(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const auto part = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  // Identifiers with two underscores are the compiler's own.
  return !name.empty() && letter(name[0]) && std::ranges::all_of(name, part) &&
         name.find("__") == std::string::npos;
}

// One constant a name. Of two tags with one name the constant is the one that the dictionary finds
// by it (see better); where that leaves a choice, the data has to be mended.
void write_constants(const std::string& file, const std::string& tags_file,
                     const std::vector<Row>& tags) {
  std::map<std::string, std::size_t> constants;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (!is_identifier(tags[i][1])) {
      fail(tags_file, i + 2, "the name " + tags[i][1] + " is no C++ identifier");
    }
    const auto [it, fresh] = constants.emplace(tags[i][1], i);
    if (fresh) continue;
    const bool typed = !tags[i][2].empty();
    const bool other_typed = !tags[it->second][2].empty();
    if (typed == other_typed) {
      fail(tags_file, i + 2, "the name " + tags[i][1] + " is listed twice");
    }
    if (typed) it->second = i;
  }
  std::ofstream out(file);
  out << "// Written by compile_dictionary from codec/tags/tags.csv.\n"
         "// The tags by name, for code that knows which ones it means: rscp::tag::EMS_POWER_PV.\n"
         "#pragma once\n\n#include <rscp/tag.hpp>\n\nnamespace rscp::tag {\n";
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (constants.at(tags[i][1]) != i) continue;
    out << "inline constexpr Tag " << tags[i][1] << '{' << tags[i][0] << "};\n";
  }
  out << "}  // namespace rscp::tag\n";
  out.flush();
  if (!out) fail(file, 0, "cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: compile_dictionary TAGS ENUMERATIONS NAMESPACES PAIRS TABLES CONSTANTS\n";
    return 2;
  }
  const std::string tags_file = argv[1];
  const std::string enumerations_file = argv[2];
  const std::string pairs_file = argv[4];

  std::vector<std::string> enumeration_order;
  std::map<std::string, std::vector<Row>> enumerations;
  for (const Row& row : read_csv(enumerations_file, 4)) {
    if (!enumerations.contains(row[0])) enumeration_order.push_back(row[0]);
    enumerations[row[0]].push_back(row);
  }

  std::vector<Row> tags = read_csv(tags_file, 10);
  std::map<std::uint32_t, std::size_t> by_code;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::size_t line = i + 2;
    const auto code = code_of(tags_file, line, tags[i][0]);
    if (!by_code.emplace(code, i).second) fail(tags_file, line, "code listed twice");
    if (tags[i][1].empty()) fail(tags_file, line, "a tag needs a name");
    if (!tags[i][2].empty() && !kTypes.contains(tags[i][2])) {
      fail(tags_file, line, "unknown type " + tags[i][2]);
    }
    if (!tags[i][4].empty() && !enumerations.contains(tags[i][4])) {
      fail(tags_file, line, "unknown enumeration " + tags[i][4]);
    }
    if (!tags[i][5].empty() && !rscp::level_named(tags[i][5])) {
      fail(tags_file, line, "unknown user level " + tags[i][5]);
    }
    if (!kAccess.contains(tags[i][7])) fail(tags_file, line, "unknown access " + tags[i][7]);
    if (!kPrivacy.contains(tags[i][8])) fail(tags_file, line, "unknown privacy " + tags[i][8]);
    if (!tags[i][9].empty() && tags[i][9] != "index") {
      fail(tags_file, line, "expected index or nothing, found " + tags[i][9]);
    }
  }

  std::ofstream out(argv[5]);
  out << "// Written by compile_dictionary from codec/tags/*.csv.\n"
         "#include \"dictionary_tables.hpp\"\n\nnamespace rscp::tables {\n\n"
         "using namespace std::string_view_literals;\n\n";

  std::map<std::string, std::size_t> enumeration_index;
  for (const std::string& name : enumeration_order) {
    const std::size_t index = enumeration_index.size();
    enumeration_index[name] = index;
    const auto& rows = enumerations[name];
    out << "constexpr EnumerationEntry entries_" << index << "[] = {\n";
    for (const Row& row : rows) {
      const bool text = row[1] == "string";
      out << "    {" << (text ? "0" : row[2] + "LL") << ", " << quoted(text ? row[2] : "") << ", "
          << quoted(row[3]) << "},\n";
    }
    out << "};\n";
  }
  out << "\nconstexpr Enumeration enumerations[] = {\n";
  for (const std::string& name : enumeration_order) {
    const std::string& kind = enumerations[name].front()[1];
    out << "    {" << quoted(name) << ", EnumerationKind::"
        << (kind == "bitmask"  ? "Bitmask"
            : kind == "string" ? "Text"
                               : "Number")
        << ", entries_" << enumeration_index[name] << "},\n";
  }
  out << "};\n\n";

  std::map<std::string, NameEntry> names;
  const auto add_name = [&](const std::string& name, NameEntry entry) {
    const auto [it, fresh] = names.emplace(upper(name), entry);
    if (!fresh && better(entry, it->second)) it->second = entry;
  };
  out << "constexpr TagInfo tags[] = {\n";
  std::size_t index = 0;
  for (const auto& [code, row_index] : by_code) {
    const Row& row = tags[row_index];
    out << "    {static_cast<Tag>(" << row[0] << "U), " << quoted(row[1]) << ", ";
    out << (row[2].empty() ? std::string("std::nullopt") : "DataType::" + row[2]) << ", "
        << quoted(row[3]) << ", ";
    if (row[4].empty()) {
      out << "nullptr";
    } else {
      out << "&enumerations[" << enumeration_index[row[4]] << ']';
    }
    const auto level = rscp::level_named(row[5]).value_or(rscp::UserLevel::User);
    out << ", " << quoted(row[5]) << ", " << quoted(row[6]) << ", static_cast<UserLevel>("
        << static_cast<int>(level) << "), Access::" << kAccess.at(row[7])
        << ", Privacy::" << kPrivacy.at(row[8]) << ", " << (row[9].empty() ? "false" : "true")
        << "},\n";
    add_name(row[1], {code, index, false, !row[2].empty()});
    for (const std::string& alias : split(row[6], ';')) {
      add_name(alias, {code, index, true, !row[2].empty()});
    }
    ++index;
  }
  out << "};\n\nconstexpr NameIndex names[] = {\n";
  for (const auto& [name, entry] : names) {
    out << "    {" << quoted(name) << ", " << entry.index << "},\n";
  }
  out << "};\n\nconstexpr NamespaceInfo namespaces[] = {\n";
  const auto spaces = read_csv(argv[3], 2);
  for (std::size_t i = 0; i < spaces.size(); ++i) {
    // Every namespace has an error of its own; where another tag has taken its name it has none.
    const auto code = code_of(argv[3], i + 2, spaces[i][0]) << 24U | 0x00FFFFFFU;
    const std::string error = spaces[i][1] + "_GENERAL_ERROR";
    if (!by_code.contains(code) && !names.contains(error)) {
      fail(argv[3], i + 2, error + " is not listed");
    }
    out << "    {" << spaces[i][0] << ", " << quoted(spaces[i][1]) << "},\n";
  }
  out << "};\n\nconstexpr IrregularPair irregular_pairs[] = {\n";
  const auto pairs = read_csv(pairs_file, 2);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (const std::string& cell : pairs[i]) {
      if (!by_code.contains(code_of(pairs_file, i + 2, cell)))
        fail(pairs_file, i + 2, "unlisted tag " + cell);
    }
    out << "    {static_cast<Tag>(" << pairs[i][0] << "U), static_cast<Tag>(" << pairs[i][1]
        << "U)},\n";
  }
  out << "};\n\n"
         "constinit const Tables all = {tags, names, namespaces, irregular_pairs, "
         "enumerations};\n\n"
         "}  // namespace rscp::tables\n";
  out.flush();
  if (!out) fail(argv[5], 0, "cannot be written");
  write_constants(argv[6], tags_file, tags);
  return 0;
}
