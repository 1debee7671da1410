// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/golden.hpp>

using namespace rscp;
using namespace rscp::recording;
using namespace rscp::replay;

namespace {

struct Recordings {
  test::TemporaryFolder folder;
  std::vector<std::string> files;
  std::vector<std::string> told;
  std::vector<Rule> rules;

  void record(const std::string& name, int power) {
    Transcript transcript;
    Exchange& exchange = transcript.exchanges.emplace_back();
    exchange.number = 1;
    exchange.request = std::vector<Value>(1, Value("EMS_REQ_POWER_PV"));
    exchange.answer = std::vector<Value>(1, Value("EMS_POWER_PV", power));
    REQUIRE(save_transcript(folder.file(name), transcript));
  }
  Result<GoldenComparison> compare(bool update) {
    return compare_golden(files, {},
                          {folder.file("golden"), update, rules,
                           [this](const std::string& text) { told.push_back(text); }});
  }
};

}  // namespace

TEST_CASE("a recording without a golden transcript is missing one, until an update writes it") {
  Recordings all;
  all.record("a.txt", 1000);
  all.files = {all.folder.file("a.txt")};
  const std::string golden = all.folder.file("golden/a.ndjson");
  const auto before = all.compare(false).value();
  CHECK_FALSE(before.same());
  REQUIRE(before.missing.size() == 1);
  CHECK(before.missing[0].recording == all.files[0]);
  CHECK(before.missing[0].golden == golden);
  CHECK(all.compare(true).value().same());
  CHECK(all.told == std::vector<std::string>{golden + ": written"});
  const auto after = all.compare(false).value();
  CHECK(after.same());
  REQUIRE(after.diffs.size() == 1);
  CHECK(after.diffs[0].first == golden);
  CHECK(after.diffs[0].second == all.files[0]);
}

TEST_CASE("an update leaves a golden transcript alone that the rules find the same") {
  Recordings all;
  all.record("a.txt", 1000);
  all.files = {all.folder.file("a.txt")};
  REQUIRE(all.compare(true));
  const std::string first = test::read_file(all.folder.file("golden/a.ndjson"));
  all.record("a.txt", 1010);
  CHECK_FALSE(all.compare(false).value().same());
  all.rules.push_back(Rule::parse("EMS_POWER_PV 2%").value());
  CHECK(all.compare(true).value().same());
  CHECK(test::read_file(all.folder.file("golden/a.ndjson")) == first);
  all.rules.clear();
  CHECK(all.compare(true).value().same());
  CHECK(test::read_file(all.folder.file("golden/a.ndjson")) != first);
}

TEST_CASE("two recordings of one name, or one that cannot be read, are no comparison") {
  Recordings all;
  all.record("a.txt", 1000);
  all.record("a.log", 1000);
  all.files = {all.folder.file("a.txt"), all.folder.file("a.log")};
  const auto twice = all.compare(true);
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error().kind == ErrorKind::Invalid);
  CHECK(twice.error().to_string() ==
        "two recordings would be compared with " + all.folder.file("golden/a.ndjson"));
  all.files = {all.folder.file("nowhere")};
  CHECK(all.compare(true).error().to_string() == all.files[0] + ": cannot be read");
}
