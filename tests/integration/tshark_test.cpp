// SPDX-License-Identifier: MIT
// The plugin in real tshark, against the command and against itself.
#include "tshark.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <map>
#include <random>
#include <sstream>

#include <nlohmann/json.hpp>

#include "capture_builder.hpp"
#include "catch.hpp"
#include <rscp/scalar.hpp>

using nlohmann::json;
using rscp::Value;
using test::RscpTalk;
using test::TcpTalk;
using test::Tshark;

namespace {

const std::filesystem::path kCaptures = RSCP_SOURCE_DIR "/captures";
const std::filesystem::path kShared = RSCP_SOURCE_DIR "/../shared/captures";
constexpr char kSeparator = '\x1e';

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

struct Source {
  std::string path;
  std::vector<std::string> keys;  // options for tshark
  std::vector<std::string> command_keys;
};

std::string preference(const std::string& passphrase) { return "rscp.passphrase:" + passphrase; }
std::string entry(const std::string& address, const std::string& port,
                  const std::string& passphrase) {
  return "uat:rscp_keys:\"" + address + "\",\"" + port + "\",\"" + passphrase + '"';
}

Source own(const std::string& name) {
  return {(kCaptures / name).string(),
          {"-o", entry("192.168.1.20", "5033", "polling passphrase"), "-o",
           entry("fd00::20", "5033", "history passphrase"), "-o",
           entry("10.0.0.0/24", "5033", "trouble passphrase"), "-o",
           entry("10.0.0.21", "0", "p\xC3\xA4ssw\xC3\xB6rd")},
          {"--key-file", (kCaptures / "rscp_keys").string()}};
}

std::vector<Source> sources() {
  std::vector<Source> all = {own("polling.pcap"), own("history.pcapng"), own("trouble.pcap"),
                             own("joined.pcap")};
  const std::pair<const char*, const char*> shared[] = {
      {"rscp-lib", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"},
      {"easy-rscp-js", "pa$$ w0rd!"},
      {"hard-b-mid-connection", "pa$$ w0rd!"},
      {"hard-h-auth-fail-int32", "AuthKey"}};
  if (!std::filesystem::exists(kShared)) WARN("no shared captures beside this checkout");
  for (const auto& [name, key] : shared) {
    const auto path = kShared / (std::string(name) + ".pcap");
    if (std::filesystem::exists(path))
      all.push_back({path.string(), {"-o", preference(key)}, {"-k", key}});
  }
  return all;
}

// One item as both sides tell it.
struct Item {
  std::uint32_t code;
  unsigned type;
  std::string kind;   // of the value: bool, int, uint, float, string, bytes, time, error
  std::string value;  // in one normal form
};

std::string normal_number(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

// Wireshark 4.0 prints "Nov 14, 2023 22:13:20.000000000 UTC", later ones ISO 8601.
std::string normal_time(const std::string& text) {
  if (const auto time = rscp::timestamp_from_string(text)) return rscp::to_string(*time);
  std::tm parts{};
  std::istringstream in(text);
  in >> std::get_time(&parts, "%b %d, %Y %H:%M:%S");
  if (!in) return text;
  const std::string fraction = text.substr(text.find('.') + 1, 9);
  return rscp::to_string(rscp::Timestamp{timegm(&parts), std::stoi(fraction)});
}

void flatten(const json& values, std::vector<Item>& items) {
  for (const json& value : values) {
    Item item;
    item.code =
        static_cast<std::uint32_t>(std::stoul(value["code"].get<std::string>(), nullptr, 16));
    const std::string type = value["type"];
    item.type = static_cast<unsigned>(rscp::data_type_from_name(type).value());
    const auto data_type = static_cast<rscp::DataType>(item.type);
    const json& content = value["value"];
    const std::string text = content.is_string() ? content.get<std::string>() : content.dump();
    if (data_type == rscp::DataType::Bool) {
      item.kind = "bool";
      item.value = content == true ? "1" : "0";
    } else if (rscp::is_float(data_type)) {
      item.kind = "float";
      item.value = normal_number(std::stod(text));
    } else if (rscp::is_integer(data_type)) {
      item.kind = item.type % 2 == 0 ? "int" : "uint";
      item.value = text;
    } else if (data_type == rscp::DataType::CString) {
      item.kind = "string";
      item.value = text;
    } else if (data_type == rscp::DataType::Timestamp) {
      item.kind = "time";
      item.value = rscp::to_string(rscp::Timestamp{content["seconds"], content["nanoseconds"]});
    } else if (data_type == rscp::DataType::Error) {
      item.kind = "error";
      item.value = text;
    } else if (content.is_string()) {
      item.kind = "bytes";
      item.value = text;
    }
    items.push_back(item);
    if (data_type == rscp::DataType::Container) flatten(content, items);
  }
}

const std::vector<std::string> kKinds = {"bool",   "int",   "uint", "float",
                                         "string", "bytes", "time", "error"};

// Packet number -> (tags, types, values by kind) as rscp decode and as tshark say.
struct PacketContent {
  std::vector<std::uint32_t> tags;
  std::vector<unsigned> types;
  std::map<std::string, std::vector<std::string>> values;
  friend bool operator==(const PacketContent&, const PacketContent&) = default;
};

std::map<int, PacketContent> by_command(const Source& source) {
  std::vector<std::string> words = {RSCP_COMMAND, "decode", "--show-secrets",
                                    "--format",   "ndjson", source.path};
  words.insert(words.end(), source.command_keys.begin(), source.command_keys.end());
  const auto result = test::run(words);
  REQUIRE(result.status == 0);
  std::map<int, PacketContent> packets;
  for (const auto& line : split(result.out, '\n')) {
    const json record = json::parse(line);
    if (record["values"].is_null()) continue;
    PacketContent& packet = packets[record["packets"].back()];
    std::vector<Item> items;
    flatten(record["values"], items);
    for (const Item& item : items) {
      packet.tags.push_back(item.code);
      packet.types.push_back(item.type);
      if (!item.kind.empty() && !item.value.empty()) packet.values[item.kind].push_back(item.value);
    }
  }
  return packets;
}

std::map<int, PacketContent> by_tshark(const Tshark& tshark, const Source& source,
                                       const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"-r", tshark.readable(source.path),
                                    "-Y", "rscp.frame",
                                    "-T", "fields",
                                    "-E", std::string("aggregator=") + kSeparator,
                                    "-e", "frame.number",
                                    "-e", "rscp.tag",
                                    "-e", "rscp.type"};
  for (const auto& kind : kKinds) {
    words.insert(words.end(), {"-e", kind == "error" ? "rscp.error" : "rscp.value." + kind});
  }
  words.insert(words.end(), {"-o", "rscp.show_secrets:TRUE"});
  words.insert(words.end(), source.keys.begin(), source.keys.end());
  words.insert(words.end(), more.begin(), more.end());
  const auto result = tshark.run(words);
  INFO(result.err);
  REQUIRE(result.status == 0);
  std::map<int, PacketContent> packets;
  for (const auto& line : split(result.out, '\n')) {
    const auto cells = split(line, '\t');
    PacketContent& packet = packets[std::stoi(cells.at(0))];
    if (cells.size() > 1) {
      for (const auto& tag : split(cells[1], kSeparator)) {
        packet.tags.push_back(static_cast<std::uint32_t>(std::stoul(tag, nullptr, 16)));
      }
      for (const auto& type : split(cells.at(2), kSeparator)) {
        packet.types.push_back(static_cast<unsigned>(std::stoul(type, nullptr, 16)));
      }
    }
    for (std::size_t k = 0; k < kKinds.size() && k + 3 < cells.size(); ++k) {
      for (auto value : split(cells[k + 3], kSeparator)) {
        if (kKinds[k] == "float") value = normal_number(std::stod(value));
        if (kKinds[k] == "time") value = normal_time(value);
        if (kKinds[k] == "bool") value = value == "True" || value == "1" ? "1" : "0";
        if (!value.empty()) packet.values[kKinds[k]].push_back(value);
      }
    }
  }
  return packets;
}

std::string fields(const Tshark& tshark, const std::vector<std::string>& words) {
  const auto result = tshark.run(words);
  INFO(result.err);
  REQUIRE(result.status == 0);
  return result.out;
}

std::string show(const Tshark& tshark, const Source& source, std::vector<std::string> words) {
  words.insert(words.begin(), {"-r", tshark.readable(source.path)});
  words.insert(words.end(), source.keys.begin(), source.keys.end());
  return fields(tshark, words);
}

}  // namespace

TEST_CASE("tshark shows the tags, types and values that rscp decode shows, packet by packet") {
  const Tshark tshark;
  for (const Source& source : sources()) {
    CAPTURE(source.path);
    const auto expected = by_command(source);
    CHECK_FALSE(expected.empty());
    const auto actual = by_tshark(tshark, source);
    REQUIRE(actual.size() == expected.size());
    for (const auto& [number, packet] : expected) {
      CAPTURE(number);
      REQUIRE(actual.contains(number));
      CHECK(actual.at(number).tags == packet.tags);
      CHECK(actual.at(number).types == packet.types);
      CHECK(actual.at(number).values == packet.values);
    }
  }
}

TEST_CASE("one pass, two passes and a filtered pass show the same") {
  const Tshark tshark;
  for (const Source& source : sources()) {
    CAPTURE(source.path);
    const auto once = by_tshark(tshark, source);
    CHECK(by_tshark(tshark, source, {"-2"}) == once);
    CHECK(by_tshark(tshark, source, {"-2", "-R", "tcp"}) == once);
    CHECK(by_tshark(tshark, source, {"-o", "tcp.desegment_tcp_streams:FALSE"}) == once);
    CHECK(by_tshark(tshark, source, {"-o", "tcp.relative_sequence_numbers:FALSE"}) == once);
  }
}

TEST_CASE("reordering on or off shows the same where nothing is lost") {
  const Tshark tshark;
  for (const Source& source : sources()) {
    if (source.path.find("trouble") != std::string::npos) continue;  // it loses a packet
    CAPTURE(source.path);
    CHECK(by_tshark(tshark, source, {"-o", "tcp.reassemble_out_of_order:TRUE"}) ==
          by_tshark(tshark, source));
  }
}

TEST_CASE("packets out of order are put in order when Wireshark is told to") {
  const Tshark tshark;
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "the key");
  rscp.login("u", "p");
  for (int i = 0; i < 8; ++i) {
    rscp.request({Value{"EMS_REQ_BAT_SOC"}});
    rscp.answer({Value{"EMS_BAT_SOC", i}, Value{"WB_EXTERN_DATA", rscp::ByteBuffer(3000, 1)}}, 500);
  }
  const std::string path = tshark.folder().file("reordered.pcap");
  for (std::size_t i = 12; i + 4 < tcp.packets.size(); i += 7)
    std::swap(tcp.packets[i].ip, tcp.packets[i + 1].ip);
  test::write_capture(path, tcp.packets);
  const Source source{path,
                      {"-o", preference("the key"), "-o", "tcp.reassemble_out_of_order:TRUE"},
                      {"-k", "the key"}};
  std::vector<std::string> expected;
  std::vector<std::string> actual;
  for (const auto& [number, packet] : by_command(source)) {
    for (const auto& [kind, values] : packet.values)
      expected.insert(expected.end(), values.begin(), values.end());
  }
  for (const auto& [number, packet] : by_tshark(tshark, source)) {
    for (const auto& [kind, values] : packet.values)
      actual.insert(actual.end(), values.begin(), values.end());
  }
  CHECK(std::ranges::is_permutation(actual, expected));
}

TEST_CASE("a lost packet costs tshark the frames that it costs rscp decode") {
  const Tshark tshark;
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "the key");
  rscp.login("u", "p");
  for (int i = 0; i < 5; ++i) {
    rscp.request({Value{"EMS_REQ_BAT_SOC"}});
    rscp.answer({Value{"EMS_BAT_SOC", i}, Value{"WB_EXTERN_DATA", rscp::ByteBuffer(1500, 1)}}, 500);
  }
  tcp.finish();
  int compared = 0;
  for (std::size_t lost = 3; lost + 3 < tcp.packets.size(); ++lost) {
    if (tcp.packets[lost].ip.size() < 60) continue;
    CAPTURE(lost);
    auto packets = tcp.packets;
    packets.erase(packets.begin() + static_cast<std::ptrdiff_t>(lost));
    const std::string path = tshark.folder().file("lost" + std::to_string(lost) + ".pcap");
    test::write_capture(path, packets);
    const Source source{path, {"-o", preference("the key")}, {"-k", "the key"}};
    const bool equal = by_tshark(tshark, source) == by_command(source);
    CHECK(equal);
    // Told by the next packet of the same direction, if there is one.
    const auto next =
        std::find_if(packets.begin() + static_cast<std::ptrdiff_t>(lost), packets.end(),
                     [&](const auto& packet) {
                       return packet.ip.size() > 60 && packet.ip[15] == tcp.packets[lost].ip[15];
                     });
    const bool told = !show(tshark, source, {"-Y", "rscp.lost_bytes"}).empty();
    CHECK(told == (next != packets.end()));
    ++compared;
  }
  CHECK(compared > 20);
}

TEST_CASE("tags are display filters with type, unit and enumeration") {
  const Tshark tshark;
  const Source polling = own("polling.pcap");
  const auto numbers = [&](const std::string& filter) {
    return split(show(tshark, polling, {"-Y", filter, "-T", "fields", "-e", "frame.number"}), '\n')
        .size();
  };
  CHECK(numbers("rscp.ems.power_pv > 4100") == 3);
  CHECK(numbers("rscp.bat.rsoc >= 60.5 && rscp.bat.rsoc < 62") == 2);
  CHECK(numbers("rscp.ems.mode == \"CHARGE\"") == 6);
  CHECK(numbers("rscp.info.serial_number contains \"S10\"") == 1);
  CHECK(numbers("rscp.pvi.on_grid") == 6);
  CHECK(numbers("rscp.tag == \"EMS_POWER_PV\"") == 6);
  CHECK(numbers("rscp.tag == 0x01800001") == 6);
  CHECK(numbers("rscp.length == 12") == 1);
  CHECK(numbers("rscp.type == \"Timestamp\"") == 1);
  CHECK(numbers("rscp.namespace == \"EMS\"") == 12);
  CHECK(numbers("rscp.error == \"NOT_AVAILABLE\"") == 1);
  CHECK(numbers("rscp.direction == \"Answer\"") == 15);
  CHECK(numbers("rscp.answer_in") == 0);  // known on a second pass only
  CHECK(numbers("rscp.request_in") == 15);
  CHECK(numbers("rscp.response_time < 1") == 15);
  CHECK(numbers("rscp.crc.status == \"Good\"") == 30);
  CHECK(numbers("rscp.bat.device_connected == 1") == 6);
  const auto tree = show(tshark, polling, {"-V", "-Y", "rscp.ems.power_pv == 4000"});
  CHECK_THAT(tree, Catch::Contains("EMS_POWER_PV: 4000 W") &&
                       Catch::Contains("EMS_MODE: CHARGE (2)") &&
                       Catch::Contains("Tag: EMS_POWER_PV (0x01800001)") &&
                       Catch::Contains("Type: Int32 (0x06)") && Catch::Contains("Length: 4"));
}

TEST_CASE("every tag of the dictionary is a field that Wireshark lists") {
  const Tshark tshark;
  const auto lines = split(fields(tshark, {"-G", "fields"}), '\n');
  const auto count = std::ranges::count_if(lines, [](const std::string& line) {
    return line.find("\trscp.") != std::string::npos && line.starts_with("F\t");
  });
  CHECK(count > 3916);
  CHECK(std::ranges::any_of(lines, [](const std::string& line) {
    return line.starts_with("F\tEMS_POWER_PV\trscp.ems.power_pv\tFT_INT32\trscp");
  }));
}

TEST_CASE("answers and requests point at each other on the second pass") {
  const Tshark tshark;
  const Source polling = own("polling.pcap");
  const auto requests = split(show(tshark, polling,
                                   {"-2", "-Y", "rscp.answer_in", "-T", "fields", "-e",
                                    "frame.number", "-e", "rscp.answer_in"}),
                              '\n');
  const auto answers = split(show(tshark, polling,
                                  {"-2", "-Y", "rscp.request_in", "-T", "fields", "-e",
                                   "rscp.request_in", "-e", "frame.number"}),
                             '\n');
  CHECK(requests.size() == 15);
  CHECK(requests == answers);
}

TEST_CASE("a lost answer shifts no link and no response time of eight polls") {
  const Tshark tshark;
  const test::TemporaryFolder& folder = tshark.folder();
  // Each poll takes 4 ms and comes ten seconds after the one before. What is lost of the third
  // answer is its first segment: without its last block the fourth could not be decrypted either.
  test::TcpTalk tcp({"192.168.1.50", 51000}, {"192.168.1.20", 5033});
  test::RscpTalk rscp(tcp, "k");
  tcp.handshake();
  std::vector<std::size_t> requests;
  for (int poll = 0; poll < 8; ++poll) {
    requests.push_back(tcp.packets.size());
    rscp.request({rscp::Value{"EMS_REQ_POWER_PV"}, rscp::Value{"EMS_REQ_BAT_SOC"}});
    tcp.wait(4'000'000);
    const std::size_t answer = tcp.packets.size();
    rscp.answer({rscp::Value{"EMS_POWER_PV", 4000 + poll}, rscp::Value{"EMS_BAT_SOC", poll}}, 32);
    if (poll == 2) tcp.packets.erase(tcp.packets.begin() + static_cast<std::ptrdiff_t>(answer));
    tcp.wait(10'000'000'000);
  }
  test::write_capture(folder.file("polls.pcap"), tcp.packets);
  const Source polls{folder.file("polls.pcap"), {"-o", preference("k")}, {}};

  const auto times = split(show(tshark, polls,
                                {"-Y", "rscp.request_in", "-T", "fields", "-e", "rscp.request_in",
                                 "-e", "rscp.response_time"}),
                           '\n');
  REQUIRE(times.size() == 7);
  for (std::size_t i = 0; i < times.size(); ++i) {
    CAPTURE(i, times[i]);
    const std::size_t poll = i < 2 ? i : i + 1;
    const auto cells = split(times[i], '\t');
    // Packets are counted from 1.
    CHECK(std::stoul(cells.at(0)) == requests[poll] + 1);
    CHECK(std::stod(cells.at(1)) < 0.02);
  }
  CHECK(split(show(tshark, polls, {"-Y", "rscp.unexpected"}), '\n').empty());
  const auto unanswered = split(
      show(tshark, polls, {"-2", "-Y", "rscp.no_answer", "-T", "fields", "-e", "frame.number"}),
      '\n');
  CHECK(unanswered == std::vector<std::string>{std::to_string(requests[2] + 1)});
}

TEST_CASE("the last request of a capture is known to have no answer on the second pass") {
  const Tshark tshark;
  test::TcpTalk tcp({"192.168.1.50", 51000}, {"192.168.1.20", 5033});
  test::RscpTalk rscp(tcp, "k");
  tcp.handshake();
  rscp.request({rscp::Value{"EMS_REQ_POWER_PV"}});
  const std::string file = tshark.folder().file("last.pcap");
  test::write_capture(file, tcp.packets);
  const auto shown = show(tshark, {file, {"-o", preference("k")}, {}},
                          {"-2", "-Y", "rscp.no_answer", "-T", "fields", "-e", "frame.number"});
  CHECK(split(shown, '\n') == std::vector<std::string>{"4"});
}

TEST_CASE("the Info column reads at a glance") {
  const Tshark tshark;
  const auto text = show(tshark, own("polling.pcap"), {});
  CHECK_THAT(text, Catch::Contains("Request EMS: POWER_PV, POWER_BAT, POWER_HOME"));
  CHECK_THAT(text, Catch::Contains("Answer EMS: POWER_PV=4000 W, POWER_BAT=1500 W"));
  CHECK_THAT(text, Catch::Contains("Request BAT_REQ_DATA[1]: RSOC"));
  CHECK_THAT(text, Catch::Contains("Answer BAT: BAT_DATA=NOT_AVAILABLE"));
}

TEST_CASE("what is wrong is an expert info") {
  const Tshark tshark;
  const Source trouble = own("trouble.pcap");
  const auto count = [&](const std::string& filter) {
    return split(show(tshark, trouble, {"-Y", filter, "-T", "fields", "-e", "frame.number"}), '\n')
        .size();
  };
  CHECK(count("rscp.login_failed") == 1);
  CHECK(count("rscp.error_answer") == 3);
  CHECK(count("rscp.unknown_tag") == 1);
  CHECK(count("rscp.wrong_type") == 2);
  CHECK(count("rscp.bad_crc") == 1);
  CHECK(count("rscp.lost_bytes") == 2);  // where the packet is missed, where its frame is given up
  // One request that the device did not answer, and one whose answer was lost.
  CHECK(split(show(tshark, trouble,
                   {"-2", "-Y", "rscp.no_answer", "-T", "fields", "-e", "frame.number"}),
              '\n') == std::vector<std::string>{"24", "30"});
  CHECK(count("rscp.wrong_key") == 0);
  CHECK(count("_ws.malformed") == 0);
}

TEST_CASE("a wrong key is said once, never as malformed packets; no key with where to enter it") {
  const Tshark tshark;
  Source source{(kCaptures / "polling.pcap").string(), {"-o", preference("wrong")}, {}};
  CHECK(split(show(tshark, source, {"-Y", "rscp.wrong_key", "-T", "fields", "-e", "frame.number"}),
              '\n') == std::vector<std::string>{"4"});
  CHECK(show(tshark, source, {"-Y", "_ws.malformed"}).empty());
  CHECK_THAT(show(tshark, source, {"-V", "-Y", "frame.number == 4"}),
             Catch::Contains("Decrypts to no RSCP frame: wrong passphrase?"));
  source.keys.clear();
  CHECK(split(show(tshark, source, {"-Y", "rscp.no_key", "-T", "fields", "-e", "rscp.encrypted"}),
              '\n')
            .size() == 30);
  CHECK_THAT(
      show(tshark, source, {"-V", "-Y", "frame.number == 4"}),
      Catch::Contains("Preferences > Protocols > RSCP") && Catch::Contains("Direction: Request"));
}

TEST_CASE("passwords are hidden, in the decrypted bytes too, unless a preference shows them") {
  const Tshark tshark;
  const Source source = own("polling.pcap");
  const auto hidden = show(tshark, source, {"-V", "-x", "-Y", "frame.number == 4"});
  CHECK_THAT(hidden, !Catch::Contains("not a real") && Catch::Contains("Decrypted RSCP"));
  CHECK_THAT(hidden,
             Catch::Contains("[Calculated Checksum") || Catch::Contains("CRC status: Good"));
  CHECK_THAT(
      show(tshark, source, {"-V", "-x", "-Y", "frame.number == 4", "-o", "rscp.show_secrets:TRUE"}),
      Catch::Contains("not a real password"));
}

TEST_CASE("a large answer names its segments, and they name it") {
  const Tshark tshark;
  const Source source = own("history.pcapng");
  CHECK(split(show(tshark, source,
                   {"-Y", "rscp.segment.count", "-T", "fields", "-e", "rscp.segment.count"}),
              '\n')
            .size() == 1);
  const auto parts =
      split(show(tshark, source,
                 {"-2", "-Y", "rscp.reassembled_in", "-T", "fields", "-e", "rscp.reassembled_in"}),
            '\n');
  CHECK(parts.size() > 5);
  CHECK(std::ranges::count(parts, parts.front()) == static_cast<std::ptrdiff_t>(parts.size()));
}

TEST_CASE("other ports work by recognition and by Decode as") {
  const Tshark tshark;
  TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 9999});
  tcp.handshake();
  RscpTalk rscp(tcp, "the key");
  rscp.login("u", "p");
  rscp.request({Value{"EMS_REQ_BAT_SOC"}});
  rscp.answer({Value{"EMS_BAT_SOC", 5}});
  const std::string path = tshark.folder().file("port.pcap");
  test::write_capture(path, tcp.packets);
  const auto count = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"-r", path, "-T", "fields", "-e", "rscp.frame"});
    const auto lines = split(fields(tshark, words), '\n');
    return std::ranges::count_if(lines, [](const auto& line) { return !line.empty(); });
  };
  CHECK(count({"-o", preference("the key")}) == 4);
  CHECK(count({"-o", preference("wrong")}) == 0);
  CHECK(count({"-o", preference("the key"), "--disable-heuristic", "rscp_tcp"}) == 0);
  CHECK(count({"-o", preference("the key"), "--disable-heuristic", "rscp_tcp", "-d",
               "tcp.port==9999,rscp"}) == 4);
}

TEST_CASE("statistics, service response times, follow stream and exported PDUs work") {
  const Tshark tshark;
  const Source source = own("polling.pcap");
  const auto tree = show(tshark, source, {"-q", "-z", "rscp,tree"});
  CHECK_THAT(tree, Catch::Contains("RSCP frames") && Catch::Contains("EMS_POWER_PV") &&
                       Catch::Contains("NOT_AVAILABLE") &&
                       Catch::Contains("Milliseconds from request"));
  CHECK_THAT(show(tshark, source, {"-q", "-z", "rscp,srt"}),
             Catch::Contains("EMS") && Catch::Contains("Avg SRT"));
  CHECK_THAT(show(tshark, source, {"-q", "-z", "credentials"}),
             Catch::Contains("RSCP") && Catch::Contains("local.user"));
  const auto follow = show(tshark, source, {"-q", "-z", "follow,rscp,ascii,0"});
  CHECK_THAT(follow, Catch::Contains("EMS_POWER_PV: 4000  # W") && !Catch::Contains("not a real"));

  const std::string exported = tshark.folder().file("home/exported.pcap");
  show(tshark, source, {"-U", "RSCP", "-w", exported});
  const auto plain = fields(tshark, {"-r", exported, "-Y", "rscp.ems.power_pv > 4100", "-T",
                                     "fields", "-e", "rscp.ems.power_pv"});
  CHECK(split(plain, '\n').size() == 3);
  CHECK(fields(tshark, {"-r", exported, "-Y", "rscp.bad_crc || _ws.malformed"}).empty());
}

TEST_CASE("a table entry with a mistake is refused with the reason") {
  const Tshark tshark;
  const auto result = tshark.run({"-r", tshark.readable((kCaptures / "polling.pcap").string()),
                                  "-o", entry("10.0.0.999", "0", "x")});
  CHECK(result.status != 0);
  CHECK_THAT(result.err, Catch::Contains("is no IP address or network"));
}

TEST_CASE("damaged captures neither crash tshark nor hang it") {
  const Tshark tshark;
  for (const Source& source : sources()) {
    for (int seed = 1; seed <= 4; ++seed) {
      CAPTURE(source.path, seed);
      const std::string damaged = tshark.folder().file("damaged.pcapng");
      const auto made = test::run(
          {RSCP_EDITCAP, "--seed", std::to_string(seed), "-E", "0.01", source.path, damaged});
      REQUIRE(made.status == 0);
      std::filesystem::permissions(damaged, std::filesystem::perms(0644));
      for (const std::vector<std::string>& mode :
           {std::vector<std::string>{"-V", "-x"}, {"-2", "-T", "json"}}) {
        std::vector<std::string> words = {"-r", damaged};
        words.insert(words.end(), mode.begin(), mode.end());
        words.insert(words.end(), source.keys.begin(), source.keys.end());
        const auto result = tshark.run(words);
        CHECK(result.status < 128);
        CHECK_THAT(result.out, !Catch::Contains("Dissector bug"));
        CHECK_THAT(result.err, !Catch::Contains("Dissector bug"));
      }
    }
  }
}
