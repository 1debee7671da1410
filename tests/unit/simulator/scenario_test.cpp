// SPDX-License-Identifier: MIT
#include <filesystem>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <yaml-cpp/yaml.h>

#include "catch.hpp"
#include "process.hpp"
#include "station_fixture.hpp"

using namespace test;

namespace {

std::vector<std::string> mistakes(const std::string& yaml) {
  const auto scenario = parse_scenario(yaml, "bad.yaml");
  std::vector<std::string> texts;
  if (!scenario) {
    for (const auto& error : scenario.error()) texts.push_back(error.to_string());
  }
  return texts;
}

std::string first_mistake(const std::string& yaml) {
  const auto all = mistakes(yaml);
  return all.empty() ? "" : all.front();
}

}  // namespace

TEST_CASE("a mistake is named with file, line, column and what was meant") {
  CHECK(first_mistake("values:\n  EMS_POWR_PV: 3\n") ==
        "bad.yaml:2:3: unknown tag EMS_POWR_PV, did you mean EMS_POWER_PV?");
  CHECK(first_mistake("valeus: {}\n") ==
        "bad.yaml:1:1: unknown key \"valeus\" in the scenario, did you mean values?");
  CHECK(first_mistake("values:\n  EMS_BAT_SOC: 300\n") ==
        "bad.yaml:2:16: 300 does not fit UChar8 (0 to 255)");
  CHECK(first_mistake("values: {0x01007FFF: 3}\n") ==
        "bad.yaml:1:22: 0x01007FFF has no declared type: say which, as {type: Int32, value: 7}");
  CHECK(first_mistake("device: {batteries: [{capacity: -1}]}\n") ==
        "bad.yaml:1:33: capacity must be a number from 1 to 1000000000, not \"-1\"");
  CHECK(first_mistake("faults: [{fault: bad_crcc}]\n").ends_with("did you mean bad_crc?"));
  CHECK(first_mistake("faults: [{fault: split}]\n") ==
        "bad.yaml:1:10: split needs at (byte) or every (bytes)");
  CHECK(first_mistake("handlers:\n  - match: BAT_REQ_DATA(BAT_INDX==0)\n    answer: 1\n")
            .starts_with("bad.yaml:2:25: "));
  CHECK(first_mistake("handlers: [{match: EMS_REQ_POWER_PV}]\n") ==
        "bad.yaml:1:12: a handler needs one of: answer, lua, silent");
  CHECK(first_mistake("clock: {zone: Mars/Olympus}\n")
            .starts_with("bad.yaml:1:15: unknown time zone"));
  CHECK(first_mistake("seed: 1\nseed: 2\n") == "bad.yaml:2:1: \"seed\" stands here twice");
  CHECK(first_mistake("a: [1, 2\n").starts_with("bad.yaml:"));
  CHECK(first_mistake("- 1\n") == "bad.yaml:1:1: a scenario must be a mapping of keys");
  CHECK(
      first_mistake("extends: s11\n") ==
      "bad.yaml:1:10: \"s11\" is neither a file nor a scenario that comes with rscp, did you mean "
      "s10?");
  CHECK(first_mistake("devices: [{name: a, port: 1}, {name: b, port: 1}]\n")
            .ends_with("port 1 is taken by \"a\""));
  CHECK(first_mistake("devices: [{name: a, members: [b], port: 1}]\n")
            .ends_with("\"b\" is no device of this scenario"));
  CHECK(first_mistake("expect: [{request: EMS_REQ_POWER_PV, after: x}]\n")
            .ends_with("there is no expectation called \"x\""));
  CHECK(first_mistake("login: {key: \"\"}\n") == "bad.yaml:1:14: the passphrase must not be empty");
}

TEST_CASE("all mistakes of a file are told, in its order") {
  const auto all = mistakes("values:\n  NO_SUCH_A: 1\nseed: x\nvalue: 2\n");
  REQUIRE(all.size() == 3);
  CHECK(all[0].starts_with("bad.yaml:2:"));
  CHECK(all[1].starts_with("bad.yaml:3:"));
  CHECK(all[2].starts_with("bad.yaml:4:"));
}

TEST_CASE("aliases cannot blow a scenario up") {
  std::string bomb = "values:\n  0x01F00000: &l0 [EMS_SYS_SPEC, EMS_SYS_SPEC]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string last = std::to_string(i - 1);
    bomb += "  " + hex_code(Tag{0x01F00000U + static_cast<unsigned>(i)}) + ": &l" +
            std::to_string(i) + " [{EMS_SYS_SPEC: *l" + last + "}, {EMS_SYS_SPEC: *l" + last +
            "}]\n";
  }
  const auto all = mistakes(bomb);
  REQUIRE_FALSE(all.empty());
  CHECK(all.front().find("unfolds to more than") != std::string::npos);
}

TEST_CASE("a scenario builds on others, and the last word wins") {
  TemporaryFolder folder;
  write_file(folder.file("base.yaml"),
             "extends: s10-pro\nvalues: {EMS_POWER_PV: 1, EMS_BAT_SOC: 2}\n");
  write_file(folder.file("more.yaml"), "values: {EMS_POWER_HOME: 3}\n");
  write_file(folder.file("top.yaml"),
             "extends: base.yaml\ninclude: [more.yaml]\nvalues: {EMS_POWER_PV: 4}\n");
  const auto scenario = load_scenario(folder.file("top.yaml"));
  REQUIRE(scenario.has_value());
  CHECK(scenario->devices.at(0).config.batteries.size() == 3);
  std::vector<std::string> reports;
  auto device = ScriptedStation::create(scenario->devices[0], berlin(), at("2026-06-15"), {}, {});
  REQUIRE(device.has_value());
  Scripted station;
  station.device = *std::move(device);
  CHECK(station.ask(Value("EMS_REQ_POWER_PV")).integer() == 4);
  CHECK(station.ask(Value("EMS_REQ_BAT_SOC")).integer() == 2);
  CHECK(station.ask(Value("EMS_REQ_POWER_HOME")).integer() == 3);
}

TEST_CASE("scenarios that include one another in a circle are stopped") {
  TemporaryFolder folder;
  write_file(folder.file("a.yaml"), "include: b.yaml\n");
  write_file(folder.file("b.yaml"), "include: a.yaml\n");
  const auto scenario = load_scenario(folder.file("a.yaml"));
  REQUIRE_FALSE(scenario.has_value());
  CHECK(scenario.error().front().message.find("circle") != std::string::npos);
}

TEST_CASE("values override the model by tag, by code and by path, with types from the dictionary") {
  auto station = scripted(R"(
values:
  EMS_POWER_PV: 4711
  EMS_REQ_BAT_SOC: 12
  0x01800004: -815
  EMS_MODE: {type: Char8, value: 1}
  EMS_COUPLING_MODE: HYBRID
  INFO_SERIAL_NUMBER: "123"
  EMS_AUTARKY: {error: NOT_AVAILABLE}
  BAT_DATA(BAT_INDEX==1)/BAT_RSOC: 33.5
  0x01800FFF: {type: UInt32, value: 7}
  EMS_GET_MANUAL_CHARGE: {EMS_MANUAL_CHARGE_ACTIVE: true, EMS_MANUAL_CHARGE_START_COUNTER: 9}
)");
  CHECK(station.ask(Value("EMS_REQ_POWER_PV")) == Value("EMS_POWER_PV", 4711));
  CHECK(station.ask(Value("EMS_REQ_BAT_SOC")) == Value("EMS_BAT_SOC", 12));
  CHECK(station.ask(Value("EMS_REQ_POWER_GRID")) == Value("EMS_POWER_GRID", -815));
  CHECK(station.ask(Value("EMS_REQ_MODE")) == Value("EMS_MODE", DataType::Char8, 1));
  CHECK(station.ask(Value("EMS_REQ_COUPLING_MODE")).integer() == 3);
  CHECK(station.ask(Value("INFO_REQ_SERIAL_NUMBER")).text() == "123");
  CHECK(station.ask(Value("EMS_REQ_AUTARKY")).error() == ErrorCode{ErrorCode::kNotAvailable});
  CHECK(station.ask(Value(Tag{0x01000FFF})) == Value(Tag{0x01800FFF}, DataType::UInt32, 7));
  CHECK(station.ask(Value("EMS_REQ_GET_MANUAL_CHARGE")).children().size() == 2);
  const auto battery = [&](int index) {
    return station.ask({"BAT_REQ_DATA", {{"BAT_INDEX", index}, {"BAT_REQ_RSOC"}}});
  };
  CHECK(battery(1).child("BAT_RSOC")->number() == 33.5);
  CHECK(battery(0).child("BAT_RSOC")->number() != 33.5);
  // Nothing is shown to who is not logged in.
  CHECK(station.ask(Value("EMS_REQ_POWER_PV"), UserLevel::None).error() ==
        ErrorCode{ErrorCode::kAccessDenied});
}

TEST_CASE("a value by path for a container replaces what is nested in it too") {
  // Once crashed: the inner BAT_DATA was gone when its turn came.
  auto station = scripted(R"(
values:
  "**/BAT_DATA": {error: 6}
handlers:
  - match: BAT_REQ_DATA
    lua: |
      return {{"BAT_DATA", {{"BAT_RSOC", 57.5}, {"BAT_DATA", {{"BAT_INDEX", 0}}}}}}
)");
  const Value answer = station.ask({"BAT_REQ_DATA", {{"BAT_INDEX", 0}}});
  CHECK(answer == Value("BAT_DATA", DataType::Error, ErrorCode{ErrorCode::kNotAvailable}));
  CHECK(station.reports->empty());
}

TEST_CASE("sequences go on to last, loop, error or the model") {
  auto station = scripted(R"(
values:
  EMS_BAT_SOC: {sequence: [1, {error: AGAIN}, 3]}
  EMS_POWER_PV: {sequence: [1, 2], then: loop}
  EMS_POWER_HOME: {sequence: [1], then: error}
  EMS_POWER_GRID: {sequence: [1], then: model}
)");
  const auto next = [&](const char* request) { return station.ask(Value(request)); };
  CHECK(next("EMS_REQ_BAT_SOC").integer() == 1);
  CHECK(next("EMS_REQ_BAT_SOC").error() == ErrorCode{ErrorCode::kAgain});
  CHECK(next("EMS_REQ_BAT_SOC").integer() == 3);
  CHECK(next("EMS_REQ_BAT_SOC").integer() == 3);
  CHECK(next("EMS_REQ_POWER_PV").integer() == 1);
  CHECK(next("EMS_REQ_POWER_PV").integer() == 2);
  CHECK(next("EMS_REQ_POWER_PV").integer() == 1);
  CHECK(next("EMS_REQ_POWER_HOME").integer() == 1);
  CHECK(next("EMS_REQ_POWER_HOME").is_error());
  CHECK(next("EMS_REQ_POWER_GRID").integer() == 1);
  CHECK(next("EMS_REQ_POWER_GRID").integer() != 1);
}

TEST_CASE("expressions see the device, handlers see the request") {
  auto station = scripted(R"(
values:
  EMS_POWER_PV: =device.house * 2
  EMS_SELF_CONSUMPTION: =12.5
script: |
  vars.asked = 0
handlers:
  - match: EMS_REQ_SET_POWER
    lua: |
      vars.asked = vars.asked + 1
      if get("EMS_REQ_SET_POWER/EMS_REQ_SET_POWER_VALUE") > 3000 then return fail("OUT_OF_BOUNDS") end
      return vars.asked
  - match: BAT_REQ_DATA(BAT_INDEX==5)
    answer: {BAT_INDEX: 5, BAT_RSOC: 99.5}
  - match: EMS_REQ_GET_SYS_SPECS
    lua: |
      return {{"EMS_SYS_SPEC", {{"EMS_SYS_SPEC_INDEX", 7}, {"0x01000FFF", 5, "Int16"}}}}
)");
  const auto house = station.ask(Value("EMS_REQ_POWER_HOME")).integer().value();
  CHECK(station.ask(Value("EMS_REQ_POWER_PV")).integer() == house * 2);
  CHECK(station.ask(Value("EMS_REQ_SELF_CONSUMPTION")).number() == 12.5);
  const auto set = [&](int watts) {
    return station.ask(
        {"EMS_REQ_SET_POWER", {{"EMS_REQ_SET_POWER_MODE", 3}, {"EMS_REQ_SET_POWER_VALUE", watts}}});
  };
  CHECK(set(100) == Value("EMS_SET_POWER", 1));
  CHECK(set(5000).error() == ErrorCode{ErrorCode::kOutOfBounds});
  CHECK(set(100) == Value("EMS_SET_POWER", 3));
  CHECK(station.ask({"BAT_REQ_DATA", {{"BAT_INDEX", 5}}}).child("BAT_RSOC")->number() == 99.5);
  const Value specs = station.ask(Value("EMS_REQ_GET_SYS_SPECS"));
  CHECK(specs.children().at(0).children().at(1) == Value(Tag{0x01000FFF}, DataType::Int16, 5));
  CHECK(station.reports->empty());
}

TEST_CASE("scripts run every so many seconds of the device's clock") {
  auto station = scripted(R"(
script: vars.n = 0
every: {seconds: 10, lua: vars.n = vars.n + 1}
values: {EMS_POWER_PV: =vars.n}
)");
  station.device->advance(at("2026-06-15T12:01:05"));
  CHECK(station.ask(Value("EMS_REQ_POWER_PV")).integer() == 6);
}

TEST_CASE("Lua is shut in") {
  for (const char* name :
       {"os", "io", "require", "load", "loadfile", "dofile", "package", "debug", "pcall",
        "setmetatable", "collectgarbage", "coroutine", "_G", "rawset"}) {
    CAPTURE(name);
    auto station =
        scripted("values:\n  EMS_POWER_PV: =" + std::string(name) + " == nil and 1 or 2\n");
    CHECK(station.ask(Value("EMS_REQ_POWER_PV")).integer() == 1);
  }
  auto station =
      scripted("values:\n  EMS_POWER_PV: =string.find == nil and (\"\").gsub == nil and 1 or 2\n");
  CHECK(station.ask(Value("EMS_REQ_POWER_PV")).integer() == 1);
}

TEST_CASE("an endless loop and a hunger for memory are cut with file and line") {
  auto loop = scripted(
      "handlers:\n  - match: EMS_REQ_POWER_PV\n    lua: |\n      local n = 0\n"
      "      while true do\n        n = n + 1\n      end\n");
  CHECK(loop.ask(Value("EMS_REQ_POWER_PV")).is_error());
  REQUIRE(loop.reports->size() == 1);
  CHECK(loop.reports->front().starts_with("error: test.yaml:6:1: "));
  CHECK(loop.reports->front().find("endless loop") != std::string::npos);
  CHECK(loop.device->script_errors() == 1);

  ScriptLimits limits;
  limits.memory = 1 << 20;
  auto memory = scripted(
      "handlers:\n  - match: EMS_REQ_POWER_PV\n    lua: |\n"
      "      return (\"x\"):rep(100000000)\n",
      "2026-06-15T12:00:00", limits);
  CHECK(memory.ask(Value("EMS_REQ_POWER_PV")).is_error());
  CHECK(memory.reports->at(0).find("memory") != std::string::npos);
  // It goes on afterwards.
  CHECK_FALSE(memory.ask(Value("EMS_REQ_POWER_HOME")).is_error());
}

TEST_CASE("what a script does wrong is told with its line, and answered with an error") {
  const auto report = [](const std::string& script) {
    auto station =
        scripted("handlers:\n  - match: EMS_REQ_POWER_PV\n    lua: |\n      " + script + "\n");
    CHECK(station.ask(Value("EMS_REQ_POWER_PV")).is_error());
    return station.reports->empty() ? std::string() : station.reports->front();
  };
  CHECK(report("return device.nothing").find(":4:1: the device has no state called") !=
        std::string::npos);
  CHECK(report("device.pv = 3").find("cannot be set") != std::string::npos);
  CHECK(report("return {1, 2}").find("element 1 of the script's list") != std::string::npos);
  CHECK(report("return {{\"EMS_NO\", 1}}").find("unknown tag EMS_NO") != std::string::npos);
  CHECK(report("return 1e30").find("Int32") != std::string::npos);
  CHECK(report("return get(\"][\")").find("get(") != std::string::npos);
  CHECK(report("local t = {} t[1] = t return {{\"EMS_SYS_SPEC\", t}}") != "");
}

TEST_CASE("random numbers of scripts come from the seed") {
  const auto draw = [](int seed) {
    auto station = scripted("seed: " + std::to_string(seed) +
                            "\nvalues: {EMS_POWER_PV: \"=random(1, 1000000)\"}\n");
    return std::pair(station.ask(Value("EMS_REQ_POWER_PV")).integer(),
                     station.ask(Value("EMS_REQ_POWER_PV")).integer());
  };
  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
  CHECK(draw(1).first != draw(1).second);
}

namespace {

nlohmann::json to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = to_json(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& element : node) list.push_back(to_json(element));
    return list;
  }
  if (node.IsNull()) return nullptr;
  bool flag = false;
  std::int64_t whole = 0;
  double real = 0;
  if (node.Tag() != "!") {
    if (YAML::convert<std::int64_t>::decode(node, whole)) return whole;
    if (YAML::convert<double>::decode(node, real)) return real;
    if (YAML::convert<bool>::decode(node, flag)) return flag;
  }
  return node.Scalar();
}

bool fits_schema(const std::string& yaml) {
  const auto schema_json = nlohmann::json::parse(
      read_file(std::string(RSCP_SOURCE_DIR) + "/simulator/scenario.schema.json"));
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json),
                                          schema);
  const nlohmann::json document = to_json(YAML::Load(yaml));
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document),
                                        nullptr);
}

}  // namespace

TEST_CASE("shipped scenarios are sound, fit the published schema and name what they are") {
  REQUIRE(shipped_scenarios().size() >= 20);
  std::size_t bugs = 0;
  for (const ShippedScenario& one : shipped_scenarios()) {
    CAPTURE(one.name);
    const auto scenario = load_scenario(std::string(one.name));
    REQUIRE(scenario.has_value());
    CHECK(fits_schema(std::string(one.text)));
    for (const DeviceScenario& device : scenario->devices) {
      CHECK(ScriptedStation::create(device, berlin(), at("2026-06-15"), {}, {}).has_value());
    }
    const YAML::Node root = YAML::Load(std::string(one.text));
    CHECK(root["name"].Scalar() == one.name);
    CHECK(root["description"].IsDefined());
    if (root["issue"].IsDefined()) ++bugs;
  }
  CHECK(bugs >= 10);
}

TEST_CASE("what rscp check refuses for its form, the schema refuses too") {
  for (const char* yaml : {"valeus: {}", "seed: x", "device: {batteries: [{capacity: -1}]}",
                           "faults: [{fault: nonsense}]", "faults: [{at: 3}]",
                           "handlers: [{lua: x}]", "devices: []", "clock: {speed: -1}"}) {
    CAPTURE(yaml);
    CHECK_FALSE(mistakes(yaml).empty());
    CHECK_FALSE(fits_schema(yaml));
  }
}
