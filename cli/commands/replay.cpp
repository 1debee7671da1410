// SPDX-License-Identifier: MIT
// rscp replay CAPTURE
#include <algorithm>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "command.hpp"
#include "rules.hpp"
#include "serving.hpp"
#include "target.hpp"
#include <rscp/json.hpp>
#include <rscp/recording/transcript_file.hpp>
#include <rscp/replay/client_player.hpp>
#include <rscp/replay/device_player.hpp>

namespace rscp::cli {
namespace {

struct Options {
  std::string file;
  std::string mode = "exact";
  std::string listen = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  std::string serve_key;
  std::string user;
  std::string password;
  std::string login = "any";
  double speed = 0;
  bool fresh_times = false;
  std::vector<std::string> on;
  bool all = false;
  bool quiet = false;
  double duration = 0;
  std::string ready_file;
  std::string as = "device";
  std::string to;
  std::string likeness = "exact";
  bool allow_writes = false;
  KeyOptions keys;
  RuleOptions rules;
};

const std::map<std::string, replay::MatchMode> kModes = {
    {"sequence", replay::MatchMode::Sequence},
    {"exact", replay::MatchMode::Exact},
    {"structural", replay::MatchMode::Structural},
    {"tags", replay::MatchMode::Tags}};

// The key that clients use: one of their own, or the recording's.
Result<Key> serving_key(const Options& options, const recording::KeyTable& keys) {
  if (!options.serve_key.empty()) {
    auto key = Key::from_passphrase(options.serve_key);
    if (!key) return std::unexpected(key.error());
    return *std::move(key);
  }
  auto key = keys.common_key();
  if (!key) {
    return failure(ErrorKind::MissingKey,
                   "no key for the clients; give --serve-key, --key or RSCP_KEY");
  }
  return *std::move(key);
}

int conclude(const Options& options, const replay::DevicePlayer& player, const Say& say) {
  const replay::Playback& playback = player.playback();
  if (!options.quiet) {
    say(std::to_string(player.requests()) + " requests, " + std::to_string(player.failures()) +
        " that nothing matched; " + std::to_string(playback.used()) + " of " +
        std::to_string(playback.size()) + " exchanges used");
  }
  if (player.failures() != 0) return exit_code(ErrorKind::NotFound);
  if (!options.all || playback.unused().empty()) return kFine;
  say("never asked for: exchange " + playback.unused_text());
  return exit_code(ErrorKind::Mismatch);
}

Result<int> serve(const Options& options, asio::io_context& io, replay::DevicePlayer& player,
                  const Say& say) {
  if (const auto started = player.start(); !started) return std::unexpected(started.error());
  warn_if_reachable(say, options.listen);
  if (!options.quiet) {
    say("plays " + options.file + " on " + options.listen + ':' + std::to_string(player.port()));
  }
  const Json ready = {{"pid", getpid()}, {"port", player.port()}};
  if (const auto written = write_ready_file(options.ready_file, ready); !written) {
    return std::unexpected(written.error());
  }
  run_until_stopped(io, options.duration);
  player.stop();
  return conclude(options, player, say);
}

// Sends what the recording's client sent and tells what is answered differently.
Result<int> play_to(const Options& options, const recording::Transcript& transcript,
                    std::vector<replay::Rule> rules, const Key& key, const Say& say) {
  using PlayResult = replay::ClientPlayResult;
  const auto target = parse_host(options.to, "--to ");
  if (!target) return std::unexpected(target.error());
  ClientOptions client_options;
  client_options.host = target->host;
  client_options.port = target->port;
  client_options.key = key;
  client_options.user = or_environment(options.user, "RSCP_USER");
  client_options.password = or_environment(options.password, "RSCP_PASSWORD");
  replay::ClientPlayOptions play;
  play.rules = std::move(rules);
  play.allow_writes = options.allow_writes;
  if (options.likeness == "structural") play.likeness = replay::Likeness::Structural;
  asio::io_context io(1);
  std::vector<PlayResult> results;
  std::optional<Error> refused;
  auto work = [&]() -> asio::awaitable<void> {
    Client client(io.get_executor(), client_options);
    const auto level = co_await client.connect();
    if (level) {
      results = co_await replay::play_client(client, transcript, play);
    } else {
      refused = level.error();
    }
  };
  asio::co_spawn(io, work(), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  io.run();
  if (refused) return std::unexpected(*std::move(refused));
  for (const PlayResult& one : results) {
    const std::string message = one.message();
    if (message.empty()) continue;
    if (std::holds_alternative<PlayResult::Skipped>(one.outcome)) {
      if (!options.quiet) say("exchange " + std::to_string(one.exchange) + ": " + message);
      continue;
    }
    std::cout << "exchange " << one.exchange << ", " << one.name << ": " << message << '\n';
  }
  std::cout.flush();
  const std::size_t different = replay::count<PlayResult::Different>(results);
  const std::size_t skipped = replay::count<PlayResult::Skipped>(results);
  if (!options.quiet) {
    say(std::to_string(results.size() - skipped) + " requests sent, " + std::to_string(different) +
        " answered differently, " + std::to_string(skipped) +
        " skipped because they write (--allow-writes)");
  }
  const bool failed = replay::count<PlayResult::Failed>(results) != 0;
  if (failed || !std::cout) return exit_code(ErrorKind::InputOutput);
  return different == 0 ? kFine : exit_code(ErrorKind::Mismatch);
}

// How requests find their answers, and what those get that find none.
Result<replay::PlaybackOptions> playback_options(const Options& options) {
  replay::PlaybackOptions playback;
  playback.mode = kModes.at(options.mode);
  auto rules = options.rules.parse();
  if (!rules) return std::unexpected(rules.error());
  playback.rules = *std::move(rules);
  for (const std::string& text : options.on) {
    const auto policy = replay::parse_policy(text);
    if (!policy) {
      return failure(policy.error().kind, "--on " + policy.error().place, policy.error().message);
    }
    playback.set(*policy);
  }
  return playback;
}

Result<int> run(const Options& options, const Say& say) {
  if ((options.as == "client") == options.to.empty()) {
    return failure(ErrorKind::Invalid,
                   options.to.empty() ? "--as client needs --to HOST" : "--to needs --as client");
  }
  const auto keys = options.keys.table(say);
  if (!keys) return std::unexpected(keys.error());
  auto playback = playback_options(options);
  if (!playback) return std::unexpected(playback.error());
  auto transcript = recording::load_transcript(options.file, *keys, {{}, nullptr, say});
  if (!transcript) return std::unexpected(transcript.error());
  auto key = serving_key(options, *keys);
  if (!key) return std::unexpected(key.error());
  if (options.as == "client") {
    return play_to(options, *transcript, std::move(playback->rules), *key, say);
  }
  replay::PlayerOptions player{.address = options.listen,
                               .port = options.port,
                               .key = *std::move(key),
                               .users = {},
                               .speed = options.speed,
                               .fresh_times = options.fresh_times,
                               .report = say};
  if (!options.user.empty()) {
    player.users.push_back({options.user, options.password, UserLevel::User});
  } else if (options.login == "recorded") {
    player.users = recorded_users(*transcript);
    if (player.users.empty()) {
      return failure(ErrorKind::Invalid, options.file,
                     "no login that was granted and whose password is not masked; give --user and "
                     "--password");
    }
  }
  asio::io_context io(1);
  replay::DevicePlayer device(io, *std::move(transcript), *std::move(playback), std::move(player));
  return serve(options, io, device, say);
}

}  // namespace

Run add_replay(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("RECORDING", options->file, "Capture, transcript or journal of the simulator")
      ->required();
  app.add_option("--as", options->as, "device: answer a client; client: ask a device")
      ->check(CLI::IsMember({"device", "client"}))
      ->capture_default_str();
  app.add_option("--to", options->to, "The device to ask, with --as client");
  app.add_option("--likeness", options->likeness,
                 "With --as client: exact, or structural (tags and types)")
      ->check(CLI::IsMember({"exact", "structural"}))
      ->capture_default_str();
  app.add_flag("--allow-writes", options->allow_writes,
               "With --as client: also send requests that change the device");
  app.add_option("-m,--mode", options->mode,
                 "How requests find their answers: sequence (in order), exact (any order), "
                 "structural (same tags and types), tags (each tag from wherever it is)")
      ->check(CLI::IsMember({"sequence", "exact", "structural", "tags"}))
      ->capture_default_str();
  app.add_option("--on", options->on,
                 "What to do: no-such-request, already-used, out-of-order or exhausted, = fail, "
                 "repeat, loop, error, silence or close")
      ->allow_extra_args(false);
  app.add_option("--listen", options->listen, "Address to listen on")->capture_default_str();
  app.add_option("-p,--port", options->port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--serve-key", options->serve_key,
                 "Passphrase of the clients, if it is not the recording's");
  app.add_option("--login", options->login,
                 "Who may log in: any, or recorded (the users of the recording); see --user")
      ->check(CLI::IsMember({"any", "recorded"}))
      ->capture_default_str();
  app.add_option("-u,--user", options->user, "The one user who may log in");
  app.add_option("-w,--password", options->password, "That user's password");
  app.add_option("--speed", options->speed,
                 "Recorded delays are divided by this; 1 is as recorded, 0 as fast as possible")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_flag("--fresh-times", options->fresh_times,
               "Frames carry the present time instead of the recorded one");
  app.add_flag("--all", options->all, "Exit with 1 unless every exchange was asked for");
  app.add_option("--for", options->duration, "Stop after so many seconds");
  app.add_option("--ready-file", options->ready_file, "File that is written once it listens");
  app.add_flag("-q,--quiet", options->quiet, "Print problems only");
  options->keys.add_to(app);
  options->rules.add_to(app);
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
