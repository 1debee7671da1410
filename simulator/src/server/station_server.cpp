// SPDX-License-Identifier: MIT
#include "station_server.hpp"

#include <algorithm>

namespace rscp::simulator {
namespace {

constexpr std::size_t kMostWarnings = 20;

}  // namespace

Checked<std::shared_ptr<StationServer>> StationServer::create(Surroundings& around,
                                                              DeviceScenario scenario) {
  auto server = std::make_shared<StationServer>(around);
  if (auto built = server->build(std::move(scenario)); !built) {
    return std::unexpected(std::move(built.error()));
  }
  return server;
}

Checked<void> StationServer::build(DeviceScenario scenario) {
  auto key = Key::from_passphrase(scenario.key);
  if (!key)
    return std::unexpected(Errors{{ErrorKind::Invalid, scenario.name, key.error().message}});
  auto kept = std::make_unique<DeviceScenario>(std::move(scenario));
  auto station =
      ScriptedStation::create(*kept, around_.zone, around_.clock.now(), limits().scripts,
                              [this](const std::string& kind, const std::string& message) {
                                if (kind == "error") warn(message);
                                journal_.script(kind, message);
                              });
  if (!station) return std::unexpected(std::move(station.error()));
  journal_.rename(kept->name);
  scenario_ = std::move(kept);
  key_ = *std::move(key);
  station_ = *std::move(station);
  faults_ = std::make_unique<FaultEngine>(scenario_->faults, scenario_->seed);
  expectations_ = std::make_unique<Expectations>(scenario_->expectations);
  bind_members();
  return {};
}

Checked<void> StationServer::reset() {
  DeviceScenario again = *scenario_;
  counts_ = {};
  counts_.open = clients_.size();
  return build(std::move(again));
}

void StationServer::become(StationServer& other) {
  // The other's report is bound to the other; a fresh build binds it to this one.
  DeviceScenario scenario = *other.scenario_;
  const auto built = build(std::move(scenario));
  // It was built a moment ago, so this is out of memory for its scripts at worst.
  if (!built) warn(built.error().front().to_string());
}

double StationServer::elapsed() const {
  return to_seconds(around_.clock.now()) - to_seconds(around_.start);
}

void StationServer::warn(const std::string& message) {
  if (!around_.options.warn) return;
  if (++warnings_ > kMostWarnings) return;
  around_.options.warn((scenario_ ? scenario_->name + ": " : "") + message);
  if (warnings_ == kMostWarnings) {
    around_.options.warn("further warnings about this device are in the journal only");
  }
}

void StationServer::observe(std::span<const Value> request, std::span<const Value> answer) {
  if (around_.options.watch) around_.options.watch(request);
  expectations_->observe(request, answer, around_.real_elapsed());
}

void StationServer::advance() {
  for (const auto& member : members_) member->advance();
  station_->advance(around_.clock.now());
}

void StationServer::set_members(std::vector<std::shared_ptr<StationServer>> members) {
  members_ = std::move(members);
  bind_members();
}

void StationServer::bind_members() {
  std::vector<Station::Member> functions;
  functions.reserve(members_.size());
  for (const auto& member : members_) {
    functions.push_back(
        [server = member.get()]() -> const Station& { return server->station().model(); });
  }
  station_->model().set_members(std::move(functions));
}

bool StationServer::has_clockwork() const {
  return !scenario_->timed.empty() ||
         std::ranges::any_of(faults_->active(), [](const FaultSpec* spec) {
           return get_fault<fault::Reboot>(spec->fault) != nullptr ||
                  get_fault<fault::Refuse>(spec->fault) != nullptr;
         });
}

void StationServer::tick() {
  if (!has_clockwork()) return;
  advance();
  while (const auto strike = faults_->strike_clock(elapsed())) {
    journal_.fault(nullptr, *strike->spec);
    if (const auto* reboot = get_fault<fault::Reboot>(strike->spec->fault)) {
      close_for(jittered(reboot->time, reboot->jitter, *strike->random), true);
    } else if (const auto* refuse = get_fault<fault::Refuse>(strike->spec->fault)) {
      close_for(jittered(refuse->time, refuse->jitter, *strike->random), false);
    }
  }
}

}  // namespace rscp::simulator
