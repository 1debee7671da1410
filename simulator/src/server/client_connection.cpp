// SPDX-License-Identifier: MIT
#include "client_connection.hpp"

#include <utility>

#include "station_server.hpp"

namespace rscp::simulator {
namespace {

using std::chrono::milliseconds;

constexpr Tag kGeneralError{0x00FFFFFF};

Timestamp frame_time(Instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return {seconds.time_since_epoch().count(),
          static_cast<std::int32_t>((now - seconds).count() * 1000)};
}

std::uint64_t count_errors(std::span<const Value> values) {
  std::uint64_t count = 0;
  for (const Value& value : values) {
    if (value.is_error()) ++count;
    count += count_errors(value.children());
  }
  return count;
}

}  // namespace

asio::awaitable<void> pause(asio::any_io_executor executor, milliseconds time) {
  asio::steady_timer timer(executor, time);
  asio::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

ClientConnection::ClientConnection(StationServer& server, asio::ip::tcp::socket socket,
                                   const Key& key, std::uint64_t number, std::string peer)
    : server_(server), session_(std::move(socket), key), number_(number), peer_(std::move(peer)) {}

void ClientConnection::close(const std::string& reason, bool reset) {
  closed_because_ = reason;
  session_.channel().close(reset);
}

asio::awaitable<void> ClientConnection::run() {
  server_.journal().connect(number_, peer_);
  co_await receive_requests();
  FrameChannel& channel = session_.channel();
  server_.counts().bytes_in += channel.bytes_received();
  server_.counts().bytes_out += channel.bytes_sent();
  channel.close();
  server_.journal().close(number_, frames_, closed_because_);
}

asio::awaitable<void> ClientConnection::receive_requests() {
  const SimulatorLimits& limits = server_.limits();
  const auto silent = server_.faults().strike_connection(number_, server_.elapsed());
  if (silent) {
    const StationJournal::Moment now = moment();
    server_.journal().fault(&now, *silent->spec);
  }
  for (;;) {
    ReceiveLimits wait{frames_ == 0 ? limits.login : limits.idle, limits.frame};
    if (!held_.empty()) wait.first_byte = hold_;
    const auto request = co_await session_.receive(wait);
    if (!request && request.error().kind == ErrorKind::Timeout && !held_.empty()) {
      // Nothing came to go out together with.
      if (!co_await send_held()) co_return;
      continue;
    }
    if (!request) {
      end_by(request.error());
      co_return;
    }
    ++frames_;
    if (silent) continue;
    if (!co_await answer(*request)) co_return;
  }
}

void ClientConnection::end_by(const Error& fault) {
  if (fault.kind == ErrorKind::WrongKey) ++server_.counts().wrong_keys;
  if (fault.kind == ErrorKind::WrongKey || fault.kind == ErrorKind::Protocol) {
    server_.warn("connection " + std::to_string(number_) + " from " + peer_ + ": " + fault.message);
  }
  if (!closed_because_.empty()) return;
  closed_because_ = fault.message;
  if (fault.kind == ErrorKind::Timeout) {
    closed_because_ +=
        frames_ == 0 ? " (limit --login-timeout)" : " (limits --idle-timeout, --frame-timeout)";
  }
}

Value ClientConnection::log_in(const Value& request) {
  const DeviceScenario& scenario = server_.scenario();
  Value answer = session_.log_in(request, scenario.users, scenario.refusal);
  const bool granted = session_.level() > UserLevel::None;
  ++(granted ? server_.counts().logins : server_.counts().failed_logins);
  server_.journal().login(number_, session_.user(), session_.level());
  return answer;
}

std::vector<Value> ClientConnection::make_answer(const ReceivedRequest& request, bool& silent) {
  ScriptedStation::Question question;
  question.values = request.frame.values;
  question.connection = number_;
  question.level = [this] { return session_.level(); };
  question.log_in = [this](const Value& login) { return log_in(login); };
  auto response = server_.station().answer(question);
  silent = response.silent;
  // Malformed items cannot be answered one by one.
  if (!request.errors.empty()) {
    response.values.push_back(error_value(kGeneralError, ErrorCode::kFormat));
  }
  return std::move(response.values);
}

asio::awaitable<bool> ClientConnection::answer(const ReceivedRequest& request) {
  const std::vector<Value>& asked = request.frame.values;
  const StationJournal::Moment now = moment();
  ++server_.counts().requests;
  server_.counts().values += asked.size();
  server_.advance();
  server_.journal().values("request", now, asked);
  bool silent = false;
  std::vector<Value> values = make_answer(request, silent);
  const auto strikes = server_.faults().strike(asked, number_, server_.elapsed());
  server_.counts().faults += strikes.size();
  for (const Strike& strike : strikes) server_.journal().fault(&now, *strike.spec);
  if (silent) {
    server_.observe(asked, {});
    co_return true;
  }
  Encryptor& encryptor = session_.channel().encryptor();
  const Timestamp time = frame_time(server_.station().model().now());
  auto transmission = transmit(values, time, encryptor, strikes);
  if (!transmission) {
    server_.warn("an answer is too large for a frame: " + transmission.error().message);
    values.assign(1, error_value(kGeneralError, ErrorCode::kOutOfBounds));
    transmission = transmit(values, time, encryptor, {});
  }
  server_.counts().errors += count_errors(values);
  server_.observe(asked, values);
  server_.journal().values("answer", now, values);
  co_return co_await send(*std::move(transmission));
}

asio::awaitable<bool> ClientConnection::send_held() {
  const ByteBuffer held = std::exchange(held_, {});
  const auto written = co_await session_.channel().write(held, server_.limits().write);
  co_return written.has_value();
}

asio::awaitable<bool> ClientConnection::send(Transmission transmission) {
  FrameChannel& channel = session_.channel();
  if (!held_.empty()) {
    const ByteBuffer held = std::exchange(held_, {});
    if (transmission.pieces.empty()) {
      transmission.pieces.push_back({milliseconds(0), held});
    } else {
      auto& bytes = transmission.pieces.front().bytes;
      bytes.insert(bytes.begin(), held.begin(), held.end());
    }
  }
  if (transmission.hold.count() != 0) {
    for (const Piece& piece : transmission.pieces) {
      held_.insert(held_.end(), piece.bytes.begin(), piece.bytes.end());
    }
    hold_ = transmission.hold;
    co_return true;
  }
  for (const Piece& piece : transmission.pieces) {
    if (piece.pause.count() != 0) co_await pause(server_.executor(), piece.pause);
    const auto written = co_await channel.write(piece.bytes, server_.limits().write);
    if (!written) {
      if (closed_because_.empty()) closed_because_ = written.error().message;
      co_return false;
    }
  }
  if (transmission.reboot) {
    server_.close_for(*transmission.reboot, true);
    co_return false;
  }
  switch (transmission.end) {
    case Transmission::End::Open:
      break;
    case Transmission::End::Stalled:
      // Answers nothing any more, but reads on: the peer must find out by itself.
      while (co_await session_.receive({})) {
      }
      closed_because_ = "stalled";
      co_return false;
    case Transmission::End::Fin:
    case Transmission::End::Reset:
      close("a fault of the scenario", transmission.end == Transmission::End::Reset);
      co_return false;
  }
  co_return true;
}

}  // namespace rscp::simulator
