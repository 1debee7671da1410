// SPDX-License-Identifier: MIT
// rscp simulate [SCENARIO]
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <unistd.h>

#include <asio/signal_set.hpp>
#include <sys/resource.h>

#include "command.hpp"
#include "serving.hpp"
#include "target.hpp"
#include <rscp/json.hpp>
#include <rscp/simulator/http_control.hpp>
#include <rscp/simulator/simulator.hpp>

namespace rscp::cli {
namespace {

using namespace rscp::simulator;

struct Options {
  std::string scenario = "s10";
  bool list = false;
  std::string listen = "127.0.0.1";
  std::optional<std::uint16_t> port;
  std::string key;
  std::string user;
  std::string password;
  std::optional<std::uint64_t> seed;
  std::string clock;
  std::string zone;
  std::optional<double> speed;
  std::optional<std::uint16_t> http;
  std::string journal;
  std::string junit;
  std::string ready_file;
  double duration = 0;
  bool until_done = false;
  bool quiet = false;
  std::size_t connections = 10'000;
  double idle_timeout = 0;
  double login_timeout = 30;
  double frame_timeout = 10;
  std::uint64_t lua_instructions = 1'000'000;
  std::size_t lua_memory = 16;
};

constexpr std::size_t kKeptEntries = 1'000;  // of the journal, for the page

// A limit of 0 is none.
std::chrono::milliseconds limit_of(double seconds) {
  return seconds <= 0 ? std::chrono::milliseconds::max() : milliseconds(seconds);
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

// What flags and environment say wins over the scenario.
void apply(const Options& options, Scenario& scenario) {
  if (!options.clock.empty()) scenario.start = options.clock;
  if (!options.zone.empty()) scenario.zone = options.zone;
  if (options.speed) scenario.speed = *options.speed;
  const std::string key = or_environment(options.key, "RSCP_KEY");
  const std::string user = or_environment(options.user, "RSCP_USER");
  const std::string password = or_environment(options.password, "RSCP_PASSWORD");
  for (std::size_t i = 0; i < scenario.devices.size(); ++i) {
    DeviceScenario& device = scenario.devices[i];
    if (!key.empty()) device.key = key;
    if (options.seed) device.seed = *options.seed + i;
    if (!user.empty() || !password.empty()) {
      if (device.users.empty()) device.users.emplace_back();
      if (!user.empty()) device.users.front().user = user;
      if (!password.empty()) device.users.front().password = password;
    }
    if (options.port) {
      // The devices of a farm lie on ports beside one another; 0 gives each a free one.
      device.port = static_cast<std::uint16_t>(*options.port == 0 ? 0 : *options.port + i);
    }
  }
}

// What --ready-file gets.
Json ready_json(Simulator& simulator, const std::string& address, int http_port) {
  Json devices = Json::array();
  for (std::size_t i = 0; i < simulator.size(); ++i) {
    devices.push_back({{"name", simulator.station(i).scenario().name},
                       {"address", address},
                       {"port", simulator.port(i)}});
  }
  Json ready = {{"pid", getpid()}, {"port", simulator.port(0)}, {"devices", devices}};
  if (http_port != 0) ready["http"] = http_port;
  return ready;
}

// Prints the verdict and makes the report.
Result<int> conclude(const Options& options, Simulator& simulator, const Say& say) {
  const auto suites = simulator.verdict(true);
  std::size_t met = 0;
  std::size_t all = 0;
  for (const Suite& suite : suites) {
    for (const Outcome& one : suite.outcomes) {
      ++all;
      if (one.state != Outcome::State::Failed) {
        ++met;
        continue;
      }
      std::cerr << one.place << ": expectation \"" << one.name << "\" of " << suite.name
                << " failed: " << one.message << '\n';
    }
  }
  DeviceCounts sum;
  for (std::size_t i = 0; i < simulator.size(); ++i) {
    const DeviceCounts& counts = simulator.counts(i);
    sum.connections += counts.connections;
    sum.requests += counts.requests;
    sum.values += counts.values;
    sum.faults += counts.faults;
  }
  if (!options.quiet) {
    std::string counts = std::to_string(sum.connections) + " connections, " +
                         std::to_string(sum.requests) + " requests, " + std::to_string(sum.values) +
                         " values, " + std::to_string(sum.faults) + " faults";
    if (all != 0) {
      counts += "; " + std::to_string(met) + " of " + std::to_string(all) + " expectations met";
    }
    say(counts);
  }
  if (!options.junit.empty()) {
    const auto report = junit_xml(check_suites(suites), simulator.elapsed());
    if (const auto written = write_file(options.junit, report); !written) {
      return std::unexpected(written.error());
    }
  }
  simulator.journal().flush();
  if (!simulator.journal().sound()) {
    return failure(ErrorKind::InputOutput, options.journal, "not everything could be written");
  }
  if (met != all) return exit_code(ErrorKind::Mismatch);
  return simulator.script_errors() != 0 ? exit_code(ErrorKind::Invalid) : kFine;
}

void print_errors(const Errors& errors) {
  for (const Error& error : errors) std::cerr << error.to_string() << '\n';
}

void greet(const Options& options, Simulator& simulator, int http_port, const Say& say) {
  for (std::size_t i = 0; i < simulator.size(); ++i) {
    const DeviceScenario& device = simulator.station(i).scenario();
    const bool users = !device.users.empty();
    say(device.name + " on " + options.listen + ':' + std::to_string(simulator.port(i)) +
        (users ? ", user " + device.users.front().user : ""));
  }
  if (http_port != 0) {
    say("control on http://127.0.0.1:" + std::to_string(http_port) + '/');
  }
}

Result<int> serve(const Options& options, asio::io_context& io, Simulator& simulator,
                  const Say& say) {
  if (options.journal == "-") {
    simulator.journal().write_to(std::cout);
  } else if (!options.journal.empty()) {
    const auto opened = simulator.journal().open(options.journal);
    if (!opened) return std::unexpected(opened.error());
  }
  if (options.http) simulator.journal().keep(kKeptEntries);
  if (const auto started = simulator.start(); !started) return std::unexpected(started.error());
  std::unique_ptr<HttpControl> http;
  if (options.http) {
    HttpOptions control;
    control.port = *options.http;
    if (options.scenario.find('.') != std::string::npos) control.scenario_file = options.scenario;
    auto opened = HttpControl::start(io, simulator, control);
    if (!opened) return std::unexpected(opened.error());
    http = *std::move(opened);
  }
  const int http_port = http ? http->port() : 0;
  warn_if_reachable(say, options.listen);
  if (!options.quiet) greet(options, simulator, http_port, say);
  const auto written =
      write_ready_file(options.ready_file, ready_json(simulator, options.listen, http_port));
  if (!written) return std::unexpected(written.error());
  asio::signal_set reloads(io, SIGHUP);
  std::function<void()> wait_for_reload = [&] {
    reloads.async_wait([&](const asio::error_code& error, int) {
      if (error) return;
      auto scenario = load_scenario(options.scenario);
      if (scenario) apply(options, *scenario);
      const auto reloaded = scenario ? simulator.reload(*std::move(scenario))
                                     : std::unexpected(std::move(scenario.error()));
      if (!reloaded) {
        print_errors(reloaded.error());
        say("the scenario was not reloaded; the old one stays");
      } else if (!options.quiet) {
        say("scenario reloaded");
      }
      wait_for_reload();
    });
  };
  wait_for_reload();
  asio::steady_timer done(io);
  std::function<void()> look_whether_done = [&] {
    constexpr std::chrono::milliseconds kOften{50};
    done.expires_after(kOften);
    done.async_wait([&](const asio::error_code& error) {
      if (error) return;
      if (simulator.settled()) return io.stop();
      look_whether_done();
    });
  };
  if (options.until_done) look_whether_done();
  run_until_stopped(io, options.duration);
  http.reset();
  simulator.stop();
  // What was cut off has to find out, so that its end is in the journal.
  io.restart();
  constexpr std::chrono::milliseconds kLastWords{200};
  io.run_for(kLastWords);
  return conclude(options, simulator, say);
}

Result<int> run(const Options& options, const Say& say) {
  if (options.list) {
    for (const ShippedScenario& one : shipped_scenarios()) std::cout << one.name << '\n';
    return kFine;
  }
  auto scenario = load_scenario(options.scenario);
  if (!scenario) {
    print_errors(scenario.error());
    return exit_code(ErrorKind::Invalid);
  }
  apply(options, *scenario);
  raise_descriptor_limit();
  SimulatorOptions settings;
  settings.address = options.listen;
  settings.limits.connections = options.connections;
  settings.limits.idle = limit_of(options.idle_timeout);
  settings.limits.login = limit_of(options.login_timeout);
  settings.limits.frame = limit_of(options.frame_timeout);
  settings.limits.scripts = {options.lua_instructions, options.lua_memory << 20};
  settings.warn = say;
  asio::io_context io(1);
  auto simulator = Simulator::create(io, *std::move(scenario), std::move(settings));
  if (!simulator) {
    print_errors(simulator.error());
    return exit_code(ErrorKind::Invalid);
  }
  return serve(options, io, **simulator, say);
}

int check(const std::vector<std::string>& files) {
  bool sound = true;
  for (const std::string& file : files) {
    auto scenario = load_scenario(file);
    if (scenario) {
      // Scripts are compiled and set-up scripts run, as at a start.
      asio::io_context io(1);
      auto simulator = Simulator::create(io, *std::move(scenario), {});
      if (simulator) continue;
      print_errors(simulator.error());
    } else {
      print_errors(scenario.error());
    }
    sound = false;
  }
  return sound ? kFine : exit_code(ErrorKind::Invalid);
}

}  // namespace

Run add_simulate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("SCENARIO", options->scenario,
                 "Scenario file, or the name of a shipped one (see --list)")
      ->capture_default_str();
  app.add_flag("--list", options->list, "Print the names of the shipped scenarios");
  app.add_option("--listen", options->listen, "Address to listen on")->capture_default_str();
  app.add_option("-p,--port", options->port,
                 "Port; 0 takes a free one. Further devices get the ports behind it");
  app.add_option("-k,--key", options->key, "RSCP passphrase; also RSCP_KEY. Default: rscp");
  app.add_option("-u,--user", options->user, "User; also RSCP_USER. Default: user@example.com");
  app.add_option("-w,--password", options->password,
                 "Password; also RSCP_PASSWORD. Default: password");
  app.add_option("--seed", options->seed, "Seed of weather, habits and faults");
  app.add_option("--clock", options->clock,
                 "Start of the device's clock: 2026-03-29T01:30:00 (local), with Z (UTC), or now");
  app.add_option("--zone", options->zone, "Time zone of the device, e.g. Europe/Berlin");
  app.add_option("--speed", options->speed, "How fast its clock runs; 0 stands still")
      ->check(CLI::Range(0.0, VirtualClock::kMaxSpeed));
  app.add_option("--http", options->http, "Port of the HTTP control on 127.0.0.1; 0 a free one");
  app.add_option("--journal", options->journal, "File for the journal (NDJSON); - for the output");
  app.add_option("--junit", options->junit, "File for the verdict as a JUnit report");
  app.add_option("--ready-file", options->ready_file,
                 "File that is written, with the ports, once everything listens");
  app.add_option("--for", options->duration, "Stop after so many seconds");
  app.add_flag("--until-done", options->until_done,
               "Stop once every expectation is met or has failed");
  app.add_flag("-q,--quiet", options->quiet, "Print problems only");
  app.add_option("--max-connections", options->connections, "Connections at a time, a device")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--idle-timeout", options->idle_timeout,
                 "Seconds without a request until a connection is closed; 0 never");
  app.add_option("--login-timeout", options->login_timeout,
                 "Seconds until a connection's first frame; 0 for ever")
      ->capture_default_str();
  app.add_option("--frame-timeout", options->frame_timeout,
                 "Seconds from a frame's first byte to its last; 0 for ever")
      ->capture_default_str();
  app.add_option("--lua-instructions", options->lua_instructions, "Limit of a script's call")
      ->check(CLI::Range(1'000, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--lua-memory", options->lua_memory, "MiB for all scripts of a device")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  return [options](const Say& say) { return run(*options, say); };
}

Run add_check(CLI::App& app) {
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("SCENARIO", *files, "Scenario files")->required();
  return [files](const Say&) { return check(*files); };
}

}  // namespace rscp::cli
