// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>
#include <cmath>
#include <future>
#include <httplib.h>
#include <thread>

#include <asio/post.hpp>

#include "metrics.hpp"
#include <rscp/simulator/http_control.hpp>

namespace rscp::simulator {
namespace page_files {
extern const std::pair<std::string_view, std::string_view> kFiles[];
}

namespace {

constexpr std::size_t kLargestBody = 4 << 20;
constexpr std::size_t kThreads = 4;
constexpr std::chrono::seconds kPatience{5};  // until the simulator's thread has answered

struct Answer {
  int status = 200;
  std::string body;
  std::string type = "application/json";
};

Answer json_answer(const Json& json, int status = 200) {
  return {status, json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'};
}

Answer bad(const std::string& message, int status = 400) {
  return json_answer({{"error", message}}, status);
}

Answer bad(const Errors& errors) {
  Json list = Json::array();
  for (const Error& one : errors) list.push_back(one.to_string());
  return json_answer({{"error", list.at(0)}, {"errors", list}}, 400);
}

// A page of another site must not reach the simulator through its reader's browser, be it
// directly (Origin) or through a name that it points at 127.0.0.1 (Host).
bool is_own(const std::string& host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  const bool has_port =
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  const std::string name = has_port ? host.substr(0, colon) : host;
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

}  // namespace

struct HttpControl::Server {
  Server(asio::io_context& context, Simulator& sim, HttpOptions o)
      : io(context), simulator(sim), options(std::move(o)) {}

  asio::io_context& io;
  Simulator& simulator;
  HttpOptions options;
  httplib::Server http;
  std::thread thread;
  int port = 0;

  // Runs on the simulator's thread and waits for the outcome.
  template <class Work>
  Answer on_simulator(Work work) {
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    asio::post(io, [promise, work = std::move(work)]() mutable {
      try {
        promise->set_value(work());
      } catch (const std::exception& error) {
        promise->set_value(bad(error.what(), 500));
      }
    });
    if (future.wait_for(kPatience) != std::future_status::ready) {
      return bad("the simulator is stopping or busy", 503);
    }
    return future.get();
  }

  static void send(httplib::Response& response, const Answer& answer) {
    response.status = answer.status;
    response.set_content(answer.body, answer.type);
  }

  using Work = Answer (Server::*)(std::size_t device, const std::string& body);
  // A request about one device.
  void on_device(const httplib::Request& request, httplib::Response& response, Work work) {
    const std::string name = request.get_param_value("device");
    const std::string body = request.body;
    send(response, on_simulator([this, name, body, work] {
           const auto index = name.empty() ? std::optional<std::size_t>(0) : simulator.find(name);
           if (!index) return bad("there is no device called \"" + name + '"', 404);
           return (this->*work)(*index, body);
         }));
  }

  Answer done(const char* what, std::size_t device, Json details = Json::object()) {
    details["device"] = simulator.station(device).scenario().name;
    details["action"] = what;
    simulator.note("control", details);
    return json_answer({{"ok", true}});
  }

  Answer set_values(std::size_t device, const std::string& body) {
    auto values = parse_values(body, "request");
    if (!values) return bad(values.error());
    if (auto added = simulator.station(device).add_values(*std::move(values)); !added) {
      return bad(added.error());
    }
    return done("values", device);
  }

  Answer clear_values(std::size_t device, const std::string&) {
    simulator.station(device).clear_added_values();
    return done("clear values", device);
  }

  Answer set_state(std::size_t device, const std::string& body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return bad("expected an object such as {\"soc\": 20}");
    for (const auto& [name, value] : json.items()) {
      simulator.advance(device);
      if (!value.is_number() ||
          !simulator.station(device).model().set_state(name, value.get<double>())) {
        return bad("\"" + name + "\" cannot be set; soc and reserve can, to numbers");
      }
    }
    return done("state", device);
  }

  Answer set_faults(std::size_t device, const std::string& body) {
    auto faults = parse_faults(body, "request");
    if (!faults) return bad(faults.error());
    simulator.add_faults(device, *faults);
    return done("faults", device);
  }

  Answer clear_faults(std::size_t device, const std::string&) {
    simulator.clear_faults(device);
    return done("clear faults", device);
  }

  Answer set_clock(std::size_t device, const std::string& body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) {
      return bad("expected an object such as {\"time\": \"2026-03-29T01:30:00\", \"speed\": 60}");
    }
    std::optional<Instant> time;
    std::optional<double> speed;
    for (const auto& [name, value] : json.items()) {
      if (name == "time" && value.is_string()) {
        const auto parsed = parse_instant(value.get<std::string>(), simulator.zone());
        if (!parsed) return bad(parsed.error().message);
        time = *parsed;
      } else if (name == "speed" && value.is_number() && value.get<double>() >= 0 &&
                 value.get<double>() <= VirtualClock::kMaxSpeed) {
        speed = value.get<double>();
      } else {
        return bad("\"" + name + "\" must be a time (text) or a speed (0 to 1000000)");
      }
    }
    if (time) simulator.clock().set(*time);
    if (speed) simulator.clock().set_speed(*speed);
    return done("clock", device);
  }

  Answer disconnect(std::size_t device, const std::string&) {
    simulator.disconnect_all(device);
    return done("disconnect", device);
  }

  Answer reset(std::size_t device, const std::string&) {
    simulator.reset();
    return done("reset", device);
  }

  Answer reload(std::size_t device, const std::string& body) {
    if (body.empty() && options.scenario_file.empty()) {
      return bad("the simulator was started without a scenario file: give one as body");
    }
    auto scenario =
        body.empty() ? load_scenario(options.scenario_file) : parse_scenario(body, "request");
    if (!scenario) return bad(scenario.error());
    if (auto reloaded = simulator.reload(*std::move(scenario)); !reloaded) {
      return bad(reloaded.error());
    }
    return done("reload", device);
  }

  Answer journal(std::uint64_t after) {
    Json list = Json::array();
    for (Json& entry : simulator.journal().since(after)) list.push_back(std::move(entry));
    return json_answer(list);
  }

  Answer expectations() {
    constexpr std::array<const char*, 3> kStates = {"open", "met", "failed"};
    Json list = Json::array();
    for (const Suite& suite : simulator.verdict(false)) {
      for (const Outcome& one : suite.outcomes) {
        list.push_back({{"device", suite.name},
                        {"name", one.name},
                        {"place", one.place},
                        {"state", kStates.at(static_cast<std::size_t>(one.state))},
                        {"count", one.count},
                        {"message", one.message}});
      }
    }
    return json_answer(list);
  }

  void set_up() {
    http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    http.set_payload_max_length(kLargestBody);
    http.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
      const std::string origin = request.get_header_value("Origin");
      const std::size_t scheme = origin.find("://");
      const bool foreign_origin =
          request.has_header("Origin") &&
          (scheme == std::string::npos || !is_own(origin.substr(scheme + 3)));
      if (is_own(request.get_header_value("Host")) && !foreign_origin) {
        return httplib::Server::HandlerResponse::Unhandled;
      }
      send(response, bad("refused: the request comes from or is meant for another site", 403));
      return httplib::Server::HandlerResponse::Handled;
    });
    http.set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) send(response, bad("no such address", response.status));
    });
    const auto get = [this](const char* path, auto work) {
      http.Get(path, [this, work](const httplib::Request&, httplib::Response& response) {
        send(response, on_simulator([this, work] { return work(*this); }));
      });
    };
    http.Get("/", [](const httplib::Request&, httplib::Response& response) {
      response.set_header("Content-Security-Policy",
                          "default-src 'none'; script-src 'unsafe-inline'; style-src "
                          "'unsafe-inline'; connect-src 'self'");
      send(response, {200, std::string(page_files::kFiles[0].second), "text/html; charset=utf-8"});
    });
    get("/api/state", [](Server& self) { return json_answer(state_json(self.simulator)); });
    get("/api/expectations", [](Server& self) { return self.expectations(); });
    get("/metrics", [](Server& self) {
      return Answer{200, metrics_text(self.simulator), "text/plain; version=0.0.4"};
    });
    http.Get("/api/journal", [this](const httplib::Request& request, httplib::Response& response) {
      const std::string text = request.get_param_value("after");
      std::uint64_t after = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), after);
      if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
        return send(response, bad("after must be a number, not \"" + text + '"'));
      }
      send(response, on_simulator([this, after] { return journal(after); }));
    });
    const auto post = [this](const char* path, Work work) {
      http.Post(path, [this, work](const httplib::Request& request, httplib::Response& response) {
        on_device(request, response, work);
      });
    };
    post("/api/values", &Server::set_values);
    post("/api/state", &Server::set_state);
    post("/api/faults", &Server::set_faults);
    post("/api/clock", &Server::set_clock);
    post("/api/disconnect", &Server::disconnect);
    post("/api/reload", &Server::reload);
    post("/reset", &Server::reset);
    const auto remove = [this](const char* path, Work work) {
      http.Delete(path, [this, work](const httplib::Request& request, httplib::Response& response) {
        on_device(request, response, work);
      });
    };
    remove("/api/values", &Server::clear_values);
    remove("/api/faults", &Server::clear_faults);
  }
};

Result<std::unique_ptr<HttpControl>> HttpControl::start(asio::io_context& io, Simulator& simulator,
                                                        const HttpOptions& options) {
  auto server = std::make_unique<Server>(io, simulator, options);
  server->set_up();
  const bool bound = options.port == 0
                         ? (server->port = server->http.bind_to_any_port(options.address)) > 0
                         : server->http.bind_to_port(options.address, options.port);
  if (!bound) {
    return failure(ErrorKind::InputOutput, "cannot listen on " + options.address + ':' +
                                               std::to_string(options.port) + " for HTTP");
  }
  if (options.port != 0) server->port = options.port;
  server->thread = std::thread([http = &server->http] { http->listen_after_bind(); });
  return std::unique_ptr<HttpControl>(new HttpControl(std::move(server)));
}

HttpControl::HttpControl(std::unique_ptr<Server> server) : server_(std::move(server)) {}

HttpControl::~HttpControl() {
  server_->http.stop();
  if (server_->thread.joinable()) server_->thread.join();
}

std::uint16_t HttpControl::port() const { return static_cast<std::uint16_t>(server_->port); }

}  // namespace rscp::simulator
