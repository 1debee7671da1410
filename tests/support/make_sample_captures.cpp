// SPDX-License-Identifier: MIT
// Writes the captures of captures/. Everything in them is made up here: the same bytes every time.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "capture_builder.hpp"

namespace {

using rscp::DataType;
using rscp::ErrorCode;
using rscp::Value;
using test::RscpTalk;
using test::TcpTalk;

constexpr std::int64_t kSecond = 1'000'000'000;

// A client that logs in and polls power, battery and inverter every ten seconds.
void polling(const std::string& folder) {
  TcpTalk tcp({"192.168.1.50", 51000}, {"192.168.1.20", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "polling passphrase");
  rscp.login("local.user", "not a real password");
  rscp.request(
      {Value{"INFO_REQ_SERIAL_NUMBER"}, Value{"INFO_REQ_SW_RELEASE"}, Value{"INFO_REQ_UTC_TIME"}});
  rscp.answer({Value{"INFO_SERIAL_NUMBER", "S10-000000000000"},
               Value{"INFO_SW_RELEASE", "S10_2023_02"},
               Value{"INFO_UTC_TIME", rscp::Timestamp{1700000004, 0}}});
  for (int i = 0; i < 6; ++i) {
    tcp.wait(10 * kSecond);
    const int pv = 4000 + 50 * i;
    rscp.request({Value{"EMS_REQ_POWER_PV"}, Value{"EMS_REQ_POWER_BAT"},
                  Value{"EMS_REQ_POWER_HOME"}, Value{"EMS_REQ_POWER_GRID"},
                  Value{"EMS_REQ_BAT_SOC"}, Value{"EMS_REQ_AUTARKY"}, Value{"EMS_REQ_MODE"}});
    rscp.answer({Value{"EMS_POWER_PV", pv}, Value{"EMS_POWER_BAT", 1500},
                 Value{"EMS_POWER_HOME", 800}, Value{"EMS_POWER_GRID", 2300 - pv},
                 Value{"EMS_BAT_SOC", 60 + i}, Value{"EMS_AUTARKY", 100.0}, Value{"EMS_MODE", 2}});
    rscp.request({Value{"BAT_REQ_DATA",
                        {{"BAT_INDEX", 0},
                         {"BAT_REQ_RSOC"},
                         {"BAT_REQ_MODULE_VOLTAGE"},
                         {"BAT_REQ_CURRENT"},
                         {"BAT_REQ_DEVICE_STATE"}}},
                  Value{"PVI_REQ_DATA",
                        {{"PVI_INDEX", 0},
                         {"PVI_REQ_DC_POWER", 0},
                         {"PVI_REQ_DC_POWER", 1},
                         {"PVI_REQ_ON_GRID"}}}});
    rscp.answer(
        {Value{"BAT_DATA",
               {{"BAT_INDEX", 0},
                {"BAT_RSOC", 60.5 + i},
                {"BAT_MODULE_VOLTAGE", 52.75},
                {"BAT_CURRENT", 28.5},
                {"BAT_DEVICE_STATE",
                 {{"BAT_DEVICE_CONNECTED", true},
                  {"BAT_DEVICE_WORKING", true},
                  {"BAT_DEVICE_IN_SERVICE", false}}}}},
         Value{"PVI_DATA",
               {{"PVI_INDEX", 0},
                {"PVI_DC_POWER", {{"PVI_INDEX", 0}, {"PVI_VALUE", DataType::Float32, pv / 2.0}}},
                {"PVI_DC_POWER", {{"PVI_INDEX", 1}, {"PVI_VALUE", DataType::Float32, pv / 2.0}}},
                {"PVI_ON_GRID", true}}}});
  }
  rscp.request({Value{"BAT_REQ_DATA", {{"BAT_INDEX", 1}, {"BAT_REQ_RSOC"}}}});
  rscp.answer({Value{"BAT_DATA", DataType::Error, ErrorCode{ErrorCode::kNotAvailable}}});
  tcp.finish();
  test::write_capture(folder + "/polling.pcap", tcp.packets);
}

// A day of history in one answer of many segments, over IPv6 on a VLAN.
void history(const std::string& folder) {
  TcpTalk tcp({"fd00::50", 51000}, {"fd00::20", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "history passphrase");
  rscp.login("user@example.org", "not a real password");
  rscp.request({Value{"DB_REQ_HISTORY_DATA_DAY",
                      {{"DB_REQ_HISTORY_TIME_START", 1'700'000'000 / 86400 * 86400},
                       {"DB_REQ_HISTORY_TIME_INTERVAL", 900},
                       {"DB_REQ_HISTORY_TIME_SPAN", 86400}}}});
  const auto sample = [](double index, double hour) {
    const double sun = std::max(0.0, std::sin((hour - 6) * 3.14159265358979 / 12));
    const double pv = std::round(1000 * sun);
    return std::vector<Value>{Value{"DB_GRAPH_INDEX", index},
                              Value{"DB_BAT_POWER_IN", std::round(300 * sun)},
                              Value{"DB_BAT_POWER_OUT", sun > 0 ? 0.0 : 90.0},
                              Value{"DB_DC_POWER", pv},
                              Value{"DB_GRID_POWER_IN", std::round(500 * sun)},
                              Value{"DB_GRID_POWER_OUT", 10.0},
                              Value{"DB_CONSUMPTION", 200.0},
                              Value{"DB_PM_0_POWER", 0.0},
                              Value{"DB_PM_1_POWER", 0.0},
                              Value{"DB_BAT_CHARGE_LEVEL", std::round(50 + 40 * sun)},
                              Value{"DB_BAT_CYCLE_COUNT", 412.0},
                              Value{"DB_CONSUMED_PRODUCTION", 64.5},
                              Value{"DB_AUTARKY", 87.25}};
  };
  std::vector<Value> day = {Value{"DB_SUM_CONTAINER", sample(-1, 12)}};
  for (int i = 0; i < 96; ++i) day.emplace_back("DB_VALUE_CONTAINER", sample(i, i / 4.0));
  rscp.answer({Value{"DB_HISTORY_DATA_DAY", std::move(day)}});
  tcp.finish();
  test::write_capture(folder + "/history.pcapng", tcp.packets, test::LinkLayer::Vlan,
                      test::FileFormat::Pcapng);
}

// What goes wrong: a refused login, errors, new firmware, a lost packet, a wrong checksum, a second
// device with another key on another port.
void trouble(const std::string& folder) {
  TcpTalk first({"10.0.0.5", 52000}, {"10.0.0.20", 5033});
  first.handshake();
  RscpTalk a(first, "trouble passphrase");
  a.login("user@example.org", "wrong", false);
  a.request({Value{"EMS_REQ_POWER_PV"}});
  a.answer({Value{"EMS_POWER_PV", DataType::Error, ErrorCode{ErrorCode::kAccessDenied}}});
  a.login("user@example.org", "not a real password");
  a.request({Value{"EMS_REQ_STATUS"}, Value{"EMS_REQ_GET_MANUAL_CHARGE"}});
  a.answer({Value{"EMS_STATUS", 3}, Value{"EMS_GET_MANUAL_CHARGE",
                                          {Value{"EMS_MANUAL_CHARGE_ACTIVE", DataType::Char8, 0},
                                           Value::raw(rscp::Tag{0x0100FFFE}, DataType::UInt32,
                                                      rscp::ByteBuffer{1, 2, 0, 0})}}});
  a.request({Value{"BAT_REQ_DATA", {{"BAT_INDEX", 7}, {"BAT_REQ_RSOC"}}}});
  a.answer({Value::raw(rscp::Tag{0x03840000}, DataType::Error, rscp::ByteBuffer{6})});
  rscp::Frame damaged;
  damaged.time = {1'700'000'100, 0};
  damaged.values = {Value{"EMS_REQ_BAT_SOC"}};
  auto plain = damaged.encode().value();
  plain.back() ^= 0x55;
  a.send_raw(true, plain);
  a.request({Value{"EMS_REQ_BAT_SOC"}});
  a.answer({Value{"EMS_BAT_SOC", 55}});
  // The middle of this answer is lost, the packet behind it comes twice.
  a.request({Value{"WB_REQ_DATA", {{"WB_INDEX", 0}, {"WB_REQ_EXTERN_DATA_ALG"}}}});
  const std::size_t before = first.packets.size();
  a.answer({Value{"WB_DATA", {{"WB_INDEX", 0}, {"WB_EXTERN_DATA", rscp::ByteBuffer(3000, 0x11)}}}},
           1000);
  first.packets.erase(first.packets.begin() + static_cast<std::ptrdiff_t>(before + 1));
  first.packets.insert(first.packets.begin() + static_cast<std::ptrdiff_t>(before + 2),
                       first.packets[before + 1]);
  a.request({Value{"EMS_REQ_BAT_SOC"}});
  a.answer({Value{"EMS_BAT_SOC", 56}});
  a.request({Value{"EMS_REQ_BAT_SOC"}});
  a.answer({Value{"EMS_BAT_SOC", 57}});
  first.finish();

  TcpTalk second({"10.0.0.5", 52001}, {"10.0.0.21", 5034}, first.packets.back().time + 5 * kSecond);
  second.handshake();
  RscpTalk b(second, "pässwörd");
  b.login("user@example.org", "not a real password");
  b.request({Value{"FARM_REQ_CONNECTED_DEVICES"}});
  b.answer({Value{"FARM_CONNECTED_DEVICES", DataType::Error, ErrorCode{ErrorCode::kNotHandled}}});
  second.reset();

  auto packets = first.packets;
  packets.insert(packets.end(), second.packets.begin(), second.packets.end());
  test::write_capture(folder + "/trouble.pcap", packets, test::LinkLayer::Cooked2,
                      test::FileFormat::PcapNanosecond);
}

// The polling capture, joined in the middle of an answer.
void joined(const std::string& folder) {
  TcpTalk tcp({"192.168.1.50", 51000}, {"192.168.1.20", 5033});
  tcp.handshake();
  RscpTalk rscp(tcp, "polling passphrase");
  rscp.login("local.user", "not a real password");
  for (int i = 0; i < 4; ++i) {
    rscp.request({Value{"EMS_REQ_STORED_ERRORS"}}, 536);
    rscp.answer({Value{"EMS_STORED_ERRORS",
                       {{"EMS_ERROR_CONTAINER",
                         {{"EMS_ERROR_TYPE", 1},
                          {"EMS_ERROR_SOURCE", std::string(700, 'x')},
                          {"EMS_ERROR_MESSAGE", "message " + std::to_string(i)},
                          {"EMS_ERROR_CODE", i}}}}}},
                536);
  }
  tcp.packets.erase(tcp.packets.begin(), tcp.packets.begin() + 10);
  test::write_capture(folder + "/joined.pcap", tcp.packets, test::LinkLayer::Loopback,
                      test::FileFormat::PcapSwapped);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_sample_captures FOLDER\n";
    return 2;
  }
  polling(argv[1]);
  history(argv[1]);
  trouble(argv[1]);
  joined(argv[1]);
  return 0;
}
