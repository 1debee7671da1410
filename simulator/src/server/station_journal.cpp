// SPDX-License-Identifier: MIT
#include "station_journal.hpp"

#include <cmath>

#include <rscp/json.hpp>

namespace rscp::simulator {

Json Surroundings::entry(const char* event) const {
  return {{"time", iso_text(clock.now())},
          {"elapsed", std::round(real_elapsed() * 1e6) / 1e6},
          {"event", event}};
}

// Entries that nobody will see are not made.
template <class Fill>
void StationJournal::add(const char* event, Fill fill) {
  if (!around_.journal.wanted()) return;
  Json entry = around_.entry(event);
  entry["device"] = station_;
  fill(entry);
  around_.journal.add(entry);
}

void StationJournal::connect(std::uint64_t connection, const std::string& peer) {
  add("connect", [&](Json& entry) {
    entry["connection"] = connection;
    entry["peer"] = peer;
  });
}

void StationJournal::refused(std::size_t limit) {
  add("refused", [&](Json& entry) { entry["limit"] = limit; });
}

void StationJournal::login(std::uint64_t connection, const std::string& user, UserLevel level) {
  add("login", [&](Json& entry) {
    entry["connection"] = connection;
    entry["user"] = repair_utf8(user);
    entry["level"] = static_cast<unsigned>(level);
  });
}

void StationJournal::values(const char* event, Moment moment, std::span<const Value> values) {
  add(event, [&](Json& entry) {
    entry["connection"] = moment.connection;
    entry["frame"] = moment.frame;
    Json list = Json::array();
    for (const Value& value : values) list.push_back(to_json(value));
    entry["values"] = std::move(list);
  });
}

void StationJournal::fault(const Moment* moment, const FaultSpec& spec) {
  add("fault", [&](Json& entry) {
    if (moment != nullptr) {
      entry["connection"] = moment->connection;
      entry["frame"] = moment->frame;
    }
    entry["fault"] = name_of(spec.fault);
    entry["place"] = spec.place.to_string();
  });
}

void StationJournal::close(std::uint64_t connection, std::uint64_t frames,
                           const std::string& reason) {
  add("close", [&](Json& entry) {
    entry["connection"] = connection;
    entry["frames"] = frames;
    entry["reason"] = reason;
  });
}

void StationJournal::script(const std::string& kind, const std::string& message) {
  add("script", [&](Json& entry) {
    entry["kind"] = kind;
    entry["message"] = message;
  });
}

}  // namespace rscp::simulator
