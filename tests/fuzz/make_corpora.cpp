// SPDX-License-Identifier: MIT
// make_fuzz_corpora FOLDER writes a first corpus for each fuzzer.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "samples.hpp"
#include "vectors.hpp"
#include <rscp/json.hpp>
#include <rscp/protocol.hpp>
#include <rscp/text.hpp>

namespace fs = std::filesystem;
using namespace rscp;

namespace {

class Corpus {
 public:
  Corpus(const fs::path& root, const std::string& name) : folder_(root / name) {
    fs::create_directories(folder_);
  }
  void add(Bytes bytes) {
    std::ofstream out(folder_ / ("seed-" + std::to_string(++count_)), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
  void add(const std::string& text) { add(as_bytes(text)); }

 private:
  fs::path folder_;
  int count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_fuzz_corpora FOLDER\n";
    return 2;
  }
  const fs::path root = argv[1];
  Corpus value(root, "value"), frame(root, "frame"), stream(root, "stream"), path(root, "path"),
      text(root, "text"), json(root, "json"), keys(root, "keys"), capture(root, "capture"),
      rules(root, "rules"), transcript(root, "transcript"), diagnostics(root, "diagnostics");
  TextOptions options;
  options.show_secrets = true;
  for (const Value& sample : test::sample_values()) {
    value.add(encode_values({&sample, 1}).value());
    text.add(to_text(sample, options));
    json.add(to_json(sample, {nullptr, true}).dump());
  }
  ByteBuffer all = {3};
  for (const auto& vector : test::load_vectors()) {
    frame.add(vector.plain);
    value.add(Bytes(vector.plain).subspan(kFrameHeaderSize));
    ByteBuffer script = {3};
    script.insert(script.end(), vector.plain.begin(), vector.plain.end());
    stream.add(script);
    all.insert(all.end(), vector.plain.begin(), vector.plain.end());
    all.resize(1 + padded_size(all.size() - 1));
  }
  stream.add(all);
  for (const char* query :
       {"PVI_DATA(PVI_INDEX==0)/PVI_DC_POWER", "**/PVI_VALUE(.>=1000)", "EMS_MODE(.==DISCHARGE)",
        "*(PVI_DC_POWER)/*", "INFO_SERIAL_NUMBER(.==\"S10-1\")", "0x02840000/tag_pvi_d?_power",
        "INFO_UTC_TIME(.>2023-01-01T00:00:00Z)", "WB_EXTERN_DATA(.==x'010203')",
        "BAT_DATA(.!=6)"}) {
    path.add(std::string(query));
  }
  keys.add("# comment\n\"192.168.1.10\",\"5033\",\"a \\x22 b\"\n10.0.0.0/8,0,bare\n,,any\n");
  rules.add(
      std::string("# volatile\n**/BAT_RSOC 5%\nINFO_SERIAL_NUMBER /S10-[0-9]+/\n"
                  "BAT_DATA(BAT_INDEX==0)/* type\nINFO_TIME ignore\nEMS_MODE present\n"));
  rules.add(std::string("  EMS_POWER_PW type\nEMS_POWER_PV maybe\nINFO_TIME /[/\nX 5.5.5%\n"));
  transcript.add(std::string(
      R"({"exchange":1,"connection":1,"time":1,"request":[{"tag":"EMS_REQ_POWER_PV","type":"None",)"
      R"("value":null}],"answer":[{"tag":"EMS_POWER_PV","type":"Int32","value":5}],"delay":7})"
      "\n"
      R"({"exchange":2,"connection":1,"time":2,"request":[{"tag":"BAT_REQ_DATA","type":"Container",)"
      R"("value":[{"tag":"BAT_INDEX","type":"UInt16","value":0}]}],"answer":null,"ended":"closed"})"
      "\n"));
  diagnostics.add(std::string(
      R"({"data":{"poll":{"production":{"solar":3613,"add":9698},"autarky":99.85},)"
      R"("get_system_info":{"deratePercent":70.0,"installedBatteryCapacity":13000},)"
      R"("get_batteries_data":[{"index":0,"dcbCount":2,"rsoc":50.5,"dcbs":{"0":{"soc":49.5}}}],)"
      R"("get_pvis_data":[{"index":0,"strings":{"0":{"power":100.0}},"onGrid":true}],)"
      R"("get_powermeters_data":[{"index":6,"type":4,"power":{"L1":1.5}}],)"
      R"("get_wallbox_data":{"index":0,"phases":3,"sunModeOn":true,"maxChargeCurrent":16},)"
      R"("EMS_REQ_GET_MANUAL_CHARGE":[["EMS_MANUAL_CHARGE_ACTIVE","Bool",true]]}})"));
  // The packets of a sample capture, behind its file header.
  std::ifstream in(RSCP_SOURCE_DIR "/captures/polling.pcap", std::ios::binary);
  const std::string file(std::istreambuf_iterator<char>(in), {});
  ByteBuffer packets = {0};
  for (std::size_t at = 24; at + 16 < file.size() && packets.size() < 3000;) {
    const auto length =
        load_le<std::uint32_t>(reinterpret_cast<const std::uint8_t*>(file.data()) + at + 8);
    packets.push_back(static_cast<std::uint8_t>(length));
    packets.push_back(static_cast<std::uint8_t>(length >> 8U));
    const Bytes bytes = as_bytes(std::string_view(file).substr(at + 16, length));
    packets.insert(packets.end(), bytes.begin(), bytes.end());
    at += 16 + length;
  }
  capture.add(packets);
  return 0;
}
