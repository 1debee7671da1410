// SPDX-License-Identifier: MIT
// Path queries: which values of a tree are meant.
//
//     PVI_DATA(PVI_INDEX==0)/PVI_DC_POWER        rscp-lib's form
//     BAT_DATA(BAT_RSOC<20)(BAT_INDEX!=1)/*      several conditions, all must hold
//     **/PVI_VALUE(.>=1000)                      any depth; "." is the value itself
//     EMS_POWER_*                                * and ? in names
//     EMS_GET_SYS_SPECS/EMS_SYS_SPEC(EMS_SYS_SPEC_NAME=="maxAcPower")
//     WB_DATA(WB_REQ_EXTERN_DATA_ALG)            has such a child
//
// Names stand with or without TAG_, in any case, or as 0x codes. Operators: == != < <= > >=.
// Literals are those of the text form; a bare word is a name of the tag's enumeration, of an error,
// or text. Numbers compare by value whatever their types; text and bytes only by == and !=, save
// that text also compares in byte order.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rscp/owned.hpp>
#include <rscp/text.hpp>
#include <rscp/value.hpp>

namespace rscp {

class PathQuery {
 public:
  /// Unknown tag names are errors, with suggestions; patterns need not match any known tag.
  /// `dictionary` must outlive the query.
  static std::expected<PathQuery, TextError> parse(
      std::string_view text, const Dictionary& dictionary = Dictionary::builtin());

  PathQuery(const PathQuery&);
  PathQuery& operator=(const PathQuery&);
  PathQuery(PathQuery&&) noexcept;
  PathQuery& operator=(PathQuery&&) noexcept;
  ~PathQuery();

  /// Every match, in the order of the tree. The pointers live as long as `values`.
  [[nodiscard]] std::vector<const Value*> select(std::span<const Value> values) const;
  /// The first match or null: rscp-lib's get_tag_by_path.
  [[nodiscard]] const Value* first(std::span<const Value> values) const;
  /// The query as it was written.
  [[nodiscard]] const std::string& text() const;

  struct Parsed;  ///< the query's own form, private to the codec

 private:
  explicit PathQuery(Parsed&& parsed);
  detail::Owned<Parsed> parsed_;
};

}  // namespace rscp
