// SPDX-License-Identifier: MIT
// Devices without sockets, for tests of what they answer.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <rscp/simulator/scripted_station.hpp>

namespace test {

using namespace rscp;
using namespace rscp::simulator;

inline TimeZone berlin() { return TimeZone::find("Europe/Berlin").value(); }

inline Instant at(const std::string& wall) { return parse_instant(wall, berlin()).value(); }

/// A default station at that wall-clock time.
inline std::unique_ptr<Station> station(const std::string& wall, std::uint64_t seed = 1,
                                        DeviceConfig config = {}) {
  auto device = std::make_unique<Station>(std::move(config), berlin(), seed, at(wall));
  device->advance(at(wall));
  return device;
}

inline Value ask(Station& device, const Value& request) {
  return device.answer(request, UserLevel::User);
}

inline double number(Station& device, const char* request) {
  return ask(device, Value(request)).number().value();
}

/// A scenario's device, with what its scripts report.
struct Scripted {
  std::unique_ptr<ScriptedStation> device;
  std::shared_ptr<std::vector<std::string>> reports = std::make_shared<std::vector<std::string>>();

  Value ask(const Value& request, UserLevel level = UserLevel::User, std::uint64_t connection = 1) {
    ScriptedStation::Question question;
    question.values = {&request, 1};
    question.connection = connection;
    question.level = [level] { return level; };
    question.log_in = [](const Value& login) { return login; };
    return device->answer(question).values.at(0);
  }
};

inline Scripted scripted(const std::string& yaml, const std::string& wall = "2026-06-15T12:00:00",
                         const ScriptLimits& limits = {}) {
  auto scenario = parse_scenario(yaml, "test.yaml");
  if (!scenario) throw std::runtime_error(scenario.error().front().to_string());
  Scripted result;
  auto device = ScriptedStation::create(
      scenario->devices.front(), berlin(), at(wall), limits,
      [reports = result.reports](const std::string& kind, const std::string& message) {
        reports->push_back(kind + ": " + message);
      });
  if (!device) throw std::runtime_error(device.error().front().to_string());
  result.device = *std::move(device);
  return result;
}

}  // namespace test
