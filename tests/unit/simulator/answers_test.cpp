// SPDX-License-Identifier: MIT
#include <cmath>
#include <functional>

#include "catch.hpp"
#include "station_fixture.hpp"
#include <rscp/frame.hpp>
#include <rscp/simulator/random.hpp>

using namespace std::chrono_literals;
using namespace test;

namespace {

const Dictionary& dictionary() { return Dictionary::builtin(); }

// Every item has the type the dictionary declares, if it does and the item is no error. Some tags
// are known to differ on real devices.
void check_types(const Value& value) {
  const TagInfo* info = dictionary().find(value.tag());
  CAPTURE(dictionary().label(value.tag()));
  REQUIRE(info != nullptr);
  const std::string name(info->name);
  const bool exempt = name == "EMS_ALIVE" || name == "PVI_TEMPERATURE_COUNT" ||
                      name == "EMS_WEATHER_FORECAST_MODE" || name == "SE_PARAM_INDEX" ||
                      name == "PVI_MAX_TEMPERATURE" || name == "PVI_MIN_TEMPERATURE" ||
                      name == "WB_REQ_SERIAL" || name == "EMS_DISCHARGE_START_POWER";
  if (!value.is_error() && !exempt && info->type) CHECK(value.type() == *info->type);
  for (const Value& child : value.children()) check_types(child);
}

Value history(const std::string& start, std::int64_t interval, std::int64_t span,
              const char* kind = "DB_REQ_HISTORY_DATA_DAY") {
  const auto seconds = timestamp_from_string(start).value();
  return Value(kind, {{"DB_REQ_HISTORY_TIME_START", DataType::Timestamp, seconds},
                      {"DB_REQ_HISTORY_TIME_INTERVAL", DataType::UInt64, interval},
                      {"DB_REQ_HISTORY_TIME_SPAN", DataType::UInt64, span}});
}

double sum_of(const Value& answer, const char* field) {
  return answer.child("DB_SUM_CONTAINER")->child(field)->number().value();
}

double total_of(const Value& answer, const char* field) {
  double total = 0;
  for (const Value& child : answer.children()) {
    if (dictionary().label(child.tag()) == "DB_VALUE_CONTAINER") {
      total += child.child(field)->number().value();
    }
  }
  return total;
}

std::size_t slots_of(const Value& answer) { return answer.children().size() - 1; }

}  // namespace

TEST_CASE("every request of the dictionary gets one well-typed answer under its own answer tag") {
  auto device = station("2026-06-15T12:00:00");
  std::size_t handled = 0;
  for (const TagInfo* info : dictionary().all()) {
    if (info->name.find("_REQ_") == std::string_view::npos || has_answer_bit(info->tag)) continue;
    CAPTURE(info->name);
    const Value answer = ask(*device, Value(info->tag));
    const bool own = answer.tag() == dictionary().answer_to(info->tag);
    const bool echoed = answer.tag() == info->tag && answer.is_error();
    CHECK((own || echoed));
    check_types(answer);
    if (!answer.is_error()) ++handled;
  }
  CHECK(handled > 70);
}

TEST_CASE("ten thousand random requests give exactly one well-formed value each") {
  auto device = station("2026-06-15T12:00:00");
  Random random(42);
  const auto all = dictionary().all();
  std::vector<Tag> containers;
  for (const TagInfo* info : all) {
    if (info->name.ends_with("_REQ_DATA") || info->name == "EMS_REQ_SET_POWER" ||
        info->name == "EMS_REQ_SET_POWER_SETTINGS" ||
        info->name.starts_with("DB_REQ_HISTORY_DATA") || info->name == "EMS_REQ_SET_IDLE_PERIODS" ||
        info->name == "SE_REQ_SET_EP_RESERVE") {
      containers.push_back(info->tag);
    }
  }
  std::function<Value(unsigned)> make = [&](unsigned depth) {
    const Tag tag = depth == 0 && random.below(2) == 0 ? containers[random.below(containers.size())]
                                                       : all[random.below(all.size())]->tag;
    if (depth < 3 && random.below(depth == 0 ? 2 : 6) == 0) {
      std::vector<Value> children;
      for (std::uint64_t i = random.below(6); i > 0; --i) children.push_back(make(depth + 1));
      return Value::container(tag, std::move(children));
    }
    const DataType types[] = {DataType::None,      DataType::Bool,    DataType::UChar8,
                              DataType::UInt16,    DataType::Int32,   DataType::UInt64,
                              DataType::Float32,   DataType::CString, DataType::Timestamp,
                              DataType::ByteArray, DataType::Error};
    const DataType type = types[random.below(std::size(types))];
    ByteBuffer payload(fixed_size(type).value_or(random.below(9)));
    for (std::uint8_t& byte : payload) {
      byte = static_cast<std::uint8_t>(random.below(3) == 0 ? random.below(256) : random.below(4));
    }
    return Value::raw(tag, type, payload);
  };
  for (int i = 0; i < 10'000; ++i) {
    const Value request = make(0);
    const Value answer = ask(*device, request);
    REQUIRE((answer.tag() == dictionary().answer_to(request.tag()) ||
             (answer.tag() == request.tag() && answer.is_error())));
    const auto sealed = seal_frame({&answer, 1}, {1, 0});
    REQUIRE(sealed.has_value());
    const auto parsed = Frame::parse(*sealed);
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->errors.empty());
    REQUIRE(parsed->frame.values.size() == 1);
    REQUIRE(parsed->frame.values[0] == answer);
  }
}

TEST_CASE("indices of any integer type are taken and echoed in their own") {
  auto device = station("2026-06-15T12:00:00");
  const auto type = GENERATE(DataType::UChar8, DataType::UInt16, DataType::Int32, DataType::UInt64);
  const Value answer = ask(
      *device, {"BAT_REQ_DATA", {{"BAT_INDEX", type, 1}, {"BAT_REQ_RSOC"}, {"BAT_REQ_DCB_COUNT"}}});
  REQUIRE(answer.children().size() == 3);
  CHECK(answer.children()[0] == Value("BAT_INDEX", 1));
  CHECK(answer.children()[1].type() == DataType::Float32);
  CHECK(answer.children()[2].integer() == 3);
}

TEST_CASE("an index that does not exist is reported as each class of devices does") {
  auto device = station("2026-06-15T12:00:00");
  const auto error = [&](const Value& request) { return ask(*device, request).error(); };
  CHECK(error({"BAT_REQ_DATA", {{"BAT_INDEX", 2}, {"BAT_REQ_RSOC"}}}) ==
        ErrorCode{ErrorCode::kNotAvailable});
  CHECK(error({"DCDC_REQ_DATA", {{"DCDC_INDEX", 9}, {"DCDC_REQ_I_BAT"}}}) ==
        ErrorCode{ErrorCode::kOutOfBounds});
  const Value inverter = ask(*device, {"PVI_REQ_DATA", {{"PVI_INDEX", 1}, {"PVI_REQ_TYPE"}}});
  CHECK(inverter.child("PVI_REQ_DATA")->error() == ErrorCode{ErrorCode::kFormat});
  CHECK(inverter.child("PVI_TYPE") == nullptr);
  const Value meter = ask(*device, {"PM_REQ_DATA", {{"PM_INDEX", 5}, {"PM_REQ_TYPE"}}});
  CHECK(meter == Value("PM_DATA", {{"PM_INDEX", 5}}));
  const Value box = ask(*device, {"WB_REQ_DATA", {{"WB_INDEX", 4}, {"WB_REQ_MODE"}}});
  CHECK(box.child("WB_REQ_MODE")->error() == ErrorCode{ErrorCode::kNotAvailable});
  CHECK(error({"BAT_REQ_DATA", {{"BAT_REQ_RSOC"}}}) == ErrorCode{ErrorCode::kFormat});
  const Value module =
      ask(*device, {"BAT_REQ_DATA", {{"BAT_INDEX", 0}, {"BAT_REQ_DCB_INFO", DataType::UInt16, 3}}});
  CHECK(module.child("BAT_DCB_INFO")->error() == ErrorCode{ErrorCode::kOutOfBounds});
}

TEST_CASE("repeated requests in a container get repeated answers in order") {
  auto device = station("2026-06-15T12:00:00");
  const Value answer = ask(*device, {"PVI_REQ_DATA",
                                     {{"PVI_INDEX", 0},
                                      {"PVI_REQ_DC_POWER", DataType::UChar8, 1},
                                      {"PVI_REQ_AC_POWER", DataType::UInt16, 2},
                                      {"PVI_REQ_DC_POWER", DataType::UChar8, 0},
                                      {"PVI_REQ_DC_POWER", DataType::UChar8, 2}}});
  REQUIRE(answer.children().size() == 5);
  CHECK(answer.children()[1].child("PVI_INDEX")->integer() == 1);
  CHECK(answer.children()[2].child("PVI_INDEX")->integer() == 2);
  CHECK(answer.children()[3].child("PVI_INDEX")->integer() == 0);
  CHECK(answer.children()[4].is_error());
}

TEST_CASE("one model stands behind all tags") {
  auto device = station("2026-06-15T13:00:00");
  const double pv = number(*device, "EMS_REQ_POWER_PV");
  const double grid = number(*device, "EMS_REQ_POWER_GRID");
  const Value inverter = ask(*device, {"PVI_REQ_DATA",
                                       {{"PVI_INDEX", 0},
                                        {"PVI_REQ_DC_POWER", DataType::UChar8, 0},
                                        {"PVI_REQ_DC_POWER", DataType::UChar8, 1}}});
  double strings = 0;
  for (const Value& child : inverter.children()) {
    if (const Value* value = child.child("PVI_VALUE")) strings += value->number().value();
  }
  CHECK(strings == Approx(pv).margin(1));
  const Value meter = ask(
      *device, {"PM_REQ_DATA",
                {{"PM_INDEX", 0}, {"PM_REQ_POWER_L1"}, {"PM_REQ_POWER_L2"}, {"PM_REQ_POWER_L3"}}});
  double phases = 0;
  for (std::size_t i = 1; i < 4; ++i) phases += meter.children()[i].number().value();
  CHECK(phases == Approx(grid).margin(0.01));
  const Value battery = ask(*device, {"BAT_REQ_DATA", {{"BAT_INDEX", 0}, {"BAT_REQ_RSOC"}}});
  CHECK(battery.child("BAT_RSOC")->number() == Approx(device->plant().charge()));
}

TEST_CASE("tags need their level, with the rest of the frame untouched") {
  auto device = station("2026-06-15T12:00:00");
  const auto error_at = [&](const char* request, UserLevel level) {
    return device->answer(Value(request), level).error();
  };
  const ErrorCode denied{ErrorCode::kAccessDenied};
  CHECK(error_at("EMS_REQ_POWER_PV", UserLevel::None) == denied);
  CHECK_FALSE(error_at("EMS_REQ_POWER_PV", UserLevel::User).has_value());
  CHECK(error_at("INFO_REQ_PLATFORM_TYPE", UserLevel::User) == denied);
  CHECK(error_at("INFO_REQ_PLATFORM_TYPE", UserLevel::Installer) ==
        ErrorCode{ErrorCode::kNotHandled});
  CHECK(error_at("EMS_REQ_SET_BALANCED_PHASES", UserLevel::User) == denied);
  CHECK(device->answer(Value("RSCP_REQ_USER_LEVEL"), UserLevel::User) ==
        Value("RSCP_USER_LEVEL", 10));
  CHECK(device->answer(Value(Tag{0x01007FFF}), UserLevel::User) ==
        Value(Tag{0x01007FFF}, DataType::Error, ErrorCode{ErrorCode::kUnknownTag}));
  CHECK(error_at("BAT_REQ_RSOC", UserLevel::User) == ErrorCode{ErrorCode::kFormat});
}

TEST_CASE("a forced power is obeyed, mirrored and lapses after its watchdog") {
  auto device = station("2026-06-15T23:00:00");
  device->set_state("soc", 50);
  const auto set = [&](int mode, int watts) {
    return ask(*device, {"EMS_REQ_SET_POWER",
                         {{"EMS_REQ_SET_POWER_MODE", mode}, {"EMS_REQ_SET_POWER_VALUE", watts}}});
  };
  CHECK(set(4, 2'000) == Value("EMS_SET_POWER", 2'000));
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == 2'000);
  device->advance(device->now() + 9s);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == 2'000);
  device->advance(device->now() + 2s);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") <= 0);
  set(2, 1'500);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == -1'500);
  set(1, 0);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == 0);
  // Mode 3 has only the sun, and it is night.
  set(3, 1'500);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == 0);
  // A value is not needed to go back to normal.
  CHECK_FALSE(ask(*device, {"EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", DataType::Int32, 0}}})
                  .is_error());
}

TEST_CASE("bad writes change nothing and say what is wrong") {
  auto device = station("2026-06-15T12:00:00");
  const auto error = [&](const Value& request) { return ask(*device, request).error(); };
  const ErrorCode format{ErrorCode::kFormat};
  const ErrorCode bounds{ErrorCode::kOutOfBounds};
  CHECK(error({"EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", 3}}}) == format);
  CHECK(error({"EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_VALUE", 3}}}) == format);
  CHECK(error({"EMS_REQ_SET_POWER",
               {{"EMS_REQ_SET_POWER_MODE", 5}, {"EMS_REQ_SET_POWER_VALUE", 1}}}) == bounds);
  CHECK(error({"EMS_REQ_SET_POWER",
               {{"EMS_REQ_SET_POWER_MODE", 3}, {"EMS_REQ_SET_POWER_VALUE", -1}}}) == bounds);
  CHECK(error(Value("EMS_REQ_START_MANUAL_CHARGE", DataType::UInt32, 1'000'000)) == bounds);
  CHECK(error({"SE_REQ_SET_EP_RESERVE", {{"SE_PARAM_INDEX", 0}, {"SE_PARAM_EP_RESERVE", 101.0}}}) ==
        bounds);
  CHECK(error({"SE_REQ_SET_EP_RESERVE", {{"SE_PARAM_INDEX", 0}}}) == format);
  CHECK(error(Value("EMS_REQ_SET_BATTERY_TO_CAR_MODE", DataType::UChar8, 2)) == bounds);
  const Value box =
      ask(*device, {"WB_REQ_DATA", {{"WB_INDEX", 0}, {"WB_REQ_SET_MAX_CHARGE_CURRENT", 40}}});
  CHECK(box.child("WB_SET_MAX_CHARGE_CURRENT")->error() == bounds);
  const Value powers =
      ask(*device, {"EMS_REQ_SET_POWER_SETTINGS", {{"EMS_MAX_CHARGE_POWER", 99'999}}});
  CHECK(powers.child("EMS_RES_MAX_CHARGE_POWER")->integer() == -1);
  const Value now = ask(*device, Value("EMS_REQ_GET_POWER_SETTINGS"));
  CHECK(now.child("EMS_MAX_CHARGE_POWER")->integer() == 6'000);
}

TEST_CASE("power limits persist, are read back and bind the battery") {
  auto device = station("2026-06-15T23:00:00");
  device->set_state("soc", 80);
  const Value answer = ask(*device, {"EMS_REQ_SET_POWER_SETTINGS",
                                     {{"EMS_POWER_LIMITS_USED", true},
                                      {"EMS_MAX_DISCHARGE_POWER", 100},
                                      {"EMS_DISCHARGE_START_POWER", 0},
                                      {"EMS_POWERSAVE_ENABLED", 0}}});
  CHECK(answer.child("EMS_RES_POWER_LIMITS_USED")->integer() == 0);
  CHECK(answer.child("EMS_RES_MAX_DISCHARGE_POWER")->integer() == 1);  // below recommendation
  CHECK(answer.child("EMS_DISCHARGE_START_POWER")->type() == DataType::Char8);
  CHECK(answer.child("EMS_RES_POWERSAVE_ENABLED")->integer() == 0);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == -100);
  const Value now = ask(*device, Value("EMS_REQ_GET_POWER_SETTINGS"));
  CHECK(now.child("EMS_POWER_LIMITS_USED")->integer() == 1);
  CHECK(now.child("EMS_MAX_DISCHARGE_POWER")->integer() == 100);
  CHECK(now.child("EMS_POWERSAVE_ENABLED")->integer() == 0);
}

TEST_CASE("idle periods are written, read back, marked as changed and obeyed") {
  auto device = station("2026-06-15T23:00:00");  // a Monday
  device->set_state("soc", 80);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") < 0);
  const double marker = number(*device, "EMS_REQ_IDLE_PERIOD_CHANGE_MARKER");
  const Value period{
      "EMS_IDLE_PERIOD",
      {{"EMS_IDLE_PERIOD_TYPE", 1},
       {"EMS_IDLE_PERIOD_DAY", 0},
       {"EMS_IDLE_PERIOD_ACTIVE", true},
       {"EMS_IDLE_PERIOD_START", {{"EMS_IDLE_PERIOD_HOUR", 22}, {"EMS_IDLE_PERIOD_MINUTE", 30}}},
       {"EMS_IDLE_PERIOD_END", {{"EMS_IDLE_PERIOD_HOUR", 23}, {"EMS_IDLE_PERIOD_MINUTE", 30}}}}};
  CHECK(ask(*device, {"EMS_REQ_SET_IDLE_PERIODS", {period}}) == Value("EMS_SET_IDLE_PERIODS", 1));
  CHECK(number(*device, "EMS_REQ_IDLE_PERIOD_CHANGE_MARKER") != marker);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") == 0);
  CHECK((static_cast<unsigned>(number(*device, "EMS_REQ_STATUS")) & 0x40U) != 0);
  const Value read = ask(*device, Value("EMS_REQ_GET_IDLE_PERIODS"));
  REQUIRE(read.children().size() == 14);
  CHECK(read.children()[7] == period);
  device->advance(at("2026-06-15T23:31:00"));
  CHECK(number(*device, "EMS_REQ_POWER_BAT") < 0);
}

TEST_CASE("a wallbox is a thing with a state") {
  auto device = station("2026-06-15T20:00:00");
  const auto block = [&](const char* request) {
    const Value answer = ask(*device, {"WB_REQ_DATA", {{"WB_INDEX", 0}, {request}}});
    const Bytes bytes = answer.children()[1].child("WB_EXTERN_DATA")->payload();
    return ByteBuffer(bytes.begin(), bytes.end());
  };
  REQUIRE(block("WB_REQ_EXTERN_DATA_ALG").size() == 8);
  CHECK((block("WB_REQ_EXTERN_DATA_ALG")[2] & 0x80U) != 0);  // sun mode
  CHECK((block("WB_REQ_EXTERN_DATA_ALG")[2] & 0x08U) != 0);  // plugged
  const ByteBuffer mix_at_10_a = {2, 10, 0, 0, 0, 0};
  const Value written = ask(
      *device, {"WB_REQ_DATA",
                {{"WB_INDEX", 0},
                 {"WB_REQ_SET_EXTERN",
                  {{"WB_EXTERN_DATA", mix_at_10_a}, {"WB_EXTERN_DATA_LEN", DataType::Int32, 6}}}}});
  CHECK(dictionary().label(written.children().back().tag()) == "WB_SET_EXTERN");
  CHECK_FALSE(written.children().back().is_error());
  CHECK(number(*device, "EMS_REQ_POWER_WB_ALL") == 10 * 230 * 3);
  CHECK((block("WB_REQ_EXTERN_DATA_ALG")[2] & 0x20U) != 0);  // charging
  CHECK(block("WB_REQ_EXTERN_DATA_ALG")[3] == 10);
  CHECK(load_le<std::int16_t>(block("WB_REQ_EXTERN_DATA_ALL").data()) == 6'900);
  ask(*device, {"WB_REQ_DATA", {{"WB_INDEX", 0}, {"WB_REQ_SET_ABORT_CHARGING", true}}});
  CHECK(number(*device, "EMS_REQ_POWER_WB_ALL") == 0);
}

TEST_CASE("manual charging draws from the grid until the energy is in") {
  auto device = station("2026-06-15T23:00:00");
  device->set_state("soc", 20);
  CHECK(ask(*device, Value("EMS_REQ_START_MANUAL_CHARGE", 1'000)).integer() == 1);
  CHECK(number(*device, "EMS_REQ_POWER_BAT") > 0);
  const Value running = ask(*device, Value("EMS_REQ_GET_MANUAL_CHARGE"));
  CHECK(running.child("EMS_MANUAL_CHARGE_ACTIVE")->integer() == 1);
  device->advance(device->now() + 30min);
  const Value done = ask(*device, Value("EMS_REQ_GET_MANUAL_CHARGE"));
  CHECK(done.child("EMS_MANUAL_CHARGE_ACTIVE")->integer() == 0);
  CHECK(done.child("EMS_MANUAL_CHARGE_ENERGY_COUNTER")->number() == Approx(1.0).margin(0.11));
}

TEST_CASE("history obeys the rules of windows") {
  auto device = station("2026-06-15T12:00:00");
  const auto start = "2026-06-14T00:00:00Z";
  CHECK(ask(*device, history(start, 900, 899)).error() == ErrorCode{0xFFFFFFFF});
  CHECK(ask(*device, history(start, 900, 33 * 3600)).error() == ErrorCode{0xFFFFFFFF});
  CHECK_FALSE(ask(*device, history(start, 900, 32 * 3600)).is_error());
  CHECK_FALSE(
      ask(*device, history(start, 86400, 31 * 86400, "DB_REQ_HISTORY_DATA_MONTH")).is_error());
  CHECK(slots_of(ask(*device, history(start, 1, 86400))) == 96);
  CHECK(slots_of(ask(*device, history(start, 86400, 86400))) == 1);
  CHECK(ask(*device, Value("DB_REQ_HISTORY_DATA_DAY")).error() == ErrorCode{ErrorCode::kFormat});
  const Value answer = ask(*device, history(start, 3600, 86400));
  CHECK(dictionary().label(answer.children()[0].tag()) == "DB_SUM_CONTAINER");
  CHECK(answer.children()[1].child("DB_GRAPH_INDEX")->number() == 0.5);
  CHECK(total_of(answer, "DB_CONSUMPTION") == Approx(sum_of(answer, "DB_CONSUMPTION")));
  CHECK(sum_of(answer, "DB_DC_POWER") > 1'000);
}

TEST_CASE("history days are wall-clock days, with 23 and 25 hours twice a year") {
  auto device = station("2026-11-15T12:00:00");
  const auto day = [&](const char* start) { return ask(*device, history(start, 900, 86400)); };
  for (const char* start :
       {"2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z", "2026-05-05T00:00:00Z"}) {
    CAPTURE(start);
    const Value answer = day(start);
    CHECK(total_of(answer, "DB_CONSUMPTION") == Approx(sum_of(answer, "DB_CONSUMPTION")));
  }
  // The hour that is skipped has no energy; the one that is doubled has two hours'.
  const Value spring = day("2026-03-29T00:00:00Z");
  double skipped = 0;
  for (std::size_t i = 8; i < 12; ++i) {
    skipped += spring.children()[1 + i].child("DB_CONSUMPTION")->number().value();
  }
  CHECK(skipped == 0);
  const Energies real =
      device->plant().energies(at("2026-10-25T00:00:00"), at("2026-10-26T00:00:00"));
  CHECK(sum_of(day("2026-10-25T00:00:00Z"), "DB_CONSUMPTION") ==
        Approx(real.consumption()).epsilon(1e-4));
}

TEST_CASE("times are UTC and the wall clock written as if it were UTC") {
  auto device = station("2026-07-01T12:00:00");
  const auto time = [&](const char* request) {
    return std::get<Timestamp>(ask(*device, Value(request)).scalar().value());
  };
  CHECK(to_string(time("INFO_REQ_UTC_TIME")) == "2026-07-01T10:00:00.000000000Z");
  CHECK(to_string(time("INFO_REQ_TIME")) == "2026-07-01T12:00:00.000000000Z");
  CHECK(ask(*device, Value("INFO_REQ_TIME_ZONE")).text() == "GMT+2");
}

TEST_CASE("a station without battery, inverter or wallbox answers all the same") {
  DeviceConfig config;
  config.batteries = {};
  config.inverters = {};
  config.wallboxes = {};
  config.meters = {};
  auto device = station("2026-07-01T12:00:00", 1, config);
  for (const TagInfo* info : dictionary().all()) {
    if (info->name.find("_REQ_") == std::string_view::npos) continue;
    (void)ask(*device, Value(info->tag));
  }
  CHECK(number(*device, "EMS_REQ_POWER_PV") == 0);
  CHECK(number(*device, "EMS_REQ_POWER_GRID") == number(*device, "EMS_REQ_POWER_HOME"));
  CHECK(number(*device, "EMS_REQ_BAT_SOC") == 0);
}
