// SPDX-License-Identifier: MIT
// The frame that docs/protocol.md takes apart is the one that its ciphertext holds.
#include <map>
#include <sstream>

#include "catch.hpp"
#include "vectors.hpp"
#include <rscp/cipher.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/frame.hpp>
#include <rscp/text.hpp>

using namespace rscp;
using Catch::Contains;

namespace {

struct Row {
  std::size_t offset;
  ByteBuffer bytes;
  std::string meaning;
};

struct Page {
  std::map<std::string, std::string> block;  // what the frame's block says, by its first words
  std::vector<Row> rows;                     // of the table behind it
};

// The block between ```frame and ```, whose values may go on in further lines, and the rows
// "| offset | `hex` | meaning |".
Page read_page() {
  std::ifstream in(RSCP_SOURCE_DIR "/docs/protocol.md");
  REQUIRE(in);
  Page page;
  bool inside = false;
  std::string name;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = line == "```frame";
    } else if (inside) {
      std::istringstream words(line);
      if (line[0] != ' ') words >> name;
      std::string value;
      words >> value;
      page.block[name] += value;
    } else if (const auto hex = line.find(" | `"); line.starts_with("| ") && hex != line.npos) {
      const auto end = line.find("` | ", hex);
      REQUIRE(end != line.npos);
      page.rows.push_back({std::stoul(line.substr(2)),
                           from_hex(line.substr(hex + 4, end - hex - 4)).value(),
                           line.substr(end + 4)});
    }
  }
  return page;
}

ByteBuffer bytes_of(const Page& page, const std::string& name) {
  CAPTURE(name);
  return from_hex(page.block.at(name)).value();
}

}  // namespace

TEST_CASE("the protocol page's ciphertext decrypts to its plaintext") {
  const Page page = read_page();
  const Key key = Key::from_passphrase(page.block.at("passphrase")).value();
  CHECK(to_hex(key.bytes()) == page.block.at("key"));
  const ByteBuffer cipher = bytes_of(page, "ciphertext");
  ByteBuffer plain(cipher.size());
  CipherBlock iv{};
  const ByteBuffer shown = bytes_of(page, "IV");
  REQUIRE(shown.size() == iv.size());
  std::copy(shown.begin(), shown.end(), iv.begin());
  Decryptor decryptor(key);
  decryptor.set_iv(iv);
  decryptor.decrypt(cipher, plain.data());
  CHECK(to_hex(plain) == page.block.at("plaintext"));
}

TEST_CASE("the protocol page's frame is the second answer of the vectors' session A") {
  const Page page = read_page();
  const auto answers = test::direction("A", false);
  REQUIRE(answers.size() > 1);
  CHECK(page.block.at("passphrase") == answers[1].key);
  CHECK(bytes_of(page, "IV") == answers[0].cipher);
  CHECK(bytes_of(page, "ciphertext") == answers[1].cipher);
}

TEST_CASE("the protocol page names every byte of its frame, and rightly") {
  const Page page = read_page();
  const ByteBuffer plain = bytes_of(page, "plaintext");
  ByteBuffer listed;
  std::map<std::size_t, std::string> meaning;
  for (const Row& row : page.rows) {
    CHECK(row.offset == listed.size());
    listed.insert(listed.end(), row.bytes.begin(), row.bytes.end());
    meaning[row.offset] = row.meaning;
  }
  CHECK(to_hex(listed) == page.block.at("plaintext"));

  const FrameView view = FrameView::parse(plain).value();
  CHECK(view.crc == CrcStatus::Ok);
  CHECK_THAT(meaning.at(4), Contains(std::to_string(view.header.time.seconds) + " seconds") &&
                                Contains("2023-11-14 22:13:21 UTC"));
  CHECK_THAT(meaning.at(12), Contains(std::to_string(view.header.time.nanoseconds) + " nano"));
  CHECK_THAT(meaning.at(16), Contains(std::to_string(view.header.length) + " bytes"));
  ItemReader items = view.items();
  std::size_t count = 0;
  while (const auto item = items.next()) {
    ++count;
    const Value value = Value::raw(item->tag, item->type, item->payload);
    CAPTURE(to_text(value));
    CHECK_THAT(meaning.at(item->offset),
               Contains(std::string(Dictionary::builtin().find(item->tag)->name)));
    CHECK_THAT(meaning.at(item->offset + 4), Contains("type " + name_of(item->type)));
    CHECK_THAT(meaning.at(item->offset + 5), Contains(std::to_string(item->payload.size()) + " b"));
    CHECK_THAT(meaning.at(item->payload_offset()),
               Catch::StartsWith(std::to_string(value.integer().value()) + ' '));
  }
  CHECK_FALSE(items.fault());
  CHECK(count == 4);
  std::ostringstream crc;
  crc << "0x" << std::uppercase << std::hex << view.stored_crc;
  CHECK_THAT(meaning.at(view.header.frame_size() - 4), Contains(crc.str()));
}
