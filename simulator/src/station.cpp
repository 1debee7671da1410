// SPDX-License-Identifier: MIT
#include "station.hpp"

#include <algorithm>

#include <rscp/connection/seal.hpp>

namespace rscp::simulator {
namespace {

using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::size_t kMostWarnings = 20;
constexpr milliseconds kReopenPause{100};
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

asio::awaitable<void> pause(const asio::any_io_executor& executor, milliseconds time) {
  asio::steady_timer timer(executor, time);
  asio::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

Json Surroundings::entry(const char* event) const {
  return {{"time", iso_text(clock.now())},
          {"elapsed", std::round(real_elapsed() * 1e6) / 1e6},
          {"event", event}};
}

struct Station::Client {
  Client(tcp::socket socket, const Key& key, std::uint64_t n, std::string from)
      : session(std::move(socket), key), number(n), peer(std::move(from)) {}
  ServerSession session;
  std::uint64_t number;
  std::string peer;
  std::uint64_t frames = 0;
  ByteBuffer held;  // answers that wait for the next one
  milliseconds hold{0};
  std::string closed_because;
};

std::expected<std::shared_ptr<Station>, Station::Errors> Station::create(Surroundings& around,
                                                                         DeviceScenario scenario) {
  auto station = std::make_shared<Station>(around);
  if (auto built = station->build(std::move(scenario)); !built) {
    return std::unexpected(std::move(built.error()));
  }
  return station;
}

std::expected<void, Station::Errors> Station::build(DeviceScenario scenario) {
  auto key = Key::from_passphrase(scenario.key);
  if (!key) return std::unexpected(Errors{{{scenario.name, 0, 0}, key.error()}});
  auto kept = std::make_unique<DeviceScenario>(std::move(scenario));
  auto device = ScriptedDevice::create(*kept, around_.zone, around_.clock.now(),
                                       around_.options.limits.scripts,
                                       [this](const std::string& kind, const std::string& message) {
                                         if (kind == "error") warn(message);
                                         if (!around_.journal.wanted()) return;
                                         Json entry = around_.entry("script");
                                         entry["device"] = scenario_ ? scenario_->name : "";
                                         entry["kind"] = kind;
                                         entry["message"] = message;
                                         around_.journal.add(entry);
                                       });
  if (!device) return std::unexpected(std::move(device.error()));
  scenario_ = std::move(kept);
  key_ = *std::move(key);
  device_ = *std::move(device);
  faults_ = std::make_unique<FaultEngine>(scenario_->faults, scenario_->seed);
  expectations_ = std::make_unique<Expectations>(scenario_->expectations);
  bind_members();
  return {};
}

std::expected<void, Station::Errors> Station::reset() {
  DeviceScenario again = *scenario_;
  counts_ = {};
  counts_.open = clients_.size();
  return build(std::move(again));
}

void Station::become(Station& other) {
  // The other's report is bound to the other; a fresh build binds it to this one.
  DeviceScenario scenario = *other.scenario_;
  const auto built = build(std::move(scenario));
  // It was built a moment ago, so this is out of memory for its scripts at worst.
  if (!built) warn(built.error().front().to_string());
}

double Station::elapsed() const {
  return to_seconds(around_.clock.now()) - to_seconds(around_.start);
}

void Station::warn(const std::string& message) {
  if (!around_.options.warn) return;
  if (++warnings_ > kMostWarnings) return;
  around_.options.warn((scenario_ ? scenario_->name + ": " : "") + message);
  if (warnings_ == kMostWarnings) {
    around_.options.warn("further warnings about this device are in the journal only");
  }
}

std::expected<void, std::string> Station::open_listener(std::uint16_t port) {
  auto listener = Listener::open(around_.io.get_executor(), around_.options.address, port);
  if (!listener) return std::unexpected(listener.error().to_string());
  listener_.emplace(*std::move(listener));
  port_ = listener_->port();
  return {};
}

std::expected<void, std::string> Station::start() {
  if (auto opened = open_listener(scenario_->port); !opened) return opened;
  auto work = [](std::shared_ptr<Station> self) -> asio::awaitable<void> {
    co_await self->listen();
  };
  asio::co_spawn(around_.io, work(shared_from_this()), asio::detached);
  return {};
}

void Station::stop() {
  stopped_ = true;
  if (listener_) listener_->close();
  disconnect_all();
}

void Station::disconnect_all() {
  for (const auto& [number, client] : clients_) {
    client->closed_because = "closed by the operator";
    client->session.channel().close();
  }
}

asio::awaitable<void> Station::listen() {
  while (!stopped_) {
    auto socket = co_await listener_->accept();
    if (!socket) co_return;
    if (counts_.open >= around_.options.limits.connections) {
      ++counts_.refused;
      warn("a connection was refused: " + std::to_string(counts_.open) +
           " are open, the limit (--max-connections) is " +
           std::to_string(around_.options.limits.connections));
      if (around_.journal.wanted()) {
        Json entry = around_.entry("refused");
        entry["device"] = scenario_->name;
        entry["limit"] = around_.options.limits.connections;
        around_.journal.add(entry);
      }
      continue;
    }
    auto work = [](std::shared_ptr<Station> self, tcp::socket accepted) -> asio::awaitable<void> {
      co_await self->serve(std::move(accepted));
    };
    ++counts_.connections;
    ++counts_.open;
    asio::co_spawn(around_.io, work(shared_from_this(), *std::move(socket)),
                   [self = shared_from_this()](const std::exception_ptr& failure) {
                     --self->counts_.open;
                     if (failure) self->warn("a connection ended with a fault of the simulator");
                   });
  }
}

// The port answers nobody for a while, as during a reboot.
void Station::close_for(milliseconds time, bool drop_connections) {
  listener_->close();
  if (drop_connections) {
    for (const auto& [number, client] : clients_) {
      client->closed_because = "the device reboots";
      client->session.channel().close(true);
    }
  }
  auto work = [](std::shared_ptr<Station> self, milliseconds closed) -> asio::awaitable<void> {
    const asio::any_io_executor executor = self->around_.io.get_executor();
    co_await pause(executor, closed);
    while (!self->stopped_) {
      if (self->open_listener(self->port_)) break;
      co_await pause(executor, kReopenPause);
    }
    if (!self->stopped_) co_await self->listen();
  };
  asio::co_spawn(around_.io, work(shared_from_this(), time), asio::detached);
}

asio::awaitable<void> Station::serve(tcp::socket socket) {
  asio::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  Client client(std::move(socket), *key_, counts_.connections,
                error ? std::string("?") : to_string(endpoint));
  clients_.emplace(client.number, &client);
  if (around_.journal.wanted()) {
    Json entry = around_.entry("connect");
    entry["device"] = scenario_->name;
    entry["connection"] = client.number;
    entry["peer"] = client.peer;
    around_.journal.add(entry);
  }
  co_await converse(client);
  counts_.bytes_in += client.session.channel().bytes_received();
  counts_.bytes_out += client.session.channel().bytes_sent();
  client.session.channel().close();
  record_close(client, client.closed_because);
  clients_.erase(client.number);
}

asio::awaitable<void> Station::converse(Client& client) {
  const SimulatorLimits& limits = around_.options.limits;
  FrameChannel& channel = client.session.channel();
  const auto silent = faults_->strike_connection(client.number, elapsed());
  if (silent) record_fault(&client, *silent->spec);
  for (;;) {
    ReceiveLimits wait{client.frames == 0 ? limits.login : limits.idle, limits.frame};
    if (!client.held.empty()) wait.first_byte = client.hold;
    const auto request = co_await client.session.receive(wait);
    if (!request && request.error().kind == ErrorKind::Timeout && !client.held.empty()) {
      // Nothing came to go out together with.
      const ByteBuffer held = std::exchange(client.held, {});
      if (!co_await channel.write(held, limits.write)) co_return;
      continue;
    }
    if (!request) {
      const Error& fault = request.error();
      if (fault.kind == ErrorKind::WrongKey) {
        ++counts_.wrong_keys;
        warn("connection " + std::to_string(client.number) + " from " + client.peer + ": " +
             fault.message);
      } else if (fault.kind == ErrorKind::Protocol) {
        warn("connection " + std::to_string(client.number) + " from " + client.peer + ": " +
             fault.message);
      }
      if (client.closed_because.empty()) {
        client.closed_because = fault.message;
        if (fault.kind == ErrorKind::Timeout) {
          client.closed_because += client.frames == 0 ? " (limit --login-timeout)"
                                                      : " (limits --idle-timeout, --frame-timeout)";
        }
      }
      co_return;
    }
    ++client.frames;
    if (silent) continue;
    if (!co_await exchange(client, *request)) co_return;
  }
}

Value Station::log_in(Client& client, const Value& request) {
  Value answer = client.session.log_in(request, scenario_->users, scenario_->refusal);
  const bool granted = client.session.level() > UserLevel::None;
  ++(granted ? counts_.logins : counts_.failed_logins);
  if (around_.journal.wanted()) {
    Json entry = around_.entry("login");
    entry["device"] = scenario_->name;
    entry["connection"] = client.number;
    entry["user"] = repair_utf8(client.session.user());
    entry["level"] = static_cast<unsigned>(client.session.level());
    around_.journal.add(entry);
  }
  return answer;
}

std::vector<Value> Station::answer(Client& client, const ReceivedRequest& request, bool& silent) {
  ScriptedDevice::Question question;
  question.values = request.frame.values;
  question.connection = client.number;
  question.level = [&client] { return client.session.level(); };
  question.log_in = [this, &client](const Value& login) { return log_in(client, login); };
  auto response = device_->answer(question);
  silent = response.silent;
  // Malformed items cannot be answered one by one.
  if (!request.errors.empty()) {
    response.values.push_back(error_value(kGeneralError, ErrorCode::kFormat));
  }
  return std::move(response.values);
}

asio::awaitable<bool> Station::exchange(Client& client, const ReceivedRequest& request) {
  ++counts_.requests;
  counts_.values += request.frame.values.size();
  advance();
  record(client, "request", request.frame.values);
  bool silent = false;
  std::vector<Value> values = answer(client, request, silent);
  const auto strikes = faults_->strike(request.frame.values, client.number, elapsed());
  counts_.faults += strikes.size();
  for (const Strike& strike : strikes) record_fault(&client, *strike.spec);
  if (silent) {
    expectations_->observe(request.frame.values, {}, around_.real_elapsed());
    co_return true;
  }
  Encryptor& encryptor = client.session.channel().encryptor();
  auto transmission = transmit(values, frame_time(device_->device().now()), encryptor, strikes);
  if (!transmission) {
    warn("an answer is too large for a frame: " + transmission.error());
    values.assign(1, error_value(kGeneralError, ErrorCode::kOutOfBounds));
    transmission = transmit(values, frame_time(device_->device().now()), encryptor, {});
  }
  counts_.errors += count_errors(values);
  expectations_->observe(request.frame.values, values, around_.real_elapsed());
  record(client, "answer", values);
  co_return co_await send(client, *std::move(transmission));
}

asio::awaitable<bool> Station::send(Client& client, Transmission transmission) {
  const milliseconds limit = around_.options.limits.write;
  FrameChannel& channel = client.session.channel();
  if (!client.held.empty()) {
    const ByteBuffer held = std::exchange(client.held, {});
    if (transmission.pieces.empty()) {
      transmission.pieces.push_back({milliseconds(0), held});
    } else {
      auto& bytes = transmission.pieces.front().bytes;
      bytes.insert(bytes.begin(), held.begin(), held.end());
    }
  }
  if (transmission.hold.count() != 0) {
    for (const Piece& piece : transmission.pieces) {
      client.held.insert(client.held.end(), piece.bytes.begin(), piece.bytes.end());
    }
    client.hold = transmission.hold;
    co_return true;
  }
  for (const Piece& piece : transmission.pieces) {
    if (piece.pause.count() != 0) co_await pause(around_.io.get_executor(), piece.pause);
    const auto written = co_await channel.write(piece.bytes, limit);
    if (!written) {
      if (client.closed_because.empty()) client.closed_because = written.error().message;
      co_return false;
    }
  }
  if (transmission.reboot) {
    close_for(transmission.reboot_time, true);
    co_return false;
  }
  switch (transmission.end) {
    case Transmission::End::Open:
      break;
    case Transmission::End::Stalled:
      // Answers nothing any more, but reads on: the peer must find out by itself.
      while (co_await client.session.receive({})) {
      }
      client.closed_because = "stalled";
      co_return false;
    case Transmission::End::Fin:
    case Transmission::End::Reset:
      client.closed_because = "a fault of the scenario";
      channel.close(transmission.end == Transmission::End::Reset);
      co_return false;
  }
  co_return true;
}

void Station::advance() {
  for (const auto& member : members_) member->advance();
  device_->advance(around_.clock.now());
}

void Station::set_members(std::vector<std::shared_ptr<Station>> members) {
  members_ = std::move(members);
  bind_members();
}

void Station::bind_members() {
  std::vector<Device::Member> functions;
  functions.reserve(members_.size());
  for (const auto& member : members_) {
    functions.push_back(
        [station = member.get()]() -> const Device& { return station->device().device(); });
  }
  device_->device().set_members(std::move(functions));
}

bool Station::has_clockwork() const {
  return !scenario_->timed.empty() ||
         std::ranges::any_of(faults_->active(), [](const FaultSpec* spec) {
           return spec->kind == FaultKind::Reboot || spec->kind == FaultKind::Refuse;
         });
}

void Station::tick() {
  if (!has_clockwork()) return;
  advance();
  while (const auto strike = faults_->strike_clock(elapsed())) {
    record_fault(nullptr, *strike->spec);
    close_for(strike->spec->time, strike->spec->kind == FaultKind::Reboot);
  }
}

void Station::record(const Client& client, const char* event, std::span<const Value> values) {
  if (!around_.journal.wanted()) return;
  Json entry = around_.entry(event);
  entry["device"] = scenario_->name;
  entry["connection"] = client.number;
  entry["frame"] = client.frames;
  Json list = Json::array();
  for (const Value& value : values) list.push_back(to_json(value));
  entry["values"] = std::move(list);
  around_.journal.add(entry);
}

void Station::record_fault(const Client* client, const FaultSpec& spec) {
  if (!around_.journal.wanted()) return;
  Json entry = around_.entry("fault");
  entry["device"] = scenario_->name;
  if (client != nullptr) {
    entry["connection"] = client->number;
    entry["frame"] = client->frames;
  }
  entry["fault"] = name_of(spec.kind);
  entry["place"] = spec.place.to_string();
  around_.journal.add(entry);
}

void Station::record_close(const Client& client, const std::string& reason) {
  if (!around_.journal.wanted()) return;
  Json entry = around_.entry("close");
  entry["device"] = scenario_->name;
  entry["connection"] = client.number;
  entry["frames"] = client.frames;
  entry["reason"] = reason;
  around_.journal.add(entry);
}

}  // namespace rscp::simulator
