// SPDX-License-Identifier: MIT
// INFO: identity, network, time.
#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

Timestamp utc_time(const Station& station) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(station.now());
  const auto micros = (station.now() - seconds).count();
  return {seconds.time_since_epoch().count(), static_cast<std::int32_t>(micros * 1000)};
}

// The wall clock written as if it were UTC.
Timestamp wall_time(const Station& station) {
  Timestamp time = utc_time(station);
  time.seconds += station.zone().offset(station.now()).count();
  return time;
}

std::vector<Value> facility() {
  constexpr Tag tags[] = {tag::INFO_NAME,      tag::INFO_SURNAME,  tag::INFO_STREET,
                          tag::INFO_STREET_NO, tag::INFO_POSTCODE, tag::INFO_CITY,
                          tag::INFO_FON,       tag::INFO_E_MAIL,   tag::INFO_COUNTRY};
  const char* texts[] = {"Muster", "Max",        "Musterweg", "1",
                         "49074",  "Osnabrueck", "0000",      "max.mustermann@example.org",
                         "Germany"};
  std::vector<Value> values;
  values.reserve(std::size(tags));
  for (std::size_t i = 0; i < std::size(tags); ++i) {
    values.push_back(item(tags[i], std::string(texts[i])));
  }
  return values;
}

std::vector<Value> file_system() {
  constexpr Tag tags[] = {tag::INFO_FS_SIZE,          tag::INFO_FS_USED,
                          tag::INFO_FS_AVAILABLE,     tag::INFO_FS_USE_PERCENT,
                          tag::INFO_INODES,           tag::INFO_INODES_USED,
                          tag::INFO_INODES_AVAILABLE, tag::INFO_INODES_USE_PERCENT};
  const char* texts[] = {"3.6G", "1.9G", "1.6G", "55%", "236K", "61K", "175K", "26%"};
  std::vector<Value> values;
  values.reserve(std::size(tags));
  for (std::size_t i = 0; i < std::size(tags); ++i) {
    values.push_back(item(tags[i], std::string(texts[i])));
  }
  return values;
}

std::vector<Value> modules(const Station& station) {
  const auto module = [](const char* name, const std::string& version) {
    return Value::container(tag::INFO_MODULE_SW_VERSION, {item(tag::INFO_MODULE, std::string(name)),
                                                          item(tag::INFO_VERSION, version)});
  };
  return {module("EMS", "12.4.1"), module("BMS", "4.08"),
          module("RELEASE", station.config().identity.release)};
}

}  // namespace

void add_info_answers(AnswerTable& table) {
  struct Text {
    Tag request;
    std::string IdentityConfig::* member;
  };
  const Text texts[] = {{tag::INFO_REQ_SERIAL_NUMBER, &IdentityConfig::serial},
                        {tag::INFO_REQ_ASSEMBLY_SERIAL_NUMBER, &IdentityConfig::assembly_serial},
                        {tag::INFO_REQ_A35_SERIAL_NUMBER, &IdentityConfig::a35_serial},
                        {tag::INFO_REQ_MAC_ADDRESS, &IdentityConfig::mac_address},
                        {tag::INFO_REQ_IP_ADDRESS, &IdentityConfig::ip_address},
                        {tag::INFO_REQ_SUBNET_MASK, &IdentityConfig::subnet_mask},
                        {tag::INFO_REQ_GATEWAY, &IdentityConfig::gateway},
                        {tag::INFO_REQ_DNS, &IdentityConfig::dns},
                        {tag::INFO_REQ_SW_RELEASE, &IdentityConfig::release},
                        {tag::INFO_REQ_PRODUCTION_DATE, &IdentityConfig::production_date}};
  for (const Text& text : texts) {
    table.on(text.request, [member = text.member](const Ask& a) -> Reply {
      return a.station.config().identity.*member;
    });
  }
  table.on(tag::INFO_REQ_UTC_TIME, [](const Ask& a) -> Reply { return utc_time(a.station); });
  table.on(tag::INFO_REQ_TIME, [](const Ask& a) -> Reply { return wall_time(a.station); });
  table.on(tag::INFO_REQ_TIME_ZONE,
           [](const Ask& a) -> Reply { return a.station.zone().label(a.station.now()); });
  table.on(tag::INFO_REQ_DHCP_STATUS, [](const Ask&) -> Reply { return true; });
  table.on(tag::INFO_REQ_GUI_TARGET, [](const Ask&) -> Reply { return 0.0; });
  table.on(tag::INFO_REQ_GET_FACILITY, [](const Ask&) -> Reply { return facility(); });
  table.on(tag::INFO_REQ_GET_FS_USAGE, [](const Ask&) -> Reply { return file_system(); });
  table.on(tag::INFO_REQ_MODULES_SW_VERSIONS,
           [](const Ask& a) -> Reply { return modules(a.station); });
  table.on(tag::INFO_REQ_INFO, [](const Ask& a) -> Reply {
    const IdentityConfig& id = a.station.config().identity;
    return std::vector<Value>{item(tag::INFO_SERIAL_NUMBER, id.serial),
                              item(tag::INFO_PRODUCTION_DATE, id.production_date),
                              item(tag::INFO_A35_SERIAL_NUMBER, id.a35_serial),
                              item(tag::INFO_IP_ADDRESS, id.ip_address),
                              item(tag::INFO_SUBNET_MASK, id.subnet_mask),
                              item(tag::INFO_MAC_ADDRESS, id.mac_address),
                              item(tag::INFO_GATEWAY, id.gateway),
                              item(tag::INFO_DNS, id.dns),
                              item(tag::INFO_DHCP_STATUS, true),
                              item(tag::INFO_TIME, wall_time(a.station)),
                              item(tag::INFO_UTC_TIME, utc_time(a.station)),
                              item(tag::INFO_TIME_ZONE, a.station.zone().label(a.station.now())),
                              item(tag::INFO_SW_RELEASE, id.release)};
  });
}

}  // namespace rscp::simulator
