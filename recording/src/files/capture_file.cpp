// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstring>

#include <pcap/pcap.h>

#include <rscp/recording/capture_file.hpp>
#include <rscp/recording/packet_parser.hpp>

namespace rscp::recording {

struct CaptureFile::State {
  std::string name;
  pcap_t* handle = nullptr;
  std::uint64_t packets = 0;
  bool over = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (handle != nullptr) pcap_close(handle);
  }
};

CaptureFile::CaptureFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureFile::CaptureFile(CaptureFile&&) noexcept = default;
CaptureFile& CaptureFile::operator=(CaptureFile&&) noexcept = default;
CaptureFile::~CaptureFile() = default;

Result<CaptureFile> CaptureFile::open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->name = path == "-" ? "standard input" : path;
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return failure(ErrorKind::InputOutput, state->name, std::strerror(errno));
  char reason[PCAP_ERRBUF_SIZE] = {};
  state->handle =
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
  if (state->handle == nullptr) {
    if (file != stdin) std::fclose(file);
    return failure(ErrorKind::InputOutput, state->name,
                   std::string("expected a pcap or pcapng capture: ") + reason);
  }
  // NOLINTNEXTLINE(clang-analyzer-unix.Stream): pcap_close() closes the file
  const int link_type = pcap_datalink(state->handle);
  if (!is_supported_link_type(link_type)) {
    const char* name = pcap_datalink_val_to_name(link_type);
    return failure(ErrorKind::InputOutput, state->name,
                   "link type " + (name != nullptr ? name : std::to_string(link_type)) +
                       " is not supported; expected Ethernet, Linux cooked, loopback or raw IP");
  }
  return CaptureFile(std::move(state));
}

int CaptureFile::link_type() const { return pcap_datalink(state_->handle); }

Result<std::optional<Packet>> CaptureFile::next() {
  if (state_->over) return std::nullopt;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  const int status = pcap_next_ex(state_->handle, &header, &data);
  if (status == 1) {
    Packet packet;
    packet.number = ++state_->packets;
    // libpcap puts nanoseconds into the field that is named for microseconds.
    packet.time = std::int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec;
    packet.original_size = header->len;
    packet.bytes = {data, header->caplen};
    return packet;
  }
  state_->over = true;
  if (status == PCAP_ERROR_BREAK) return std::nullopt;
  return failure(ErrorKind::InputOutput, state_->name,
                 "packet " + std::to_string(state_->packets + 1) +
                     " cannot be read: " + pcap_geterr(state_->handle));
}

}  // namespace rscp::recording
