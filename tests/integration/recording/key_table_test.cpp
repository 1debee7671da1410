// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/key_table.hpp>

using namespace rscp;
using namespace rscp::recording;

namespace {

Endpoint at(std::string_view address, std::uint16_t port) {
  return {Address::parse(address).value(), port};
}
Key key_of(std::string_view passphrase) { return Key::from_passphrase(passphrase).value(); }

std::string mistake(std::string_view text) {
  KeyTable table;
  const auto status = table.load_text(text);
  return status ? "none" : status.error().to_string();
}

}  // namespace

TEST_CASE("keys are chosen by address, network and port, in order") {
  KeyTable table;
  REQUIRE(
      table.load_text("# my devices\r\n"
                      "\"192.168.1.10\",\"5033\",\"first\"\r\n"
                      "192.168.0.0/16,0,second\n"
                      "\n"
                      "\"fe80::/10\",,third\n"
                      "\"\",\"0\",\"with \\x22quotes\\x22, \\\\ and comma\"\n"));
  const Key any = key_of("with \"quotes\", \\ and comma");
  CHECK(table.keys_for(at("192.168.1.10", 5033)) ==
        std::vector<Key>{key_of("first"), key_of("second"), any});
  CHECK(table.keys_for(at("192.168.1.10", 5034)) == std::vector<Key>{key_of("second"), any});
  CHECK(table.keys_for(at("fe80::1", 5033)) == std::vector<Key>{key_of("third"), any});
  CHECK(table.keys_for(at("10.0.0.1", 5033)) == std::vector<Key>{any});
}

TEST_CASE("a host's name has the keys for any address, since nobody knows its own yet") {
  KeyTable table;
  REQUIRE(
      table.load_text("0.0.0.0/8,,this network\n"
                      "192.168.1.10,,mine\n"
                      ",5034,the farm\n"
                      "0.0.0.0/0,,every address\n"
                      ",,any\n"));
  const std::vector<Key> any = {key_of("every address"), key_of("any")};
  CHECK(table.keys_for("my-s10.local", 5033) == any);
  CHECK(table.keys_for("my-s10.local", 5034) ==
        std::vector<Key>{key_of("the farm"), key_of("every address"), key_of("any")});
  CHECK(table.keys_for("192.168.1.10", 5033).front() == key_of("mine"));
}

TEST_CASE("the common key is the first that is for any device") {
  KeyTable table;
  CHECK_FALSE(table.common_key().has_value());
  REQUIRE(table.load_text("192.168.1.10,,mine\n,5034,the farm\n,,any\n,0,another\n"));
  CHECK(table.common_key() == key_of("any"));
}

TEST_CASE("a key file's mistake is named with file and line, a missing file by its name") {
  const test::TemporaryFolder folder;
  test::write_file(folder.file("keys"), ",,fine\nnowhere,,secret\n");
  KeyTable table;
  const auto mistake = table.load_file(folder.file("keys"));
  REQUIRE_FALSE(mistake.has_value());
  CHECK(mistake.error().kind == ErrorKind::Invalid);
  CHECK(mistake.error().to_string() ==
        folder.file("keys") + ":2: \"nowhere\" is no IP address or network");
  const auto missing = table.load_file("/nowhere/keys");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == ErrorKind::InputOutput);
  CHECK(missing.error().to_string() == "/nowhere/keys: cannot be read");
}

TEST_CASE("a key file with a mistake is refused whole, with the line and without the passphrase") {
  CHECK(mistake("\"\",\"0\",\"fine\"\n\"10.0.0.300\",\"0\",\"secret\"") ==
        "2: \"10.0.0.300\" is no IP address or network");
  CHECK(mistake("10.0.0.0/33,0,secret") == "1: \"10.0.0.0/33\" is no IP address or network");
  CHECK(mistake("10.0.0.1,70000,secret") == "1: \"70000\" is no port (0 to 65535)");
  CHECK(mistake("secret") == "1: expected \"address\",\"port\",\"passphrase\"");
  CHECK(mistake(",,\"secret") == "1: the closing quote is missing");
  CHECK(mistake(",,\"a\\xZZ\"") == "1: \\x needs two hexadecimal digits");
  CHECK(mistake(",,\"a\" b") == "1: expected a comma behind a quoted field");
  CHECK(mistake(",,a,b") == "1: more than three fields; a passphrase with a comma needs quotes");
  CHECK(mistake(",,\"\"") == "1: the passphrase is empty");
  CHECK(mistake(std::string(",,\"\\")) == "1: the closing quote is missing");
}
