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
#include <type_traits>
#include <vector>

#include <rscp/owned.hpp>
#include <rscp/text.hpp>
#include <rscp/value.hpp>

namespace rscp::inline v0_1 {

class PathQuery {
 public:
  /// Unknown tag names are errors, with suggestions; patterns need not match any known tag.
  /// The place of an error is "line:column".
  /// `dictionary` must outlive the query.
  static Result<PathQuery> parse(std::string_view text,
                                 const Dictionary& dictionary = Dictionary::builtin());

  PathQuery(const PathQuery&);
  PathQuery& operator=(const PathQuery&);
  PathQuery(PathQuery&&) noexcept;
  PathQuery& operator=(PathQuery&&) noexcept;
  ~PathQuery();

  /// Every match, in the order of the tree. The pointers live as long as `values`.
  [[nodiscard]] std::vector<const Value*> select(std::span<const Value> values) const;
  /// The first match or null: rscp-lib's get_tag_by_path.
  [[nodiscard]] const Value* first(std::span<const Value> values) const;

  /// What edit's visitor did with a value.
  enum class Edit : std::uint8_t {
    Kept,     ///< looked at: matches inside it come next
    Changed,  ///< replaced or changed: nothing inside it is visited
    Erase,    ///< to be taken out of what holds it
  };
  /// Calls `change(Value&)`, which gives an Edit, for every match in the order of the tree. What
  /// matches is decided before the first call; matches inside a changed or erased value are not
  /// visited any more.
  template <class Change>
  void edit(std::vector<Value>& values, Change&& change) const {
    using Visitor = std::remove_reference_t<Change>;
    edit_each(values, &change, [](void* visitor, Value& value) -> Edit {
      return (*static_cast<Visitor*>(visitor))(value);
    });
  }

  /// The query as it was written.
  [[nodiscard]] const std::string& text() const;

  /// Whether they were written the same.
  friend bool operator==(const PathQuery& a, const PathQuery& b) { return a.text() == b.text(); }

  struct Parsed;  ///< the query's own form, private to the codec

 private:
  explicit PathQuery(Parsed&& parsed);
  void edit_each(std::vector<Value>& values, void* visitor, Edit (*visit)(void*, Value&)) const;
  detail::Owned<Parsed> parsed_;
};

}  // namespace rscp::inline v0_1
