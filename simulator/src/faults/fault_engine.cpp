// SPDX-License-Identifier: MIT
#include "fault_engine.hpp"

namespace rscp::simulator {
namespace {

// A reboot that names a request waits for it; one that does not begins by the clock.
bool by_clock(const FaultSpec& spec) {
  if (get_fault<fault::Refuse>(spec.fault) != nullptr) return true;
  return get_fault<fault::Reboot>(spec.fault) != nullptr && !spec.scope.match && !spec.scope.nth &&
         !spec.scope.connection;
}

}  // namespace

FaultEngine::FaultEngine(const std::vector<FaultSpec>& faults, std::uint64_t seed)
    : original_(faults), seed_(seed) {
  reset();
}

void FaultEngine::install(const FaultSpec& spec) {
  faults_.push_back(std::make_unique<Active>(Active{spec, Random(mix(seed_) + installed_), 0, 0}));
  ++installed_;
}

void FaultEngine::add(std::span<const FaultSpec> faults) {
  for (const FaultSpec& spec : faults) install(spec);
}

void FaultEngine::clear() { faults_.clear(); }

void FaultEngine::reset() {
  faults_.clear();
  installed_ = 0;
  for (const FaultSpec& spec : original_) install(spec);
}

std::vector<const FaultSpec*> FaultEngine::active() const {
  std::vector<const FaultSpec*> list;
  list.reserve(faults_.size());
  for (const auto& fault : faults_) list.push_back(&fault->spec);
  return list;
}

bool FaultEngine::strikes(Active& fault, double elapsed) {
  const FaultScope& scope = fault.spec.scope;
  if (elapsed < scope.from || (scope.to && elapsed >= *scope.to)) return false;
  ++fault.seen;
  if (scope.nth && fault.seen != *scope.nth) return false;
  if (scope.times && fault.done >= *scope.times) return false;
  if (scope.probability < 1 && fault.random.unit() >= scope.probability) return false;
  ++fault.done;
  return true;
}

std::vector<Strike> FaultEngine::strike(std::span<const Value> request, std::uint64_t connection,
                                        double elapsed) {
  std::vector<Strike> strikes_now;
  for (const auto& fault : faults_) {
    const FaultSpec& spec = fault->spec;
    if (std::holds_alternative<ConnectionFault>(spec.fault) || by_clock(spec)) continue;
    if (spec.scope.connection && *spec.scope.connection != connection) continue;
    if (spec.scope.match && spec.scope.match->first(request) == nullptr) continue;
    if (strikes(*fault, elapsed)) strikes_now.push_back({&spec, &fault->random});
  }
  return strikes_now;
}

std::optional<Strike> FaultEngine::strike_connection(std::uint64_t connection, double elapsed) {
  for (const auto& fault : faults_) {
    const FaultSpec& spec = fault->spec;
    if (get_fault<fault::Silent>(spec.fault) == nullptr) continue;
    if (spec.scope.connection && *spec.scope.connection != connection) continue;
    if (strikes(*fault, elapsed)) return Strike{&spec, &fault->random};
  }
  return std::nullopt;
}

std::optional<Strike> FaultEngine::strike_clock(double elapsed) {
  for (const auto& fault : faults_) {
    const FaultSpec& spec = fault->spec;
    if (!by_clock(spec) || fault->done != 0 || elapsed < spec.scope.from) continue;
    if (strikes(*fault, elapsed)) return Strike{&spec, &fault->random};
  }
  return std::nullopt;
}

}  // namespace rscp::simulator
