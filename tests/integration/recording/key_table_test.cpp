// SPDX-License-Identifier: MIT
#include "catch.hpp"
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
  return status ? "none" : std::to_string(status.error().line) + ": " + status.error().message;
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
