// SPDX-License-Identifier: MIT
#include <algorithm>

#include "server/station_server.hpp"
#include <rscp/simulator/simulator.hpp>

namespace rscp::simulator {
namespace {

constexpr std::chrono::milliseconds kTick{20};

}  // namespace

struct Simulator::Shared {
  Shared(asio::io_context& io, Scenario s, SimulatorOptions options, const TimeZone& zone,
         Instant start)
      : scenario(std::move(s)),
        around{io, std::move(options), zone, start, VirtualClock(start, scenario.speed), {}},
        ticker(io) {}
  Scenario scenario;
  Surroundings around;
  asio::steady_timer ticker;
  std::vector<std::shared_ptr<StationServer>> stations;

  void bind_members() {
    for (const auto& station : stations) {
      std::vector<std::shared_ptr<StationServer>> members;
      for (const std::string& name : station->scenario().members) {
        for (const auto& other : stations) {
          if (other->scenario().name == name) members.push_back(other);
        }
      }
      station->set_members(std::move(members));
    }
  }

  void tick() {
    for (const auto& station : stations) station->tick();
    around.journal.flush();
    ticker.expires_after(kTick);
    ticker.async_wait([this](const asio::error_code& error) {
      if (!error) tick();
    });
  }
};

Simulator::Simulator(std::unique_ptr<Shared> shared) : shared_(std::move(shared)) {}
Simulator::~Simulator() { stop(); }

Checked<std::unique_ptr<Simulator>> Simulator::create(asio::io_context& io, Scenario scenario,
                                                      SimulatorOptions options) {
  const auto fail = [&](std::string message) {
    return std::unexpected(Errors{{ErrorKind::Invalid, scenario.name, std::move(message)}});
  };
  const auto zone = TimeZone::find(scenario.zone);
  if (!zone) return fail(zone.error().message);
  const auto start = parse_instant(scenario.start, *zone);
  if (!start) return fail(start.error().message);
  auto shared =
      std::make_unique<Shared>(io, std::move(scenario), std::move(options), *zone, *start);
  Errors errors;
  for (const DeviceScenario& device : shared->scenario.devices) {
    auto station = StationServer::create(shared->around, device);
    if (station) {
      shared->stations.push_back(*std::move(station));
    } else {
      errors.insert(errors.end(), station.error().begin(), station.error().end());
    }
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  shared->bind_members();
  return std::unique_ptr<Simulator>(new Simulator(std::move(shared)));
}

Result<void> Simulator::start() {
  for (const auto& station : shared_->stations) {
    if (auto started = station->start(); !started) return started;
  }
  shared_->around.began = std::chrono::steady_clock::now();
  Json entry = shared_->around.entry("start");
  entry["scenario"] = shared_->scenario.name;
  shared_->around.journal.add(entry);
  shared_->tick();
  return {};
}

void Simulator::stop() {
  shared_->ticker.cancel();
  for (const auto& station : shared_->stations) station->stop();
}

std::size_t Simulator::size() const { return shared_->stations.size(); }
std::uint16_t Simulator::port(std::size_t device) const {
  return shared_->stations.at(device)->port();
}
ScriptedStation& Simulator::station(std::size_t index) {
  return shared_->stations.at(index)->station();
}
const DeviceCounts& Simulator::counts(std::size_t index) const {
  return shared_->stations.at(index)->counts();
}
VirtualClock& Simulator::clock() { return shared_->around.clock; }
const TimeZone& Simulator::zone() const { return shared_->around.zone; }
Journal& Simulator::journal() { return shared_->around.journal; }
void Simulator::advance(std::size_t index) { shared_->stations.at(index)->advance(); }
double Simulator::elapsed() const { return shared_->around.real_elapsed(); }

std::vector<Suite> Simulator::verdict(bool at_end) const {
  std::vector<Suite> suites;
  for (const auto& station : shared_->stations) {
    if (station->expectations().empty()) continue;
    suites.push_back(
        {station->scenario().name, station->expectations().outcomes(elapsed(), at_end)});
  }
  return suites;
}

bool Simulator::settled() const {
  return std::ranges::all_of(shared_->stations, [this](const auto& station) {
    return station->expectations().settled(elapsed());
  });
}

std::uint64_t Simulator::script_errors() const {
  std::uint64_t sum = 0;
  for (const auto& station : shared_->stations) sum += station->station().script_errors();
  return sum;
}

void Simulator::expect(std::size_t index, Expectation wanted) {
  shared_->stations.at(index)->expectations().add(std::move(wanted));
}

std::optional<std::size_t> Simulator::find(const std::string& name) const {
  for (std::size_t i = 0; i < size(); ++i) {
    if (shared_->stations[i]->scenario().name == name) return i;
  }
  return std::nullopt;
}

void Simulator::add_faults(std::size_t index, std::span<const FaultSpec> faults) {
  shared_->stations.at(index)->faults().add(faults);
}
void Simulator::clear_faults(std::size_t index) { shared_->stations.at(index)->faults().clear(); }

std::vector<std::string> Simulator::active_faults(std::size_t index) const {
  std::vector<std::string> names;
  for (const FaultSpec* spec : shared_->stations.at(index)->faults().active()) {
    names.emplace_back(name_of(spec->fault));
  }
  return names;
}

void Simulator::disconnect_all(std::size_t index) { shared_->stations.at(index)->disconnect_all(); }

void Simulator::reset() {
  shared_->around.clock.set(shared_->around.start);
  shared_->around.began = std::chrono::steady_clock::now();
  for (const auto& station : shared_->stations) {
    const auto built = station->reset();
    if (!built && shared_->around.options.warn) {
      shared_->around.options.warn(built.error().front().to_string());
    }
  }
}

Checked<void> Simulator::reload(Scenario scenario) {
  const auto fail = [&](std::string message) {
    return std::unexpected(Errors{{ErrorKind::Invalid, scenario.name, std::move(message)}});
  };
  if (scenario.devices.size() != size()) {
    return fail("has " + std::to_string(scenario.devices.size()) + " devices, the running one " +
                std::to_string(size()) + ": that needs a restart");
  }
  // Everything is built before anything is replaced.
  std::vector<std::shared_ptr<StationServer>> fresh;
  Errors errors;
  for (const DeviceScenario& device : scenario.devices) {
    auto station = StationServer::create(shared_->around, device);
    if (station) {
      fresh.push_back(*std::move(station));
    } else {
      errors.insert(errors.end(), station.error().begin(), station.error().end());
    }
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  for (std::size_t i = 0; i < size(); ++i) shared_->stations[i]->become(*fresh[i]);
  shared_->scenario = std::move(scenario);
  shared_->bind_members();
  return {};
}

void Simulator::note(const std::string& event, const Json& details) {
  if (!shared_->around.journal.wanted()) return;
  Json entry = shared_->around.entry(event.c_str());
  entry.update(details);
  shared_->around.journal.add(entry);
}

}  // namespace rscp::simulator
