// SPDX-License-Identifier: MIT
#include <cmath>
#include <unordered_set>

#include <rscp/connection/seal.hpp>
#include <rscp/connection/server.hpp>
#include <rscp/replay/device_player.hpp>

namespace rscp::replay {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kFrameLimit{10'000};

}  // namespace

struct DevicePlayer::State : std::enable_shared_from_this<DevicePlayer::State> {
  State(asio::io_context& context, recording::Transcript transcript,
        PlaybackOptions playback_options, PlayerOptions player_options)
      : io(context),
        options(std::move(player_options)),
        playback(std::move(transcript), std::move(playback_options)) {}

  asio::io_context& io;
  PlayerOptions options;
  Playback playback;
  std::optional<Listener> listener;
  std::unordered_set<ServerSession*> sessions;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;

  void report(const std::string& message) const {
    if (options.report) options.report(message);
  }

  asio::awaitable<void> listen() {
    while (auto socket = co_await listener->accept()) {
      auto work = [](std::shared_ptr<State> self, tcp::socket accepted) -> asio::awaitable<void> {
        ServerSession session(std::move(accepted), self->options.key);
        self->sessions.insert(&session);
        co_await self->converse(session);
        self->sessions.erase(&session);
      };
      asio::co_spawn(io, work(shared_from_this(), *std::move(socket)), asio::detached);
    }
  }

  Value log_in(ServerSession& session, const Value& request) const {
    if (!options.users.empty()) return session.log_in(request, options.users);
    const auto text = [&](Tag tag) {
      const Value* child = request.child(tag);
      return std::string(child == nullptr ? "" : child->text().value_or(""));
    };
    const std::vector<Credentials> anybody(
        1, {text(tags::kAuthenticationUser), text(tags::kAuthenticationPassword), UserLevel::User});
    return session.log_in(request, anybody);
  }

  asio::awaitable<void> converse(ServerSession& session) {
    const ReceiveLimits limits{options.idle, kFrameLimit};
    for (;;) {
      const auto request = co_await session.receive(limits);
      if (!request) {
        if (request.error().kind != ErrorKind::Closed &&
            request.error().kind != ErrorKind::Cancelled) {
          report(request.error().message);
        }
        co_return;
      }
      const std::vector<Value>& values = request->frame.values;
      if (values.size() == 1 && values.front().tag() == tags::kReqAuthentication) {
        const std::vector<Value> answer(1, log_in(session, values.front()));
        if (!co_await session.answer(answer, frame_time_now())) co_return;
        continue;
      }
      if (session.level() == UserLevel::None) {
        std::vector<Value> denied;
        denied.reserve(values.size());
        for (const Value& value : values) {
          denied.emplace_back(Dictionary::builtin().answer_to(value.tag()), DataType::Error,
                              ErrorCode{ErrorCode::kAccessDenied});
        }
        if (!co_await session.answer(denied, frame_time_now())) co_return;
        continue;
      }
      if (!co_await play(session, values)) co_return;
    }
  }

  asio::awaitable<bool> play(ServerSession& session, const std::vector<Value>& values) {
    ++requests;
    const Playback::Decision decision = playback.decide(values);
    if (decision.mismatch) report(decision.message);
    if (decision.failure) ++failures;
    if (options.speed > 0 && decision.delay > 0) {
      asio::steady_timer timer(io, std::chrono::nanoseconds(std::llround(
                                       static_cast<double>(decision.delay) / options.speed)));
      asio::error_code ignored;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    switch (decision.action) {
      case Playback::Decision::Action::Answer:
        break;
      case Playback::Decision::Action::Silence:
        co_return true;
      case Playback::Decision::Action::Close:
        session.channel().close();
        co_return false;
    }
    const bool recorded = decision.time && !options.fresh_times;
    const Timestamp time = recorded ? *decision.time : frame_time_now();
    const auto sent = co_await session.answer(decision.answer, time);
    co_return sent.has_value();
  }
};

DevicePlayer::DevicePlayer(asio::io_context& io, recording::Transcript transcript,
                           PlaybackOptions playback, PlayerOptions options)
    : state_(std::make_shared<State>(io, std::move(transcript), std::move(playback),
                                     std::move(options))) {}

DevicePlayer::~DevicePlayer() { stop(); }

std::expected<void, std::string> DevicePlayer::start() {
  auto listener =
      Listener::open(state_->io.get_executor(), state_->options.address, state_->options.port);
  if (!listener) return std::unexpected(listener.error());
  state_->listener.emplace(*std::move(listener));
  auto work = [](std::shared_ptr<State> self) -> asio::awaitable<void> { co_await self->listen(); };
  asio::co_spawn(state_->io, work(state_), asio::detached);
  return {};
}

void DevicePlayer::stop() {
  if (state_->listener) state_->listener->close();
  for (ServerSession* session : state_->sessions) session->channel().close();
}

std::uint16_t DevicePlayer::port() const {
  return state_->listener ? state_->listener->port() : std::uint16_t{0};
}
const Playback& DevicePlayer::playback() const { return state_->playback; }
std::uint64_t DevicePlayer::requests() const { return state_->requests; }
std::uint64_t DevicePlayer::failures() const { return state_->failures; }

}  // namespace rscp::replay
