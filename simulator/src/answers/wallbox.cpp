// SPDX-License-Identifier: MIT
// WB: wallboxes. The byte arrays are laid out as in docs/protocol.md.
#include <algorithm>
#include <array>
#include <cmath>

#include "answer_table.hpp"

namespace rscp::simulator {
namespace {

constexpr ErrorCode kFormat{ErrorCode::kFormat};
constexpr ErrorCode kOutOfBounds{ErrorCode::kOutOfBounds};
constexpr double kPhaseVoltage = 230;
constexpr std::int64_t kLeastCurrent = 6;  // A, of the charging standard
constexpr std::int64_t kMostCurrent = 32;  // A
constexpr unsigned kGroupIndex = 255;      // the group controller

using Block = std::array<std::uint8_t, 8>;

const WallboxConfig& box(const Ask& ask) { return ask.station.config().wallboxes[ask.index]; }
const WallboxSettings& setting(const Ask& ask) {
  return ask.station.plant().settings().wallboxes[ask.index];
}
const CarState& car(const Ask& ask) { return ask.station.plant().cars()[ask.index]; }
double power(const Ask& ask) { return ask.station.plant().flows().wallboxes[ask.index]; }
bool charging(const Ask& ask) { return power(ask) > 0; }

double solar_power(const Ask& ask) {
  const Flows& flows = ask.station.plant().flows();
  return flows.wallbox > 0 ? power(ask) * flows.wallbox_solar / flows.wallbox : 0;
}

WallboxSettings& change(const Ask& ask) {
  Plant& plant = ask.station.plant();
  plant.settle(plant.now());
  return plant.settings().wallboxes[ask.index];
}

void changed(const Ask& ask) { ask.station.plant().advance(ask.station.now()); }

Reply external_data(const Block& bytes) {
  return std::vector<Value>{item(tag::WB_EXTERN_DATA, ByteBuffer(bytes.begin(), bytes.end())),
                            item(tag::WB_EXTERN_DATA_LEN, static_cast<double>(bytes.size()))};
}

// Power, energy and share of one source.
Block source_block(double watts, double energy, double share) {
  Block block{};
  store_le(block.data(),
           static_cast<std::int16_t>(std::clamp(std::round(watts), -32768.0, 32767.0)));
  store_le(block.data() + 2, static_cast<std::int32_t>(std::min(std::round(energy), 2e9)));
  block[6] = static_cast<std::uint8_t>(std::clamp(std::round(share), 0.0, 100.0));
  return block;
}

Block algorithm_block(const Ask& ask) {
  const WallboxSettings& s = setting(ask);
  Block block{};
  block[0] = static_cast<std::uint8_t>(s.precharge);
  block[1] = static_cast<std::uint8_t>(charging(ask) ? s.phases : 0);
  unsigned bits = 0;
  if (s.sun_mode) bits |= 0x80U;
  if (s.aborted) bits |= 0x40U;
  if (charging(ask)) bits |= 0x20U;
  if (charging(ask)) bits |= 0x10U;
  if (car(ask).plugged) bits |= 0x08U;
  if (s.schuko) bits |= 0x04U;
  block[2] = static_cast<std::uint8_t>(bits);
  block[3] = static_cast<std::uint8_t>(s.max_current);
  unsigned lights = s.sun_mode ? 0x40U : 0x20U;
  if (charging(ask)) lights |= 0x08U;
  block[4] = static_cast<std::uint8_t>(lights);
  return block;
}

Block sun_block(const Ask& ask) {
  const double watts = solar_power(ask);
  return source_block(watts, car(ask).solar_energy, power(ask) > 0 ? watts / power(ask) * 100 : 0);
}
Block net_block(const Ask& ask) {
  const double watts = power(ask) - solar_power(ask);
  return source_block(watts, car(ask).energy - car(ask).solar_energy,
                      power(ask) > 0 ? watts / power(ask) * 100 : 0);
}
Block all_block(const Ask& ask) {
  return source_block(power(ask), car(ask).energy, charging(ask) ? 100 : 0);
}

std::optional<Bytes> written_bytes(const Value& request) {
  const Value* data = request.child(tag::WB_EXTERN_DATA);
  if (data == nullptr || data->type() != DataType::ByteArray) return std::nullopt;
  return data->payload();
}

Value done(Tag tag) {
  // Declared as no type: an empty item. python-e3dc only looks whether it is an Error.
  return Value::raw(tag, DataType::None, {});
}

Reply set_external(const Ask& ask) {
  const auto bytes = written_bytes(ask.request);
  constexpr std::size_t kLength = 6;
  if (!bytes || bytes->size() < kLength) return kFormat;
  const auto& b = *bytes;
  if (b[0] > 2 || b[1] > kMostCurrent || b[2] > 2) return kOutOfBounds;
  WallboxSettings& s = change(ask);
  if (b[0] != 0) s.sun_mode = b[0] == 1;
  if (b[1] != 0) s.max_current = b[1];
  if (b[2] == 1) s.precharge = std::min(s.precharge + 5, 100U);
  if (b[2] == 2) s.precharge -= std::min(s.precharge, 5U);
  if (b[3] != 0) s.phases = s.phases == 3 ? 1 : 3;
  if (b[4] != 0) s.aborted = !s.aborted;
  if (b[5] != 0) s.schuko = !s.schuko;
  changed(ask);
  return done(tag::WB_SET_EXTERN);
}

Reply set_parameters(const Ask& ask, Block WallboxSettings::* parameters, std::size_t current_at,
                     Tag answer) {
  const auto bytes = written_bytes(ask.request);
  if (!bytes || bytes->size() <= current_at) return kFormat;
  const unsigned current = (*bytes)[current_at];
  if (current < kLeastCurrent || current > kMostCurrent) return kOutOfBounds;
  WallboxSettings& s = change(ask);
  std::copy_n(bytes->begin(), std::min(bytes->size(), Block().size()), (s.*parameters).begin());
  s.max_current = current;
  changed(ask);
  const auto stored = external_data(s.*parameters);
  return make_item(answer, DataType::Container, stored, answer);
}

// Writes of newer firmware: one number or flag, answered with what was taken.
Reply set_current(const Ask& ask, unsigned WallboxSettings::* current) {
  const auto amperes = ask.request.integer();
  if (!amperes) return kFormat;
  if (*amperes < kLeastCurrent || *amperes > kMostCurrent) return kOutOfBounds;
  change(ask).*current = static_cast<unsigned>(*amperes);
  changed(ask);
  return static_cast<double>(*amperes);
}

Reply set_flag(const Ask& ask, bool WallboxSettings::* flag) {
  const auto wanted = ask.request.integer();
  if (!wanted) return kFormat;
  change(ask).*flag = *wanted != 0;
  changed(ask);
  return *wanted != 0;
}

Reply set_phases(const Ask& ask) {
  const auto phases = ask.request.integer();
  if (!phases) return kFormat;
  if (*phases != 1 && *phases != 3) return kOutOfBounds;
  change(ask).phases = static_cast<unsigned>(*phases);
  changed(ask);
  return static_cast<double>(*phases);
}

Reply parameter_list(const Ask& ask) {
  const auto index = ask.parameter();
  if (!index || *index < 0 || *index > 1) return Denied{ErrorCode::kOutOfBounds};
  return std::vector<Value>{item(tag::WB_PARAM_INDEX, static_cast<double>(*index))};
}

void add_readings(AnswerTable::Group& group) {
  const auto number = [&group](Tag request, double (*get)(const Ask&)) {
    group.on(request, [get](const Ask& a) -> Reply { return get(a); });
  };
  const auto constant = [&group](Tag request, double value) {
    group.on(request, [value](const Ask&) -> Reply { return value; });
  };
  const auto text = [&group](Tag request, const char* value) {
    group.on(request, [value](const Ask&) -> Reply { return std::string(value); });
  };
  for (const Tag request :
       {tag::WB_REQ_PM_POWER_L1, tag::WB_REQ_PM_POWER_L2, tag::WB_REQ_PM_POWER_L3}) {
    const bool first = request == tag::WB_REQ_PM_POWER_L1;
    group.on(request, [first](const Ask& a) -> Reply {
      if (setting(a).phases == 1) return first ? power(a) : 0.0;
      return power(a) / 3;
    });
  }
  for (const Tag request :
       {tag::WB_REQ_PM_ENERGY_L1, tag::WB_REQ_PM_ENERGY_L2, tag::WB_REQ_PM_ENERGY_L3}) {
    number(request, [](const Ask& a) { return car(a).energy / 3; });
  }
  number(tag::WB_REQ_ENERGY_ALL, [](const Ask& a) { return car(a).energy; });
  number(tag::WB_REQ_ENERGY_SOLAR, [](const Ask& a) { return car(a).solar_energy; });
  number(tag::WB_REQ_SOC, [](const Ask& a) { return static_cast<double>(setting(a).precharge); });
  number(tag::WB_REQ_STATUS, [](const Ask& a) { return charging(a) ? 1.0 : 0.0; });
  number(tag::WB_REQ_MODE, [](const Ask& a) { return charging(a) ? 144.0 : 128.0; });
  number(tag::WB_REQ_PM_ACTIVE_PHASES,
         [](const Ask& a) { return setting(a).phases == 3 ? 7.0 : 1.0; });
  number(tag::WB_REQ_NUMBER_PHASES,
         [](const Ask& a) { return static_cast<double>(setting(a).phases); });
  number(tag::WB_REQ_MAX_CHARGE_CURRENT,
         [](const Ask& a) { return static_cast<double>(setting(a).max_current); });
  number(tag::WB_REQ_MIN_CHARGE_CURRENT,
         [](const Ask& a) { return static_cast<double>(setting(a).min_current); });
  number(tag::WB_REQ_UPPER_CURRENT_LIMIT, [](const Ask& a) { return box(a).max_current; });
  number(tag::WB_REQ_PM_DEVICE_ID, [](const Ask& a) { return 60.0 + box(a).index; });
  number(tag::WB_REQ_DEVICE_ID, [](const Ask& a) { return 1.0 + box(a).index; });
  number(tag::WB_REQ_PROXIMITY_PLUG, [](const Ask& a) { return car(a).plugged ? 32.0 : 0.0; });
  constant(tag::WB_REQ_LOWER_CURRENT_LIMIT, static_cast<double>(kLeastCurrent));
  for (const Tag request :
       {tag::WB_REQ_ERROR_CODE, tag::WB_REQ_PM_MODE, tag::WB_REQ_PM_ERROR_CODE,
        tag::WB_REQ_DIAG_INFOS, tag::WB_REQ_DIAG_WARNINGS, tag::WB_REQ_DIAG_ERRORS,
        tag::WB_REQ_KEY_STATE, tag::WB_REQ_ACTIVE_CHARGE_STRATEGY}) {
    constant(request, 0);
  }
  constant(tag::WB_REQ_APP_SOFTWARE, 14);
  constant(tag::WB_REQ_BOOTLOADER_SOFTWARE, 2);
  constant(tag::WB_REQ_HW_VERSION, 3);
  constant(tag::WB_REQ_FLASH_VERSION, 1);
  constant(tag::WB_REQ_PM_FIRMWARE_VERSION, 41);
  constant(tag::WB_REQ_PM_MAX_PHASE_POWER, 7'360);
  constant(tag::WB_REQ_DIAG_TEMP_1, 31);
  constant(tag::WB_REQ_DIAG_TEMP_2, 33);
  text(tag::WB_REQ_FIRMWARE_VERSION, "7.0.4.0");
  text(tag::WB_REQ_MAC_ADDRESS, "00:03:2d:5e:3d:c1");
  group.on(tag::WB_REQ_DEVICE_NAME, [](const Ask& a) -> Reply { return box(a).name; });
  // The tables have the two codes the wrong way round: which of them asks depends on the client.
  const auto serial = [](const Ask& a) -> Reply {
    return "WB-" + std::to_string(72000 + box(a).index);
  };
  group.on(tag::WB_REQ_SERIAL, tag::WB_SERIAL, DataType::CString, serial);
  group.on(tag::WB_SERIAL, tag::WB_REQ_SERIAL, DataType::CString, serial);
  group.on(tag::WB_REQ_CP_STATE, [](const Ask& a) -> Reply {
    if (!car(a).plugged) return std::string("A");
    return std::string(charging(a) ? "C" : "B");
  });
  group.on(tag::WB_REQ_SUN_MODE_ACTIVE, [](const Ask& a) -> Reply { return setting(a).sun_mode; });
  group.on(tag::WB_REQ_ABORT_CHARGING, [](const Ask& a) -> Reply { return setting(a).aborted; });
  group.on(tag::WB_REQ_AUTO_PHASE_SWITCH_ENABLED, [](const Ask&) -> Reply { return false; });
  group.on(tag::WB_REQ_STATION_AVAILABLE, [](const Ask&) -> Reply { return true; });
  group.on(tag::WB_REQ_ASSIGNED_POWER, [](const Ask& a) -> Reply {
    const double third = setting(a).max_current * kPhaseVoltage;
    return std::vector<Value>{item(tag::WB_ASSIGNED_POWER_L1, third),
                              item(tag::WB_ASSIGNED_POWER_L2, third),
                              item(tag::WB_ASSIGNED_POWER_L3, third)};
  });
  group.on(tag::WB_REQ_DEVICE_STATE, [](const Ask&) -> Reply {
    return device_state(tag::WB_DEVICE_CONNECTED, tag::WB_DEVICE_WORKING,
                        tag::WB_DEVICE_IN_SERVICE);
  });
  group.on(tag::WB_REQ_PM_DEVICE_STATE, [](const Ask&) -> Reply {
    return std::vector<Value>{item(tag::WB_PM_DEVICE_STATE_CONNECTED, true),
                              item(tag::WB_PM_DEVICE_STATE_WORKING, true),
                              item(tag::WB_PM_DEVICE_STATE_IN_SERVICE, false)};
  });
  group.on(tag::WB_REQ_PARAMETER_LIST, parameter_list);
  group.on(tag::WB_REQ_EXTERN_DATA_ALG,
           [](const Ask& a) { return external_data(algorithm_block(a)); });
  group.on(tag::WB_REQ_EXTERN_DATA_SUN, [](const Ask& a) { return external_data(sun_block(a)); });
  group.on(tag::WB_REQ_EXTERN_DATA_NET, [](const Ask& a) { return external_data(net_block(a)); });
  group.on(tag::WB_REQ_EXTERN_DATA_ALL, [](const Ask& a) { return external_data(all_block(a)); });
  group.on(tag::WB_REQ_PARAM_1,
           [](const Ask& a) { return external_data(setting(a).parameters_1); });
  group.on(tag::WB_REQ_PARAM_2,
           [](const Ask& a) { return external_data(setting(a).parameters_2); });
}

void add_writes(AnswerTable::Group& group) {
  group.on(tag::WB_REQ_SET_EXTERN, set_external);
  group.on(tag::WB_REQ_SET_PARAM_1, [](const Ask& a) {
    return set_parameters(a, &WallboxSettings::parameters_1, 2, tag::WB_SET_PARAM_1);
  });
  group.on(tag::WB_REQ_SET_PARAM_2, [](const Ask& a) {
    return set_parameters(a, &WallboxSettings::parameters_2, 2, tag::WB_SET_PARAM_2);
  });
  group.on(tag::WB_REQ_SET_MAX_CHARGE_CURRENT,
           [](const Ask& a) { return set_current(a, &WallboxSettings::max_current); });
  group.on(tag::WB_REQ_SET_MIN_CHARGE_CURRENT,
           [](const Ask& a) { return set_current(a, &WallboxSettings::min_current); });
  group.on(tag::WB_REQ_SET_SUN_MODE_ACTIVE,
           [](const Ask& a) { return set_flag(a, &WallboxSettings::sun_mode); });
  group.on(tag::WB_REQ_SET_ABORT_CHARGING,
           [](const Ask& a) { return set_flag(a, &WallboxSettings::aborted); });
  group.on(tag::WB_REQ_SET_NUMBER_PHASES, set_phases);
}

}  // namespace

void add_wallbox_answers(AnswerTable& table) {
  const auto find = [](Station& d, std::int64_t index) -> std::optional<std::size_t> {
    const auto& boxes = d.config().wallboxes;
    const auto found = std::ranges::find_if(
        boxes, [&](const WallboxConfig& b) { return static_cast<std::int64_t>(b.index) == index; });
    if (found == boxes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - boxes.begin());
  };
  auto& group = table.group(tag::WB_REQ_DATA, tag::WB_INDEX, find);
  // Every request echoed as not available.
  group.absent = [](const Value& request, Tag answer, Tag index_tag, std::int64_t index) {
    std::vector<Value> children = {item(index_tag, static_cast<double>(index))};
    for (const Value& child : request.children()) {
      if (child.tag() == index_tag) continue;
      children.push_back(error_value(child.tag(), ErrorCode::kNotAvailable));
    }
    return Value::container(answer, std::move(children));
  };
  add_readings(group);
  add_writes(group);
  table.on(tag::WB_REQ_CONNECTED_DEVICES, [](const Ask& a) -> Reply {
    std::vector<Value> indices;
    for (const auto& wallbox : a.station.config().wallboxes) {
      indices.push_back(item(tag::WB_INDEX, static_cast<double>(wallbox.index)));
    }
    return indices;
  });
  table.on(tag::WB_REQ_AVAILABLE_SOLAR_POWER, [find](const Ask& a) -> Reply {
    const auto index = a.integer(tag::WB_INDEX);
    if (!index) return kFormat;
    if (*index != kGroupIndex && !find(a.station, *index)) {
      return ErrorCode{ErrorCode::kNotAvailable};
    }
    const Flows& flows = a.station.plant().flows();
    const double surplus = std::max(flows.pv + flows.external - flows.house, 0.0);
    return std::vector<Value>{item(tag::WB_INDEX, static_cast<double>(*index)),
                              item(tag::WB_POWER, surplus)};
  });
}

}  // namespace rscp::simulator
