// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/path.hpp>

using namespace rscp;

namespace {

// Two inverters with two strings each, as rscp-lib's README has them.
const std::vector<Value>& sample() {
  static const std::vector<Value> values = [] {
    const auto pvi = [](int index, float first, float second) {
      return Value{"PVI_DATA",
                   {{"PVI_INDEX", index},
                    {"PVI_DC_POWER", {{"PVI_INDEX", 0}, {"PVI_VALUE", first}}},
                    {"PVI_DC_POWER", {{"PVI_INDEX", 1}, {"PVI_VALUE", second}}}}};
    };
    return std::vector<Value>{pvi(0, 1000.5F, 0.1F),
                              pvi(1, 2000, 20),
                              Value{"EMS_MODE", 1},
                              Value{"INFO_SERIAL_NUMBER", "S10-123"},
                              Value{"BAT_DATA", DataType::Error, ErrorCode{6}},
                              Value{"INFO_UTC_TIME", Timestamp{1700000000, 5}},
                              Value{"PVI_ON_GRID", true},
                              Value{"BAT_DCB_LAST_MESSAGE_TIMESTAMP", UINT64_MAX}};
  }();
  return values;
}

std::vector<const Value*> select(std::string_view query) {
  const auto parsed = PathQuery::parse(query);
  INFO(query);
  if (!parsed) FAIL(parsed.error().to_string());
  return parsed->select(sample());
}

std::size_t count(std::string_view query) { return select(query).size(); }

std::string mistake(std::string_view query) {
  const auto parsed = PathQuery::parse(query);
  return parsed ? "none" : parsed.error().to_string();
}

}  // namespace

TEST_CASE("rscp-lib's paths find what they find there") {
  const auto first = [](std::string_view query) {
    return PathQuery::parse(query)->first(sample());
  };
  CHECK(first("TAG_EMS_MODE")->integer() == 1);
  CHECK(first("TAG_PVI_DATA/TAG_PVI_DC_POWER/TAG_PVI_VALUE")->number() == 1000.5);
  CHECK(first("TAG_PVI_DATA(TAG_PVI_INDEX==1)/TAG_PVI_DC_POWER/TAG_PVI_VALUE")->number() == 2000);
  CHECK(first("TAG_PVI_DATA(TAG_PVI_INDEX==1)/TAG_PVI_DC_POWER(TAG_PVI_INDEX==1)/TAG_PVI_VALUE")
            ->number() == 20);
  CHECK(first("TAG_PVI_DATA(TAG_PVI_INDEX==2)") == nullptr);
  CHECK(first("PVI_ON_GRID(.==True)") != nullptr);
}

TEST_CASE("every match counts, in the order of the tree") {
  CHECK(count("PVI_DATA/PVI_DC_POWER") == 4);
  const auto values = select("PVI_DATA/PVI_DC_POWER(PVI_INDEX==1)/PVI_VALUE");
  REQUIRE(values.size() == 2);
  CHECK(values[1]->number() == 20);
}

TEST_CASE("wild cards stand for names and for depth") {
  CHECK(count("*") == 8);
  CHECK(count("PVI_*") == 3);
  CHECK(count("PVI_DATA/*") == 6);
  CHECK(count("**/PVI_VALUE") == 4);
  CHECK(count("**/PVI_INDEX") == 6);
  CHECK(count("**/**/PVI_INDEX") == 6);
  CHECK(count("0x02840000/tag_pvi_d?_power") == 4);
}

TEST_CASE("conditions compare numbers by value, whatever their types") {
  CHECK(count("**/PVI_VALUE(.>1000)") == 2);
  CHECK(count("**/PVI_VALUE(. >= 1000.5)") == 2);
  CHECK(count("**/PVI_VALUE(.==0.1)") == 1);
  CHECK(count("**/PVI_VALUE(.<-1)") == 0);
  CHECK(count("PVI_DATA(PVI_INDEX!=0)") == 1);
  CHECK(count("PVI_DATA(PVI_INDEX<=1)(PVI_INDEX>0)") == 1);
  CHECK(count("BAT_DCB_LAST_MESSAGE_TIMESTAMP(.==18446744073709551615)") == 1);
  CHECK(count("BAT_DCB_LAST_MESSAGE_TIMESTAMP(.>-1)") == 1);
}

TEST_CASE("conditions compare text, names, errors, times and presence") {
  CHECK(count("INFO_SERIAL_NUMBER(.==\"S10-123\")") == 1);
  CHECK(count("INFO_SERIAL_NUMBER(.<\"T\")") == 1);
  CHECK(count("EMS_MODE(.==DISCHARGE)") == 1);
  CHECK(count("EMS_MODE(.==CHARGE)") == 0);
  CHECK(count("BAT_DATA(.==NOT_AVAILABLE)") == 1);
  CHECK(count("BAT_DATA(.==6)") == 1);
  CHECK(count("INFO_UTC_TIME(.>2023-01-01T00:00:00Z)") == 1);
  CHECK(count("INFO_UTC_TIME(.==1700000000)") == 1);
  CHECK(count("*(PVI_DC_POWER)") == 2);
  CHECK(count("EMS_MODE(.==\"text\")") == 0);
  CHECK(count("EMS_MODE(.!=\"text\")") == 1);
}

TEST_CASE("a query with a mistake is refused with its place") {
  CHECK(mistake("") == "1:1: expected a tag, found the end");
  CHECK(mistake("PVI_DTA").starts_with("1:1: unknown tag PVI_DTA, did you mean "));
  CHECK(mistake("PVI_DATA/") == "1:10: expected a tag, found the end");
  CHECK(mistake("PVI_DATA(PVI_INDEX=0)") == "1:19: expected == != < <= > >= or ), found \"=\"");
  CHECK(mistake("PVI_DATA(PVI_INDEX==)") == "1:21: expected a value, found \")\"");
  CHECK(mistake("PVI_DATA(PVI_INDEX==0") == "1:22: expected ), found the end");
  CHECK(mistake("PVI_DATA(PVI_INDEX==1.2.3)") == "1:21: \"1.2.3\" is no number and no time");
  CHECK(mistake("**") == "1:3: expected / behind **, found the end");
  CHECK(mistake("PVI_DATA x") == "1:10: expected / or (, found \"x\"");
  CHECK(mistake("PVI_DATA(.)") == "1:11: expected == != < <= > >=, found \")\"");
}

TEST_CASE("a query is the text it was written as and can be copied") {
  const auto query = PathQuery::parse("PVI_DATA(PVI_INDEX==0)").value();
  const PathQuery copy = query;
  CHECK(copy.text() == "PVI_DATA(PVI_INDEX==0)");
  CHECK(copy.select(sample()).size() == 1);
}

TEST_CASE("an edit visits every match from the outside in and none inside what it changed") {
  const auto nested = [] {
    return std::vector<Value>{
        {"BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_DATA", {{"BAT_INDEX", 1}, {"BAT_RSOC", 5}}}}},
        {"BAT_RSOC", 7}};
  };
  using Edit = PathQuery::Edit;
  const auto visited = [&](const char* query, auto change) {
    auto values = nested();
    std::string tags;
    PathQuery::parse(query).value().edit(values, [&](Value& value) {
      tags += Dictionary::builtin().label(value.tag()) + ' ';
      return change(value);
    });
    return std::pair(tags, values);
  };
  const auto kept = visited("**/*", [](Value&) { return Edit::Kept; });
  CHECK(kept.first == "BAT_DATA BAT_INDEX BAT_DATA BAT_INDEX BAT_RSOC BAT_RSOC ");
  CHECK(kept.second == nested());
  const auto changed = visited("**/*", [](Value& value) {
    value = Value::container(value.tag());
    return Edit::Changed;
  });
  CHECK(changed.first == "BAT_DATA BAT_RSOC ");
  CHECK(changed.second[0].children().empty());
  const auto erased = visited("**/BAT_INDEX", [](Value&) { return Edit::Erase; });
  CHECK(erased.second[0] ==
        Value("BAT_DATA", std::vector<Value>{Value("BAT_DATA", {{"BAT_RSOC", 5}})}));
  CHECK(visited("*", [](Value&) { return Edit::Erase; }).second.empty());
  CHECK(visited("BAT_INDEX", [](Value&) { return Edit::Erase; }).second == nested());
}
