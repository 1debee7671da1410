// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "diagnostics_fields.hpp"
#include <rscp/dictionary.hpp>
#include <rscp/json.hpp>
#include <rscp/replay/diagnostics_import.hpp>
#include <rscp/scalar.hpp>
#include <rscp/scenario/write.hpp>
#include <rscp/value.hpp>

namespace rscp::replay {
namespace {

using namespace scenario;

constexpr std::size_t kMostDevices = 64;
constexpr double kMostCapacity = 1e9;  // Wh; what a scenario takes

const Dictionary& dictionary() { return Dictionary::builtin(); }

const Json& content_of(const Json& json) {
  const auto data = json.find("data");
  return data != json.end() && data->is_object() ? *data : json;
}

// A value below an object, by names that a slash separates; null if there is none.
const Json& at(const Json& object, std::string_view key) {
  static const Json kNothing;
  const Json* place = &object;
  while (!key.empty()) {
    const std::size_t slash = std::min(key.find('/'), key.size());
    if (!place->is_object()) return kNothing;
    const auto found = place->find(std::string(key.substr(0, slash)));
    if (found == place->end()) return kNothing;
    place = &*found;
    key.remove_prefix(std::min(slash + 1, key.size()));
  }
  return *place;
}

std::optional<double> number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  return std::nullopt;
}

std::size_t index_of(const Json& device, std::size_t otherwise) {
  const auto index = number(at(device, "index"));
  return index && *index >= 0 && *index < kMostDevices ? static_cast<std::size_t>(*index)
                                                       : otherwise;
}

// The file's value in the type that the tag has; nothing if it has none to offer.
std::optional<ValueTemplate> value_from(const TagInfo& tag, const Json& value, double scale) {
  if (!tag.type || value.is_null()) return std::nullopt;
  const auto made = [&](const Argument& argument) -> std::optional<ValueTemplate> {
    const auto item = Value::make(tag.tag, *tag.type, argument);
    return item ? template_of(*item) : std::nullopt;
  };
  if (*tag.type == DataType::CString) {
    if (!value.is_string() || value.get<std::string>().find("<redacted>") != std::string::npos) {
      return std::nullopt;
    }
    return made(value.get<std::string>());
  }
  const auto given = number(value);
  if (!given || !std::isfinite(*given)) return std::nullopt;
  if (*tag.type == DataType::Bool) return made(*given != 0);
  const double scaled = *given * scale;
  if (is_float(*tag.type)) return made(scaled);
  constexpr double kMost = 9e15;  // all integers up to here are doubles
  if (!is_integer(*tag.type) || std::abs(scaled) > kMost) return std::nullopt;
  return made(static_cast<std::int64_t>(std::llround(scaled)));
}

// From the enumeration of PM_TYPE.
MeterRole meter_role(double type) {
  if (type == 1) return MeterRole::Root;
  if (type == 2 || type == 3) return MeterRole::Production;
  return type == 7 ? MeterRole::Wallbox : MeterRole::Consumption;
}

class Importer {
 public:
  explicit Importer(const Json& json) : data_(content_of(json)) {}

  ExportedScenario run(const std::string& name, const std::string& key) {
    fields(kPollFields, result_of("poll"), "");
    fields(kSystemFields, result_of("get_system_info"), "");
    for (const DiagnosticsField& field : kSpecificationFields) {
      add("EMS_GET_SYS_SPECS/EMS_SYS_SPEC(EMS_SYS_SPEC_NAME==\"" + std::string(field.path) +
              "\")/EMS_SYS_SPEC_VALUE_INT",
          at(result_of("get_system_info"), field.key), 1);
    }
    status(result_of("get_system_status"));
    fields(kPowerSettingFields, result_of("get_power_settings"), "EMS_GET_POWER_SETTINGS/");
    batteries(result_of("get_batteries_data"));
    inverters(result_of("get_pvis_data"));
    meters(result_of("get_powermeters_data"));
    wallboxes(result_of("get_wallbox_data"));
    tuples(result_of("EMS_REQ_GET_MANUAL_CHARGE"), "EMS_GET_MANUAL_CHARGE");
    const Json& day = result_of("DB_REQ_HISTORY_DATA_DAY");
    if (is_tuple(day)) tuples(day[2], "DB_HISTORY_DATA_DAY");

    device_.name = name;
    device_.key = key;
    Scenario made;
    made.name = name;
    made.devices.push_back(std::move(device_));
    return {write_scenario(made), std::move(notes_)};
  }

 private:
  // What a getter gave; null and a note if it failed when the file was made.
  const Json& result_of(const char* getter) {
    static const Json kNothing;
    const Json& result = at(data_, getter);
    if (!result.is_object() || !result.contains("exception")) return result;
    const std::string note = std::string(getter) + ": failed when the file was made";
    if (std::ranges::find(notes_, note) == notes_.end()) notes_.push_back(note);
    return kNothing;
  }

  void add(const std::string& path, const Json& value, double scale) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const TagInfo* tag = dictionary().find(name);
    if (tag == nullptr) return;
    if (auto one = value_from(*tag, value, scale)) add(path, *std::move(one));
  }

  void add(const std::string& path, ValueTemplate value) {
    auto entry = override_of(path);
    if (!entry) return;
    entry->value = std::move(value);
    add_override(device_.values, *std::move(entry));
  }

  void fields(std::span<const DiagnosticsField> fields, const Json& object,
              const std::string& prefix) {
    for (const DiagnosticsField& field : fields) {
      add(prefix + std::string(field.path), at(object, field.key), field.scale);
    }
  }

  void status(const Json& object) {
    if (!object.is_object()) return;
    std::uint32_t bits = 0;
    for (const StatusBit& bit : kStatusBits) {
      if (number(at(object, bit.key)).value_or(0) != 0) bits |= 1U << bit.bit;
    }
    add("EMS_SYS_STATUS", bits, 1);
  }

  // Objects by number: {"0": {...}, "1": {...}}.
  template <typename Each>
  static void numbered(const Json& object, Each each) {
    if (!object.is_object()) return;
    for (std::size_t i = 0; i < kMostDevices; ++i) {
      const Json& one = at(object, std::to_string(i));
      if (one.is_object()) each(i, one);
    }
  }

  // One for each number up to the highest, so that the indices are the file's.
  template <class Config, class Make>
  static void device_list(std::vector<Config>& configs, const Json& list, Make make) {
    if (!list.is_array() || list.empty()) return;
    configs.clear();
    for (std::size_t i = 0; i < std::min(list.size(), kMostDevices); ++i) {
      const std::size_t index = index_of(list[i], i);
      while (configs.size() <= index) configs.push_back(make(Json::object()));
      configs[index] = make(list[i]);
    }
  }

  void batteries(const Json& list) {
    const auto capacity =
        number(at(result_of("get_system_info"), "installedBatteryCapacity")).value_or(0);
    const double share =
        list.is_array() ? std::round(capacity / static_cast<double>(list.size())) : 0;
    device_list(device_.config.batteries, list, [&](const Json& battery) {
      BatteryConfig config;
      if (battery.empty()) return config;
      const double modules = std::clamp(number(at(battery, "dcbCount")).value_or(1), 1.0, 32.0);
      config.modules = static_cast<unsigned>(std::llround(modules));
      if (share >= 1 && share <= kMostCapacity) config.capacity = share;
      return config;
    });
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
      const std::string prefix =
          "BAT_DATA(BAT_INDEX==" + std::to_string(index_of(list[i], i)) + ")/";
      fields(kBatteryFields, list[i], prefix);
      numbered(at(list[i], "dcbs"), [&](std::size_t module, const Json& one) {
        fields(kModuleFields, one,
               prefix + "BAT_DCB_INFO(BAT_DCB_INDEX==" + std::to_string(module) + ")/");
      });
    }
  }

  void inverters(const Json& list) {
    device_list(device_.config.inverters, list, [](const Json& inverter) {
      InverterConfig config = DeviceConfig().inverters.front();
      config.strings.clear();
      numbered(at(inverter, "strings"),
               [&](std::size_t, const Json&) { config.strings.emplace_back(); });
      if (config.strings.empty()) config.strings.emplace_back();
      return config;
    });
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
      const std::string prefix =
          "PVI_DATA(PVI_INDEX==" + std::to_string(index_of(list[i], i)) + ")/";
      fields(kInverterFields, list[i], prefix);
      const auto parts = [&](const char* name, std::span<const DiagnosticsField> fields) {
        numbered(at(list[i], name), [&](std::size_t number, const Json& one) {
          for (const DiagnosticsField& field : fields) {
            add(prefix + std::string(field.path) + "(PVI_INDEX==" + std::to_string(number) +
                    ")/PVI_VALUE",
                at(one, field.key), field.scale);
          }
        });
      };
      const Json& temperatures = at(list[i], "temperature/values");
      for (std::size_t k = 0; temperatures.is_array() && k < temperatures.size(); ++k) {
        add(prefix + "PVI_TEMPERATURE(PVI_INDEX==" + std::to_string(k) + ")/PVI_VALUE",
            temperatures[k], 1);
      }
      parts("phases", kPhaseFields);
      parts("strings", kStringFields);
    }
  }

  void meters(const Json& list) {
    if (!list.is_array() || list.empty()) return;
    device_.config.meters.clear();
    for (std::size_t i = 0; i < std::min(list.size(), kMostDevices); ++i) {
      const std::size_t index = index_of(list[i], i);
      device_.config.meters.push_back(
          {static_cast<unsigned>(index),
           meter_role(number(at(list[i], "type")).value_or(i == 0 ? 1 : 4))});
      fields(kMeterFields, list[i], "PM_DATA(PM_INDEX==" + std::to_string(index) + ")/");
    }
  }

  // The bytes that python-e3dc took the members from. Little-endian, as it reads them.
  static ByteBuffer external_data(const Json& box) {
    const auto flag = [&](const char* name, unsigned bit) {
      return number(at(box, name)).value_or(0) != 0 ? 1U << bit : 0U;
    };
    const auto byte = [&](const char* name) {
      return static_cast<std::uint8_t>(std::clamp(number(at(box, name)).value_or(0), 0.0, 255.0));
    };
    const auto status = static_cast<std::uint8_t>(
        flag("sunModeOn", 7) | flag("chargingCanceled", 6) | flag("chargingActive", 5) |
        flag("plugLocked", 4) | flag("plugged", 3));
    const auto schuko = static_cast<std::uint8_t>(flag("schukoOn", 0));
    return {byte("soc"), byte("phases"), status, byte("maxChargeCurrent"), 0, schuko, 0, 0};
  }

  static ByteBuffer power_and_energy(const Json& box, const char* power, const char* energy) {
    ByteBuffer bytes(8);
    const auto within = [&](const char* name, double most) {
      return std::clamp(number(at(box, name)).value_or(0), -most, most);
    };
    store_le(bytes.data(), static_cast<std::int16_t>(within(power, 32'767)));
    store_le(bytes.data() + 2, static_cast<std::int32_t>(within(energy, 2'147'483'647)));
    return bytes;
  }

  void wallboxes(const Json& box) {
    if (!box.is_object() || !number(at(box, "phases"))) return;
    const std::size_t index = std::min<std::size_t>(index_of(box, 0), 7);
    device_.config.wallboxes.assign(1, {});
    device_.config.wallboxes.front().index = static_cast<unsigned>(index);
    const std::string prefix = "WB_DATA(WB_INDEX==" + std::to_string(index) + ")/";
    fields(kWallboxFields, box, prefix);
    const auto bytes = [&](const char* group, ByteBuffer data) {
      add(prefix + group + "/WB_EXTERN_DATA",
          ValueTemplate{Literal{std::move(data), std::nullopt}, {}});
    };
    bytes("WB_EXTERN_DATA_ALG", external_data(box));
    bytes("WB_EXTERN_DATA_SUN", power_and_energy(box, "consumptionSun", "energySun"));
    bytes("WB_EXTERN_DATA_NET", power_and_energy(box, "consumptionNet", "energyNet"));
    add("EMS_BATTERY_TO_CAR_MODE", at(box, "batteryToCar"), 1);
  }

  static bool is_tuple(const Json& item) {
    return item.is_array() && item.size() == 3 && item[0].is_string() && item[1].is_string();
  }

  // Decoded items as python-e3dc leaves them: ["TAG", "Type", value], containers with a list of
  // such.
  void tuples(const Json& list, const std::string& prefix, std::size_t depth = 0) {
    constexpr std::size_t kDeepest = 8;
    if (!list.is_array() || depth > kDeepest) return;
    for (const Json& item : list) {
      if (!is_tuple(item)) continue;
      const auto name = item[0].get<std::string>();
      const auto same = [&](const Json& other) { return is_tuple(other) && other[0] == item[0]; };
      // A path means the first of several with one tag and would change them all.
      if (dictionary().find(name) == nullptr || std::ranges::count_if(list, same) > 1) continue;
      std::string path = prefix;
      path.append("/").append(name);
      item[2].is_array() ? tuples(item[2], path, depth + 1) : add(path, item[2], 1);
    }
  }

  const Json& data_;
  DeviceScenario device_;
  std::vector<std::string> notes_;
};

}  // namespace

bool is_diagnostics(const Json& json) {
  if (!json.is_object()) return false;
  const Json& data = content_of(json);
  return data.contains("get_system_info") || data.contains("get_batteries_data");
}

ExportedScenario import_diagnostics(const Json& json, const std::string& name,
                                    const std::string& key) {
  return Importer(json).run(name, key);
}

}  // namespace rscp::replay
