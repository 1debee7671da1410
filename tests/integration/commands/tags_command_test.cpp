// SPDX-License-Identifier: MIT
#include <algorithm>

#include "catch.hpp"
#include "process.hpp"

namespace {
test::Outcome tags(std::vector<std::string> words) {
  words.insert(words.begin(), {RSCP_COMMAND, "tags"});
  return test::run(words);
}
}  // namespace

TEST_CASE("rscp tags tells all about one tag") {
  const auto result = tags({"TAG_EMS_MODE"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::StartsWith("0x01800011  EMS_MODE  UChar8\n"));
  CHECK_THAT(result.out, Catch::Contains("answers      EMS_REQ_MODE"));
  CHECK_THAT(result.out, Catch::Contains("1 DISCHARGE"));
}

TEST_CASE("rscp tags exports the whole dictionary as it is in the tree") {
  const auto result = tags({"--format", "csv"});
  CHECK(result.status == 0);
  CHECK(result.out == test::read_file(RSCP_SOURCE_DIR "/codec/tags/tags.csv"));
}

TEST_CASE("rscp tags suggests names and exits with 3 when nothing matches") {
  const auto result = tags({"EMS_POWR_PV"});
  CHECK(result.status == 3);
  CHECK_THAT(result.err,
             Catch::StartsWith("rscp tags: no tag matches EMS_POWR_PV, did you mean EMS_POWER_PV"));
}

TEST_CASE("rscp tags takes further tags from a file and names its mistakes") {
  const test::TemporaryFolder folder;
  test::write_file(folder.file("more.csv"), "0x01ABCDEF,EMS_NEW_THING,UInt32,W\n");
  CHECK(tags({"--tags", folder.file("more.csv"), "EMS_NEW_THING"}).out ==
        "0x01ABCDEF  EMS_NEW_THING  UInt32  [W]\n");
  test::write_file(folder.file("bad.csv"), "\n0x01ABCDEF,EMS_NEW_THING,Word\n");
  const auto bad = tags({"--tags", folder.file("bad.csv")});
  CHECK(bad.status == 2);
  CHECK(bad.err == "rscp tags: " + folder.file("bad.csv") + ":2: unknown type \"Word\"\n");
  CHECK(tags({"--tags", folder.file("missing.csv")}).status == 5);
}
