// SPDX-License-Identifier: MIT
#include <cmath>

#include <rscp/connection/serve.hpp>
#include <rscp/replay/device_player.hpp>

namespace rscp::replay {

struct DevicePlayer::State {
  State(asio::io_context& context, recording::Transcript transcript,
        PlaybackOptions playback_options, PlayerOptions player_options)
      : io(context),
        options(std::move(player_options)),
        playback(std::move(transcript), std::move(playback_options)) {}

  asio::io_context& io;
  PlayerOptions options;
  Playback playback;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;

  void report(const std::string& message) const {
    if (options.report) options.report(message);
  }

  // The recorded delay, at the speed that was asked for.
  asio::awaitable<void> wait(std::int64_t delay) const {
    if (options.speed <= 0 || delay <= 0) co_return;
    asio::steady_timer timer(
        io, std::chrono::nanoseconds(std::llround(static_cast<double>(delay) / options.speed)));
    asio::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  static asio::awaitable<Reply> play(std::shared_ptr<State> self, const ServedRequest& request) {
    ++self->requests;
    Playback::Decision decision = self->playback.decide(request.values);
    if (decision.complaint) {
      self->report(decision.complaint->message);
      if (decision.complaint->failure) ++self->failures;
    }
    if (std::holds_alternative<Playback::Silence>(decision.reply)) co_return Silence{};
    auto* recorded = std::get_if<Playback::Answer>(&decision.reply);
    if (recorded == nullptr) co_return HangUp{};
    Answer answer(std::move(recorded->values));
    if (recorded->source) {
      co_await self->wait(recorded->source->delay);
      if (!self->options.fresh_times) answer.time = recorded->source->time;
    }
    co_return answer;
  }
};

DevicePlayer::DevicePlayer(asio::io_context& io, recording::Transcript transcript,
                           PlaybackOptions playback, PlayerOptions options)
    : state_(std::make_shared<State>(io, std::move(transcript), std::move(playback),
                                     std::move(options))) {}

DevicePlayer::~DevicePlayer() = default;

Result<void> DevicePlayer::start() {
  const PlayerOptions& options = state_->options;
  ServeOptions serving{.address = options.address,
                       .port = options.port,
                       .key = options.key,
                       .users = options.users,
                       .login_timeout = options.idle,
                       .idle_timeout = options.idle};
  serving.report = [state = state_](const Error& error) { state->report(error.message); };
  auto server =
      serve(state_->io, std::move(serving),
            [state = state_](const ServedRequest& request) { return State::play(state, request); });
  if (!server) return std::unexpected(server.error());
  server_ = std::make_unique<Server>(*std::move(server));
  return {};
}

void DevicePlayer::stop() {
  if (server_) server_->stop();
}

std::uint16_t DevicePlayer::port() const { return server_ ? server_->port() : std::uint16_t{0}; }
const Playback& DevicePlayer::playback() const { return state_->playback; }
std::uint64_t DevicePlayer::requests() const { return state_->requests; }
std::uint64_t DevicePlayer::failures() const { return state_->failures; }

}  // namespace rscp::replay
