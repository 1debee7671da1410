// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include <rscp/dictionary.hpp>
#include <rscp/secrets.hpp>
#include <rscp/tags.hpp>

using namespace rscp;

namespace {
const Dictionary& builtin() { return Dictionary::builtin(); }
}  // namespace

// The compiler checks the names: these are constants.
static_assert(rscp::tag::EMS_POWER_PV == rscp::Tag{0x01800001});
static_assert(rscp::tag::RSCP_REQ_AUTHENTICATION == rscp::Tag{0x00000001});

TEST_CASE("the dictionary has every listed tag and finds each by code and name") {
  const auto all = builtin().all();
  CHECK(all.size() == 3916);
  for (const TagInfo* info : all) {
    CHECK(builtin().find(info->tag) == info);
    const TagInfo* by_name = builtin().find(info->name);
    REQUIRE(by_name != nullptr);
    CHECK(by_name->name == info->name);
    CHECK(builtin().resolve(builtin().label(info->tag)) == info->tag);
  }
}

TEST_CASE("every namespace has a general error, by name") {
  CHECK(builtin().label(Tag{0x00FFFFFF}) == "RSCP_GENERAL_ERROR");
  CHECK(builtin().label(Tag{0x06FFFFFF}) == "DB_GENERAL_ERROR");
  CHECK(builtin().label(Tag{0xF8FFFFFF}) == "SERVER_GENERAL_ERROR");
  for (const TagInfo* info : builtin().all()) {
    const Tag error = static_cast<Tag>(code_of(info->tag) | 0x00FFFFFFU);
    if (namespace_of(error) == 0x31) continue;  // another tag is called RD_GENERAL_ERROR
    CAPTURE(info->name);
    CHECK(builtin().label(error) ==
          std::string(Dictionary::namespace_name(error)) + "_GENERAL_ERROR");
  }
}

TEST_CASE("a constant is the tag that the dictionary finds by its name") {
  CHECK(tag::EMS_MANUAL_CHARGE_START_COUNTER ==
        builtin().find("EMS_MANUAL_CHARGE_START_COUNTER")->tag);
  // Listed twice, with and without a type.
  CHECK(tag::LCT_PARAM_DURATION == builtin().find("LCT_PARAM_DURATION")->tag);
}

TEST_CASE("names are found with and without prefix, in any case, by alias and by code") {
  const Tag pv{0x01800001};
  CHECK(builtin().find("EMS_POWER_PV")->tag == pv);
  CHECK(builtin().find("TAG_EMS_POWER_PV")->tag == pv);
  CHECK(builtin().find("tag_ems_power_pv")->tag == pv);
  CHECK(builtin().find("0x01800001")->tag == pv);
  CHECK(builtin().find("EMS_MANUAL_CHARGE_TARGET")->tag == Tag{0x0100003E});
  CHECK(builtin().find("EMS_POWER") == nullptr);
  CHECK(builtin().find("0x01FFFFF0") == nullptr);
  CHECK(builtin().find("") == nullptr);
  CHECK(builtin().resolve("0x01FFFFF0") == Tag{0x01FFFFF0});
  CHECK_FALSE(builtin().resolve("0x"));
  CHECK_FALSE(builtin().resolve("0x123456789"));
}

TEST_CASE("a name that two tags share leads to the one with a type") {
  CHECK(builtin().find("LCT_PARAM_DURATION")->tag == Tag{0x2B00000B});
  CHECK(builtin().label(Tag{0x2B000000}) == "0x2B000000");
}

TEST_CASE("types, units and enumerations are there") {
  const TagInfo* pv = builtin().find("EMS_POWER_PV");
  CHECK(pv->type == DataType::Int32);
  CHECK(pv->unit == "W");
  CHECK(builtin().find("EMS_MODE")->enumeration->label(1) == "DISCHARGE");
  CHECK(builtin().find("EMS_MODE")->enumeration->value_of("discharge") == 1);
  CHECK(builtin().find("EMS_STATUS")->enumeration->label(3) == "CHARGE_LOCKED|DISCHARGE_LOCKED");
  CHECK(builtin().find("EMS_STATUS")->enumeration->label(0).empty());
  CHECK(builtin().find("EMS_REQ_POWER_PV")->level == "USER");
  CHECK(Dictionary::namespace_name(Tag{0x0E040001}) == "WB");
  CHECK(Dictionary::namespace_name(Tag{0x99000000}).empty());
}

TEST_CASE("patterns find by part of a name and by wild card") {
  const auto hits = builtin().search("EMS_POWER_?V");
  REQUIRE(hits.size() == 1);
  CHECK(hits[0]->name == "EMS_POWER_PV");
  CHECK(builtin().search("ems_power_pv").size() >= 1);
  CHECK(builtin().search("no such tag").empty());
  for (const TagInfo* info : builtin().search("*_POWER_PV"))
    CHECK(info->name.ends_with("_POWER_PV"));
}

TEST_CASE("wild cards match as in a shell") {
  CHECK(glob_match("*", ""));
  CHECK(glob_match("a*b*c", "aXXbYYc"));
  CHECK_FALSE(glob_match("a*b*c", "aXXbYY"));
  CHECK(glob_match("A?c", "abC"));
  CHECK_FALSE(glob_match("", "a"));
  // Quadratic at worst, not exponential.
  CHECK_FALSE(glob_match(std::string(200, '*') + "a*a*a*a*a*b", std::string(2000, 'a')));
}

TEST_CASE("a misspelt name gets the nearest ones") {
  CHECK(builtin().suggestions("EMS_POWR_PV").front() == "EMS_POWER_PV");
  CHECK(builtin().suggestions("TAG_BAT_RSCO").front() == "BAT_RSOC");
  CHECK(builtin().suggestion_text("EMS_POWR_PV").starts_with(", did you mean EMS_POWER_PV"));
  CHECK(builtin().suggestion_text("completely different").empty());
  CHECK(builtin().suggestions(std::string(100000, 'x')).empty());
}

TEST_CASE("requests and answers are paired, regular or not") {
  CHECK(builtin().answer_to(Tag{0x01000001}) == Tag{0x01800001});
  CHECK(builtin().answer_to(Tag{0x01000097}) == Tag{0x01800098});
  CHECK(builtin().answer_to(Tag{0xF800A001}) == Tag{0xF808A001});
  CHECK(builtin().request_of(Tag{0x01800098}) == Tag{0x01000097});
  CHECK(builtin().request_of(Tag{0x01800001}) == Tag{0x01000001});
  CHECK_FALSE(builtin().request_of(Tag{0x01000001}));
}

TEST_CASE("user-supplied tags add to and redefine the built-in ones") {
  Dictionary mine;
  REQUIRE(
      mine.load("code,name,type\n"
                "# seen after an update\r\n"
                "0x01ABCDEF, TAG_EMS_NEW_THING, UInt32, W\r\n"
                "\n"
                "0x01800001,EMS_PV,Float32\n"));
  CHECK(mine.find("ems_new_thing")->unit == "W");
  CHECK(mine.find(Tag{0x01ABCDEF})->name == "EMS_NEW_THING");
  CHECK(mine.label(Tag{0x01800001}) == "EMS_PV");
  CHECK(mine.find("EMS_POWER_PV") == nullptr);
  CHECK(mine.find("EMS_POWER_BAT") != nullptr);
  CHECK(mine.size() == 3917);
  CHECK(builtin().find(Tag{0x01ABCDEF}) == nullptr);
  Dictionary moved = std::move(mine);
  CHECK(moved.find("EMS_PV")->type == DataType::Float32);
}

TEST_CASE("a file of tags with a mistake is refused whole, with the line") {
  Dictionary mine;
  const auto error = mine.load("0x01ABCDEF,EMS_NEW,UInt32\n0x02,BAD NAME\n").error();
  CHECK(error.place == "2");
  CHECK(error.message == "expected a name of letters, digits and _, found \"BAD NAME\"");
  CHECK(mine.find("EMS_NEW") == nullptr);
  CHECK(mine.load("EMS_NEW,0x01\n").error().message ==
        "expected a code such as 0x0100003E, found \"EMS_NEW\"");
  CHECK(mine.load("0x01ABCDEF,EMS_NEW,Integer").error().message == "unknown type \"Integer\"");
  CHECK(mine.load("0x01ABCDEF,EMS_NEW,,,Nope").error().message == "unknown enumeration \"Nope\"");
  CHECK(mine.load("0x01ABCDEF,EMS_NEW,,,,ME").error().message == "unknown user level \"ME\"");
  CHECK(mine.load("0x01ABCDEF,EMS_NEW,,,,,,rw").error().message ==
        "expected read, lookup or write, found \"rw\"");
  CHECK(mine.load("0x01ABCDEF,EMS_NEW,,,,,,,open").error().message ==
        "expected public, private or secret, found \"open\"");
  CHECK(mine.load("0x01ABCDEF,EMS_NEW,,,,,,,,yes").error().message ==
        "expected index or nothing, found \"yes\"");
}

TEST_CASE("passwords, passphrases and tokens are secret, questions about them are not") {
  const auto secret = [](const char* name) { return is_secret(builtin().find(name)->tag); };
  CHECK(secret("RSCP_AUTHENTICATION_PASSWORD"));
  CHECK(secret("RSCP_REQ_SET_ENCRYPTION_PASSPHRASE"));
  CHECK(secret("SERVER_PASSWD"));
  CHECK(secret("INFO_LC_PARAM_TOKEN"));
  CHECK(secret("WB_PARAM_PW"));
  CHECK(secret("LC_USR_MGT_LC_PARAM_PWD"));
  CHECK_FALSE(secret("INFO_REQ_IS_RSCP_PASSWORD_SET"));
  CHECK_FALSE(secret("SYS_GUI_PASSWD_RESET"));
  CHECK_FALSE(secret("RSCP_AUTHENTICATION_USER"));
  CHECK_FALSE(is_secret(Tag{0x12345678}));
}

TEST_CASE("what a file of tags does not say of a known code stays as the table has it") {
  Dictionary mine;
  REQUIRE(
      mine.load("0x0A800001,INFO_MY_SERIAL,UInt64\n"
                "0x03040001,BAT_NUMBER,UInt16\n"
                "0x01ABCDE0,EMS_NEW_TEXT,CString,,,INSTALLER,,,public\n"
                "0x01ABCDE1,EMS_NEW_TOKEN,CString,,,,,,secret\n"
                "0x01ABCDE2,EMS_NEW_INDEX,UInt16,,,,,,,index\n"));
  CHECK(mine.find("INFO_MY_SERIAL")->privacy == Privacy::Private);
  CHECK(mine.find("BAT_NUMBER")->is_index);
  CHECK(mine.find("EMS_NEW_TEXT")->privacy == Privacy::Public);
  CHECK(mine.find("EMS_NEW_TEXT")->needed_level == UserLevel::Installer);
  CHECK(mine.find("EMS_NEW_TEXT")->access == Access::None);
  CHECK(is_secret(mine.find("EMS_NEW_TOKEN")->tag, mine));
  CHECK(mine.find("EMS_NEW_INDEX")->is_index);
}

TEST_CASE("an index says which device, string or row its container is about") {
  for (const Tag tag : {tag::BAT_INDEX, tag::PVI_INDEX, tag::WB_INDEX, tag::DB_GRAPH_INDEX,
                        tag::EMS_SYS_SPEC_INDEX, tag::BAT_DCB_INDEX}) {
    CHECK(builtin().find(tag)->is_index);
  }
  CHECK_FALSE(builtin().find(tag::BAT_REQ_BAT_VOLT_ADJ_READY_INDEX)->is_index);
  CHECK_FALSE(builtin().find(tag::RSCP_AUTH_CHALLENGE_INDEX)->is_index);
}

TEST_CASE("in a login everything is secret but the user, whatever its tag and type") {
  const Secrecy login = Secrecy().inside(tag::RSCP_REQ_AUTHENTICATION);
  CHECK(login.hides(tag::RSCP_AUTHENTICATION_PASSWORD, DataType::CString));
  CHECK(login.hides(tag::RSCP_AUTHENTICATION_PASSWORD, DataType::UInt16));
  CHECK(login.hides(tag::RSCP_AUTHENTICATION_USER, DataType::ByteArray));
  CHECK(login.hides(tag::RSCP_AUTHENTICATION_TYPE, DataType::UChar8));
  CHECK(login.hides(Tag{0x12345678}, DataType::Error));
  CHECK(login.hides(tag::EMS_POWER_PV, DataType::Int32));
  CHECK(login.hides_trailing());
  CHECK(login.inside(tag::BAT_DATA).hides(tag::BAT_RSOC, DataType::Float32));
  CHECK_FALSE(login.hides(tag::RSCP_AUTHENTICATION_USER, DataType::CString));
  CHECK(Secrecy().hides(tag::RSCP_REQ_AUTHENTICATION, DataType::CString));
  CHECK_FALSE(Secrecy().hides(tag::EMS_POWER_PV, DataType::Int32));
  CHECK_FALSE(Secrecy().hides_trailing());
}
