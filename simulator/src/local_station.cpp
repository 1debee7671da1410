// SPDX-License-Identifier: MIT
#include <deque>
#include <future>
#include <stdexcept>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <rscp/connection/client.hpp>
#include <rscp/simulator/local_station.hpp>
#include <rscp/simulator/simulator.hpp>
#include <rscp/tags.hpp>

namespace rscp::simulator {
namespace {

constexpr std::size_t kMostRequests = 100'000;
constexpr std::size_t kMostNotes = 1'000;

bool is_text(const std::string& scenario) {
  return scenario.find('\n') != std::string::npos || scenario.find(": ") != std::string::npos;
}

[[noreturn]] void refuse(const Errors& errors) {
  std::string all;
  for (const Error& one : errors) all += (all.empty() ? "" : "\n") + one.to_string();
  throw std::invalid_argument(all);
}

template <class T>
T or_refuse(Checked<T> made) {
  if (!made) refuse(made.error());
  return *std::move(made);
}

Scenario read(const std::string& scenario) {
  return or_refuse(is_text(scenario) ? parse_scenario(scenario, "scenario")
                                     : load_scenario(scenario));
}

PathQuery parsed(const std::string& path) {
  auto query = PathQuery::parse(path);
  if (!query) throw std::invalid_argument(path + ": " + query.error().message);
  return *std::move(query);
}

Value made(Tag tag, const Argument& literal) {
  if (std::holds_alternative<ErrorCode>(literal.scalar())) {
    return Value(tag, DataType::Error, literal);
  }
  return Value(tag, literal);
}

}  // namespace

std::optional<Value> HandlerReply::value(Tag answer) const {
  if (const auto* value = std::get_if<Value>(&what_)) return *value;
  if (const auto* children = std::get_if<std::vector<Value>>(&what_)) {
    return Value::container(answer, *children);
  }
  if (const auto* literal = std::get_if<Argument>(&what_)) return made(answer, *literal);
  return std::nullopt;
}

struct LocalStation::Running {
  // Everything below `io` belongs to its thread, save what is fixed once it runs.
  asio::io_context io{1};
  std::unique_ptr<Simulator> simulator;
  std::vector<std::uint16_t> ports;
  std::string key;
  Credentials login;
  std::deque<Value> requests;
  std::vector<std::string> warnings;
  std::vector<Unmet> thrown;
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
  std::thread thread;

  // Runs on the station's thread and gives back what that gives, or throws what it throws.
  template <class Work>
  auto on_thread(Work work) {
    if (io.get_executor().running_in_this_thread()) return work();
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto done = task.get_future();
    asio::post(io, std::move(task));
    return done.get();
  }

  explicit Running(Scenario scenario) {
    for (DeviceScenario& device : scenario.devices) device.port = 0;
    const DeviceScenario& first = scenario.devices.front();
    key = first.key;
    if (!first.users.empty()) login = first.users.front();
    SimulatorOptions options;
    options.warn = [this](const std::string& message) {
      if (warnings.size() < kMostNotes) warnings.push_back(message);
    };
    options.watch = [this](std::span<const Value> asked) { remember(asked); };
    simulator = or_refuse(Simulator::create(io, std::move(scenario), std::move(options)));
    if (const auto started = simulator->start(); !started) {
      throw std::runtime_error(started.error().to_string());
    }
    for (std::size_t i = 0; i < simulator->size(); ++i) ports.push_back(simulator->port(i));
    thread = std::thread([this] { io.run(); });
  }

  ~Running() {
    if (thread.joinable()) {
      on_thread([this] { simulator->stop(); });
      io.stop();
      thread.join();
      // What was cut off finds out; what waits for a time is dropped with `io`.
      io.restart();
      io.poll();
    }
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void remember(std::span<const Value> asked) {
    for (const Value& value : asked) {
      if (value.tag() == tag::RSCP_REQ_AUTHENTICATION) continue;
      requests.push_back(value);
      if (requests.size() > kMostRequests) requests.pop_front();
    }
  }

  std::optional<Value> call(const std::string& path, const Handler& handler, const Value& request,
                            Tag answer) {
    try {
      return handler(request).value(answer);
    } catch (const std::exception& error) {
      if (thrown.size() < kMostNotes)
        thrown.push_back({path, "its handler threw: " + std::string(error.what())});
      return error_value(answer, ErrorCode::kNotHandled);
    }
  }

  std::vector<Unmet> unmet() const {
    std::vector<Unmet> list = thrown;
    for (const Suite& suite : simulator->verdict(true)) {
      for (const Outcome& one : suite.outcomes) {
        if (one.state == Outcome::State::Failed) list.push_back({one.name, one.message});
      }
    }
    return list;
  }
};

LocalStation::LocalStation(const std::string& scenario)
    : running_(std::make_unique<Running>(read(scenario))) {}
LocalStation::~LocalStation() = default;

std::uint16_t LocalStation::port(std::size_t device) const { return running_->ports.at(device); }
const std::string& LocalStation::key() const { return running_->key; }
const std::string& LocalStation::user() const { return running_->login.user; }
const std::string& LocalStation::password() const { return running_->login.password; }

ClientOptions LocalStation::client_options() const {
  ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port();
  options.key = Key::from_passphrase(key()).value();
  options.user = user();
  options.password = password();
  return options;
}

void LocalStation::on(const std::string& path, Handler handler) {
  ScriptedStation::CodeHandler entry{parsed(path),
                                     [running = running_.get(), path, handler = std::move(handler)](
                                         const Value& request, Tag answer) {
                                       return running->call(path, handler, request, answer);
                                     }};
  running_->on_thread([&] { running_->simulator->station(0).add_handler(std::move(entry)); });
}

void LocalStation::set(const std::string& path, const Argument& value) {
  auto found = override_of(path);
  if (!found) throw std::invalid_argument(path + ": " + found.error().message);
  Override entry = *std::move(found);
  if (const auto* tag = std::get_if<Tag>(&entry.target)) (void)made(*tag, value);  // or throws
  if (const auto* error = std::get_if<ErrorCode>(&value.scalar())) {
    entry.value.what = ErrorItem{error->value};
  } else {
    entry.value.what = Literal{value, std::nullopt};
  }
  running_->on_thread([&] {
    std::vector<Override> values;
    values.push_back(std::move(entry));
    const auto added = running_->simulator->station(0).add_values(std::move(values));
    if (!added) refuse(added.error());
  });
}

void LocalStation::set_state(const std::string& name, double number) {
  running_->on_thread([&] {
    running_->simulator->advance(0);
    if (!running_->simulator->station(0).model().set_state(name, number)) {
      throw std::invalid_argument("\"" + name + "\" cannot be set; soc and reserve can");
    }
  });
}

void LocalStation::add_faults(const std::string& yaml) {
  const auto faults = or_refuse(parse_faults(yaml, "faults"));
  running_->on_thread([&] { running_->simulator->add_faults(0, faults); });
}

void LocalStation::expect(const std::string& path, std::uint64_t least,
                          std::optional<std::uint64_t> most) {
  Expectation wanted{Expectation::About::Request, parsed(path)};
  wanted.least = least;
  wanted.most = most;
  running_->on_thread([&] { running_->simulator->expect(0, std::move(wanted)); });
}

std::vector<Unmet> LocalStation::verify(std::chrono::milliseconds patience) const {
  constexpr std::chrono::milliseconds kOften{5};
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until &&
         !running_->on_thread([this] { return running_->simulator->settled(); })) {
    std::this_thread::sleep_for(kOften);
  }
  return running_->on_thread([this] { return running_->unmet(); });
}

std::vector<Value> LocalStation::requests() const {
  return running_->on_thread(
      [this] { return std::vector<Value>(running_->requests.begin(), running_->requests.end()); });
}

std::vector<std::string> LocalStation::warnings() const {
  return running_->on_thread([this] { return running_->warnings; });
}

}  // namespace rscp::simulator
