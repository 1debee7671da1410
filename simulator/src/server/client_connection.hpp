// SPDX-License-Identifier: MIT
// One client of a station: its requests are answered one after another, faults and all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../faults/transmission.hpp"
#include "station_journal.hpp"
#include <rscp/connection/server.hpp>

namespace rscp::simulator {

class StationServer;

class ClientConnection {
 public:
  ClientConnection(StationServer& server, asio::ip::tcp::socket socket, const Key& key,
                   std::uint64_t number, std::string peer);

  /// Until the connection ends, from whichever side.
  asio::awaitable<void> run();
  /// Hangs up; `reason` goes into the journal.
  void close(const std::string& reason, bool reset = false);

 private:
  asio::awaitable<void> receive_requests();
  asio::awaitable<bool> answer(const ReceivedRequest& request);
  asio::awaitable<bool> send(Transmission transmission);
  asio::awaitable<bool> send_held();
  std::vector<Value> make_answer(const ReceivedRequest& request, bool& silent);
  Value log_in(const Value& request);
  void end_by(const Error& fault);
  [[nodiscard]] StationJournal::Moment moment() const { return {number_, frames_}; }

  StationServer& server_;
  ServerSession session_;
  std::uint64_t number_;
  std::string peer_;
  std::uint64_t frames_ = 0;
  ByteBuffer held_;  // answers that wait for the next one
  std::chrono::milliseconds hold_{0};
  std::string closed_because_;
};

/// Nothing happens for so long.
asio::awaitable<void> pause(asio::any_io_executor executor, std::chrono::milliseconds time);

}  // namespace rscp::simulator
