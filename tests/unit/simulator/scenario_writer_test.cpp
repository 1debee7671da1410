// SPDX-License-Identifier: MIT
// Whatever scenario was read is written such that it reads back equal.
#include <cmath>
#include <random>

#include "catch.hpp"
#include <rscp/dictionary.hpp>
#include <rscp/scenario/read.hpp>
#include <rscp/scenario/write.hpp>

using namespace rscp;
using namespace rscp::scenario;
using Catch::Contains;

namespace {

Scenario read(const std::string& yaml) {
  auto scenario = parse_scenario(yaml, "written.yaml");
  std::string all;
  if (!scenario) {
    for (const Error& error : scenario.error()) all += error.to_string() + '\n';
  }
  INFO(all + yaml);
  REQUIRE(scenario.has_value());
  return *std::move(scenario);
}

// What was written reads back equal, and is written the same again.
std::string check(const Scenario& scenario) {
  const std::string yaml = write_scenario(scenario);
  const Scenario again = read(yaml);
  INFO(yaml);
  CHECK(again == scenario);
  CHECK(write_scenario(again) == yaml);
  return yaml;
}

std::string rewritten(const std::string& yaml) { return check(read(yaml)); }

// Scenarios by chance: of every part a few of its forms.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Scenario scenario() {
    Scenario made;
    made.name = maybe() ? "one \"name\"" : "default";
    if (maybe()) made.start = "2026-03-29T01:30:00";
    if (maybe()) made.speed = one_of<double>({0, 0.5, 60});
    if (maybe()) made.zone = "Australia/Lord_Howe";
    const std::size_t devices = 1 + below(3);
    for (std::size_t i = 0; i < devices; ++i) made.devices.push_back(device(i));
    if (devices == 1 && maybe()) made.devices[0].name = made.name;
    if (devices > 1 && maybe()) made.devices[0].members = {made.devices[1].name};
    return made;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool maybe() { return below(2) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> list) {
    return *(list.begin() + below(list.size()));
  }
  std::string text() {
    return one_of<std::string>({"",
                                "plain",
                                "12",
                                "true",
                                "null",
                                "~",
                                "# no comment",
                                "a: b",
                                "grüße",
                                "two\nlines",
                                " spaces ",
                                "\"quoted\"",
                                "\\x41",
                                "- x",
                                "{a: 1}",
                                "\t",
                                std::string("\0nul", 4),
                                "*",
                                "@",
                                "%",
                                "x\r\n"});
  }
  PathQuery path() {
    return PathQuery::parse(
               one_of<std::string>({"EMS_REQ_POWER_PV", "BAT_REQ_DATA(BAT_INDEX==1)", "**/BAT_RSOC",
                                    "EMS_POWER_*", "0x01000001", "**/PVI_VALUE(.>=1000)",
                                    "EMS_REQ_SET_POWER(EMS_REQ_SET_POWER_MODE==\"x: y\")"}))
        .value();
  }
  Script script() {
    return {one_of<std::string>({"vars.n = 1", "-- #comment\nvars.n = 1\n", "  log(1)\nlog(2)\n",
                                 "log(\"a: b\")\n\n", "x\ny"}),
            {},
            false};
  }
  Script placed(Script script) {
    script.block = script.source.find('\n') != std::string::npos;
    return script;
  }

  ValueTemplate value(Tag tag, unsigned depth = 0) {
    const auto type = Dictionary::builtin().find(tag)->type.value_or(DataType::None);
    switch (below(depth < 3 ? 7 : 4)) {
      case 0:
        return {ErrorItem{one_of<std::uint32_t>({1, 6, 4711})}, {}};
      case 1:
        return {
            Expression{
                {"return " + one_of<std::string>({"device.pv", "1 -- # : ", "\"x\""}), {}, false},
                maybe() ? std::optional(DataType::Int16) : std::nullopt},
            {}};
      case 2:
        return {NoPayload{}, {}};
      case 3:
        return literal(type);
      case 4: {
        Sequence sequence;
        sequence.then = static_cast<SequenceEnd>(below(4));
        for (std::size_t i = 0; i <= below(3); ++i) {
          sequence.values.push_back(value(tag, depth + 1));
        }
        return {std::move(sequence), {}};
      }
      default: {
        Container container;
        for (std::size_t i = 0; i < below(4); ++i) {
          const Tag child = tag_by_chance();
          container.items.push_back({child, value(child, depth + 1)});
        }
        return {std::move(container), {}};
      }
    }
  }

  // In the tag's type or another one.
  ValueTemplate literal(DataType declared) {
    const auto of = [&](DataType type, Argument argument) {
      return ValueTemplate{Literal{std::move(argument), type == declared ? std::optional<DataType>()
                                                                         : std::optional(type)},
                           {}};
    };
    switch (below(8)) {
      case 0:
        return of(DataType::Bool, maybe());
      case 1:
        return of(DataType::Int32, one_of<std::int64_t>({-2'147'483'648, -1, 0, 7}));
      case 2:
        return of(DataType::UInt64, std::uint64_t{18'446'744'073'709'551'615U});
      case 3:
        return of(DataType::Double64,
                  one_of<double>({0.1, -2.5, 1e300, 5e-324, 3.0, 1e22, INFINITY, -INFINITY}));
      case 4:
        return of(DataType::CString, text());
      case 5:
        return of(DataType::ByteArray, ByteBuffer{0x00, 0xFF, 0x3D});
      case 6:
        return of(DataType::Timestamp,
                  one_of<Timestamp>({{0, 0}, {1'700'000'000, 5}, {-1, 2'000'000'000}}));
      default:
        return of(DataType::Float32, one_of<double>({0.1, 100.5}));
    }
  }

  Tag tag_by_chance() {
    return TagName(
               one_of<const char*>({"EMS_POWER_PV", "BAT_DATA", "BAT_INDEX", "EMS_COUPLING_MODE",
                                    "INFO_SERIAL_NUMBER", "BAT_RSOC", "EMS_SYS_SPEC"}))
        .tag();
  }

  Fault fault() {
    using std::chrono::milliseconds;
    const auto item = maybe() ? std::optional(path()) : std::nullopt;
    const milliseconds time(1 + below(3'000));
    switch (below(12)) {
      case 0:
        return ValueFault(fault::UnknownTag{tag_by_chance(), DataType::UInt16});
      case 1:
        return ValueFault(fault::ChangeType{DataType::Int16, item});
      case 2:
        return ValueFault(fault::EmptyContainer{item});
      case 3:
        return ValueFault(fault::DeepContainer{static_cast<std::int64_t>(1 + below(300))});
      case 4:
        return PlaintextFault(fault::WrongLength{-3});
      case 5:
        return EncryptionFault(fault::Unsolicited{
            {Value("EMS_BAT_SOC", 7), Value("BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 1.5}})}});
      case 6:
        return DeliveryFault(fault::Split{below(3), 1 + below(40), time});
      case 7:
        return DeliveryFault(fault::Drip{1 + below(3), time});
      case 8:
        return DeliveryFault(fault::Close{below(9), maybe()});
      case 9:
        return DeliveryFault(fault::Delay{time, milliseconds(below(2))});
      case 10:
        return ConnectionFault(fault::Silent{});
      default:
        return EncryptionFault(fault::FlipIv{});
    }
  }

  FaultScope scope() {
    FaultScope made;
    if (maybe()) made.match = path();
    if (maybe()) made.connection = 1 + below(3);
    if (maybe()) made.nth = 1 + below(3);
    if (maybe()) made.times = 1 + below(3);
    if (maybe()) made.probability = one_of<double>({0, 0.25});
    if (maybe()) made.from = 0.5;
    if (maybe()) made.to = 1e6;
    return made;
  }

  Expectation expectation(std::size_t number) {
    Expectation made{maybe() ? Expectation::About::Request : Expectation::About::Answer, path()};
    if (number == 0 || maybe()) made.name = "number " + std::to_string(number);
    if (maybe()) made.value = Argument(one_of<double>({1.5, -0.25}));
    if (maybe()) made.fields.emplace_back(path(), Argument(text()));
    if (maybe()) made.least = below(3);
    if (maybe()) made.most = 2 + below(3);
    if (number != 0 && maybe()) made.after = "number 0";
    if (maybe()) made.within = 2.5;
    return made;
  }

  DeviceConfig config() {
    DeviceConfig made;
    if (maybe()) made.identity.serial = text();
    if (maybe()) made.place.latitude = -33.5;
    if (maybe()) made.inverters.push_back({{{4'000, 90, 20, 400}, {}}, 5'000.5, text()});
    if (maybe()) made.batteries.clear();
    if (maybe()) made.batteries.assign(3, {5});
    if (maybe()) made.meters = {{6, MeterRole::Production}};
    if (maybe()) made.wallboxes = {{}, {}};
    if (made.wallboxes.size() > 1) made.wallboxes[1] = {3, 32, 1, false, 0, 24, 1.25, text()};
    if (maybe()) made.efficiency = 0.9;
    if (maybe()) made.emergency_power = false;
    return made;
  }

  DeviceScenario device(std::size_t number) {
    DeviceScenario made;
    made.name = "device " + std::to_string(number);
    made.port = static_cast<std::uint16_t>(number * 7);
    made.key = "key" + text();
    if (maybe()) made.users = {};
    if (maybe()) made.users.push_back({text(), text(), UserLevel{7}});
    made.refusal = static_cast<Refusal>(below(3));
    made.seed = 1 + below(4);
    if (maybe()) made.config = config();
    for (std::size_t i = 0; i < below(6); ++i) {
      const Tag tag = tag_by_chance();
      const std::string key = maybe() ? Dictionary::builtin().label(tag)
                                      : "**/" + Dictionary::builtin().label(tag) + "(.!=1)";
      Override entry = override_of(key).value();
      entry.value = value(tag);
      add_override(made.values, std::move(entry));
    }
    for (std::size_t i = 0; i < below(3); ++i) {
      const auto match = PathQuery::parse("BAT_REQ_DATA(BAT_INDEX==" + std::to_string(i) + ")");
      Handler handler{match.value(), Unanswered{}, {}};
      if (maybe()) handler.answer = placed(script());
      if (maybe()) handler.answer = value(TagName("BAT_DATA").tag());
      made.handlers.push_back(std::move(handler));
    }
    for (std::size_t i = 0; i < below(3); ++i) made.scripts.push_back(placed(script()));
    for (std::size_t i = 0; i < below(3); ++i) made.timed.push_back({0.5, placed(script())});
    for (std::size_t i = 0; i < below(4); ++i) made.faults.push_back({fault(), scope(), {}});
    for (std::size_t i = 0; i < below(4); ++i) made.expectations.push_back(expectation(i));
    return made;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("shipped scenarios are written such that they read back equal") {
  for (const ShippedScenario& one : shipped_scenarios()) {
    CAPTURE(one.name);
    check(load_scenario(std::string(one.name)).value());
  }
}

TEST_CASE("scenarios by chance are written such that they read back equal") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    check(Generator(seed).scenario());
  }
}

TEST_CASE("a written scenario says what differs from the default, in a form for people") {
  CHECK(rewritten("{}") == "login:\n  key: \"rscp\"\n");
  CHECK(rewritten(R"(
name: mine
device: {batteries: [{modules: 2, capacity: 5000}, {}], reserve: 20}
values:
  EMS_POWER_PV: 4711
  EMS_AUTARKY: {error: NOT_AVAILABLE}
  BAT_DATA(BAT_INDEX==1)/BAT_RSOC: {sequence: [33.5, 40.0], then: loop}
  EMS_GET_MANUAL_CHARGE: {EMS_MANUAL_CHARGE_ACTIVE: true}
handlers:
  - match: EMS_REQ_SET_POWER
    lua: |
      vars.asked = 1
      return 0
faults: {fault: close, at: 32, how: rst, when: {match: EMS_REQ_BAT_SOC, nth: 2}}
expect: {request: EMS_REQ_POWER_PV, count: {max: 3}}
)") == R"(name: "mine"
login:
  key: "rscp"
device:
  batteries:
    - {modules: 2, capacity: 5000}
    - {}
  reserve: 20
values:
  EMS_POWER_PV: 4711
  EMS_AUTARKY: {error: NOT_AVAILABLE}
  "BAT_DATA(BAT_INDEX==1)/BAT_RSOC": {sequence: [33.5, 40.0], then: loop}
  EMS_GET_MANUAL_CHARGE: {EMS_MANUAL_CHARGE_ACTIVE: true}
handlers:
  - match: EMS_REQ_SET_POWER
    lua: |
      vars.asked = 1
      return 0
faults:
  - {fault: close, at: 32, how: rst, when: {match: EMS_REQ_BAT_SOC, nth: 2}}
expect:
  - request: EMS_REQ_POWER_PV
    count: {max: 3}
)");
}

TEST_CASE("a number without a fraction stays a number with a point where it was one") {
  CHECK_THAT(rewritten("expect: {request: EMS_REQ_POWER_PV, value: 3.0}\n"),
             Contains("value: 3.0"));
  CHECK_THAT(rewritten("values: {EMS_AUTARKY: -.inf}\n"), Contains("EMS_AUTARKY: -.inf"));
  const Scenario odd = read("values: {EMS_AUTARKY: .nan}\n");
  CHECK_THAT(write_scenario(odd), Contains("EMS_AUTARKY: .nan"));
}

TEST_CASE("of overrides with one key the last stands, in the place of its file") {
  const Scenario merged = read("extends: s10\nvalues: {EMS_POWER_PV: 1, EMS_BAT_SOC: 2}\n");
  std::vector<Override> values = merged.devices[0].values;
  add_override(values, override_of("EMS_POWER_PV").value());
  CHECK(values.size() == merged.devices[0].values.size());
  CHECK(values.back().key == "EMS_POWER_PV");
}

TEST_CASE("several set-up scripts are written as a list") {
  CHECK(read("script: [vars.n = 1, vars.n = 2]\n").devices[0].scripts.size() == 2);
  CHECK_THAT(rewritten("script: [vars.n = 1, vars.n = 2]\n"),
             Contains("script:\n  - \"vars.n = 1\"\n  - \"vars.n = 2\"\n"));
}

TEST_CASE("a value becomes the template that gives exactly it, or none") {
  const Value battery{"BAT_DATA", {{"BAT_INDEX", 0}, {"BAT_RSOC", 55.5}}};
  CHECK(std::get<Container>(template_of(battery)->what).items.size() == 2);
  CHECK(std::get<ErrorItem>(template_of(Value("EMS_POWER_PV", DataType::Error, ErrorCode{6}))->what)
            .code == 6);
  // Text that begins like an expression would run as one.
  CHECK_FALSE(template_of(Value("INFO_SERIAL_NUMBER", "=device.pv")).has_value());
  CHECK_FALSE(template_of(Value::raw(Tag{0x01800FFF}, DataType{0x42}, {})).has_value());
}
