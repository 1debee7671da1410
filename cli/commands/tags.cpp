// SPDX-License-Identifier: MIT
// rscp tags [PATTERN...]
#include <iostream>
#include <memory>

#include "command.hpp"
#include <rscp/json.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::vector<std::string> patterns;
  std::string format = "text";
  DictionaryOptions tags;
};

std::string type_of(const TagInfo& info) { return info.type ? name_of(*info.type) : ""; }
std::string_view enumeration_of(const TagInfo& info) {
  return info.enumeration != nullptr ? info.enumeration->name : std::string_view();
}

std::string_view access_text(const TagInfo& info) {
  return info.access == Access::Lookup ? "reads, takes a value"
         : info.access == Access::Read ? "reads"
                                       : "writes";
}

void print_csv(const std::vector<const TagInfo*>& tags) {
  std::cout << "code,name,type,unit,enumeration,level,aliases,access,privacy,index\n";
  for (const TagInfo* info : tags) {
    std::cout << hex_code(info->tag) << ',' << info->name << ',' << type_of(*info) << ','
              << info->unit << ',' << enumeration_of(*info) << ',' << info->level << ','
              << info->aliases << ',' << name_of(info->access) << ',' << name_of(info->privacy)
              << ',' << (info->is_index ? "index" : "") << '\n';
  }
}

void print_json(const std::vector<const TagInfo*>& tags) {
  const auto text = [](std::string_view s) { return s.empty() ? Json(nullptr) : Json(s); };
  Json list = Json::array();
  for (const TagInfo* info : tags) {
    Json entry;
    entry["code"] = hex_code(info->tag);
    entry["tag"] = info->name;
    entry["type"] = text(type_of(*info));
    entry["unit"] = text(info->unit);
    entry["enumeration"] = text(enumeration_of(*info));
    entry["level"] = text(info->level);
    entry["aliases"] = text(info->aliases);
    entry["access"] = text(name_of(info->access));
    entry["privacy"] = text(name_of(info->privacy));
    entry["index"] = info->is_index;
    list.push_back(std::move(entry));
  }
  std::cout << list.dump(2) << '\n';
}

// All there is to know, when little was found; a line a tag otherwise.
void print_text(const std::vector<const TagInfo*>& tags, const Dictionary& dictionary) {
  constexpr std::size_t kFew = 3;
  for (const TagInfo* info : tags) {
    std::cout << hex_code(info->tag) << "  " << info->name;
    if (const auto type = type_of(*info); !type.empty()) std::cout << "  " << type;
    if (!info->unit.empty()) std::cout << "  [" << info->unit << ']';
    std::cout << '\n';
    if (tags.size() > kFew) continue;
    if (!info->aliases.empty()) std::cout << "    also called  " << info->aliases << '\n';
    if (!info->level.empty()) std::cout << "    user level   " << info->level << '\n';
    if (info->access != Access::None)
      std::cout << "    access       " << access_text(*info) << '\n';
    if (info->privacy != Privacy::Unsaid) {
      std::cout << "    privacy      " << name_of(info->privacy) << '\n';
    }
    const TagInfo* answer = dictionary.find(dictionary.answer_to(info->tag));
    if (answer != nullptr && answer != info)
      std::cout << "    answered by  " << answer->name << '\n';
    if (const auto request = dictionary.request_of(info->tag)) {
      if (const TagInfo* asks = dictionary.find(*request)) {
        std::cout << "    answers      " << asks->name << '\n';
      }
    }
    if (info->enumeration == nullptr) continue;
    std::cout << "    enumeration  " << info->enumeration->name << '\n';
    for (const EnumerationEntry& entry : info->enumeration->entries) {
      if (info->enumeration->kind == EnumerationKind::Text) {
        std::cout << "      " << entry.text << ' ' << entry.name << '\n';
      } else {
        std::cout << "      " << entry.value << ' ' << entry.name << '\n';
      }
    }
  }
}

Result<int> run(const Options& options, const Say& say) {
  const auto dictionary = options.tags.dictionary();
  if (!dictionary) return std::unexpected(dictionary.error());
  std::vector<const TagInfo*> found;
  bool missed = false;
  for (const std::string& pattern : options.patterns) {
    std::vector<const TagInfo*> hits;
    if (const TagInfo* exact = dictionary->find(pattern)) {
      hits = {exact};
    } else {
      hits = dictionary->search(pattern);
    }
    if (hits.empty()) {
      say("no tag matches " + pattern + dictionary->suggestion_text(pattern));
      missed = true;
    }
    found.insert(found.end(), hits.begin(), hits.end());
  }
  if (options.patterns.empty()) found = dictionary->all();
  if (options.format == "csv") {
    print_csv(found);
  } else if (options.format == "json") {
    print_json(found);
  } else {
    print_text(found, *dictionary);
  }
  std::cout.flush();
  return missed ? exit_code(ErrorKind::NotFound) : kFine;
}

}  // namespace

Run add_tags(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("PATTERN", options->patterns,
                 "Name, code, part of a name, or a pattern with * and ?; all tags without one");
  app.add_option("-f,--format", options->format, "text, csv or json")
      ->check(CLI::IsMember({"text", "csv", "json"}))
      ->capture_default_str();
  options->tags.add_to(app);
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
