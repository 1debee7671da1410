// SPDX-License-Identifier: MIT
#include "capture_builder.hpp"
#include "catch.hpp"
#include "process.hpp"
#include <rscp/recording/capture_file.hpp>

using namespace rscp::recording;

namespace {

std::vector<test::WirePacket> few_packets() {
  test::TcpTalk tcp({"10.0.0.1", 40000}, {"10.0.0.2", 5033});
  tcp.handshake();
  return tcp.packets;
}

std::string open_error(const std::string& path) {
  const auto file = CaptureFile::open(path);
  return file ? "none" : file.error().to_string();
}

}  // namespace

TEST_CASE("all file formats give the same packets and times") {
  const test::TemporaryFolder folder;
  const auto packets = few_packets();
  for (const auto format : {test::FileFormat::Pcap, test::FileFormat::PcapSwapped,
                            test::FileFormat::PcapNanosecond, test::FileFormat::Pcapng}) {
    const std::string path = folder.file("capture");
    test::write_capture(path, packets, test::LinkLayer::Raw, format);
    auto file = CaptureFile::open(path).value();
    for (std::size_t i = 0; i < packets.size(); ++i) {
      const auto packet = file.next().value().value();
      CHECK(packet.number == i + 1);
      CHECK(packet.time == packets[i].time);
      CHECK(rscp::to_hex(packet.bytes) == rscp::to_hex(packets[i].ip));
    }
    CHECK_FALSE(file.next().value());
    CHECK_FALSE(file.next().value());
  }
}

TEST_CASE("nanoseconds survive in a nanosecond capture") {
  const test::TemporaryFolder folder;
  auto packets = few_packets();
  packets[0].time += 7;
  test::write_capture(folder.file("c"), packets, test::LinkLayer::Raw,
                      test::FileFormat::PcapNanosecond);
  CHECK(CaptureFile::open(folder.file("c"))->next().value()->time == packets[0].time);
}

TEST_CASE("what is no capture is refused with its name and what was expected") {
  const test::TemporaryFolder folder;
  CHECK(open_error(folder.file("missing")) ==
        folder.file("missing") + ": No such file or directory");
  test::write_file(folder.file("text"), "This is not a capture, but long enough to be one.");
  CHECK(open_error(folder.file("text")) ==
        folder.file("text") + ": expected a pcap or pcapng capture: unknown file format");
  test::write_file(folder.file("empty"), "");
  CHECK_THAT(open_error(folder.file("empty")),
             Catch::StartsWith(folder.file("empty") + ": expected a pcap or pcapng capture: "));
  CHECK_THAT(open_error(folder.path()), Catch::Contains(folder.path()));
}

TEST_CASE("a link layer without IP is named") {
  const test::TemporaryFolder folder;
  test::write_capture(folder.file("c"), few_packets());
  std::string bytes = test::read_file(folder.file("c"));
  bytes[20] = static_cast<char>(105);  // 802.11
  test::write_file(folder.file("c"), bytes);
  CHECK(open_error(folder.file("c")) ==
        folder.file("c") +
            ": link type IEEE802_11 is not supported; expected Ethernet, Linux cooked, "
            "loopback or raw IP");
}

TEST_CASE("a truncated file gives its whole packets, then the packet that is cut") {
  const test::TemporaryFolder folder;
  test::write_capture(folder.file("c"), few_packets());
  const std::string bytes = test::read_file(folder.file("c"));
  test::write_file(folder.file("c"), bytes.substr(0, bytes.size() - 10));
  auto file = CaptureFile::open(folder.file("c")).value();
  CHECK(file.next().value());
  CHECK(file.next().value());
  CHECK_THAT(file.next().error().to_string(),
             Catch::StartsWith(folder.file("c") + ": packet 3 cannot be read: "));
  CHECK_FALSE(file.next().value());
}
