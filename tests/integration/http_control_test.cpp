// SPDX-License-Identifier: MIT
#include <httplib.h>

#include "catch.hpp"
#include "running_simulator.hpp"

using namespace test;
using Catch::Contains;

namespace {

class Controlled {
 public:
  explicit Controlled(std::vector<std::string> arguments = {"--speed", "0", "--clock",
                                                            "2026-06-15T13:00:00"})
      : simulator_(with_http(std::move(arguments))), http_("127.0.0.1", simulator_.http()) {}

  int post(const std::string& path, const std::string& body) {
    return http_.Post(path.c_str(), body, "application/json")->status;
  }
  nlohmann::json get(const std::string& path) {
    return nlohmann::json::parse(http_.Get(path.c_str())->body);
  }
  double state(const std::string& name) {
    return get("/api/state").at("devices").at(0).at("state").at(name).get<double>();
  }
  RunningSimulator& simulator() { return simulator_; }
  httplib::Client& http() { return http_; }

 private:
  static std::vector<std::string> with_http(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--http", "0", "--quiet"});
    return arguments;
  }
  RunningSimulator simulator_;
  httplib::Client http_;
};

}  // namespace

TEST_CASE("state, values, faults and clock are seen and changed while it runs") {
  Controlled control;
  const double pv = control.state("pv");
  CHECK_THAT(control.simulator().query({"EMS_POWER_PV"}).out,
             Contains(std::to_string(static_cast<int>(pv))));
  CHECK(control.post("/api/values", R"({"EMS_POWER_PV": 77})") == 200);
  CHECK_THAT(control.simulator().query({"EMS_POWER_PV"}).out, Contains("EMS_POWER_PV: 77"));
  CHECK(control.http().Delete("/api/values")->status == 200);
  CHECK_THAT(control.simulator().query({"EMS_POWER_PV"}).out,
             Contains(std::to_string(static_cast<int>(pv))));
  CHECK(control.post("/api/state", R"({"soc": 20})") == 200);
  CHECK(control.state("soc") == Approx(20));
  CHECK(control.post("/api/clock", R"({"time": "2026-06-15T23:30:00"})") == 200);
  CHECK(control.state("pv") == 0);
  CHECK(control.state("hour") == Approx(23.5));
  CHECK(control.post("/api/faults",
                     R"([{"fault": "bad_crc", "when": {"match": "EMS_REQ_POWER_PV"}}])") == 200);
  CHECK_THAT(control.simulator().query({"EMS_REQ_POWER_PV"}).err, Contains("checksum"));
  CHECK(control.get("/api/state").at("devices").at(0).at("faults").at(0) == "bad_crc");
  CHECK(control.http().Delete("/api/faults")->status == 200);
  CHECK(control.simulator().query({"EMS_REQ_POWER_PV"}).status == 0);
  CHECK(control.post("/reset", "") == 200);
  CHECK(control.state("hour") == Approx(13));
  CHECK(control.state("pv") == pv);
}

TEST_CASE("what is wrong is told with its place and changes nothing") {
  Controlled control;
  const auto told = [&](const char* path, const char* body) {
    const auto result = control.http().Post(path, body, "application/json");
    CHECK(result->status == 400);
    return nlohmann::json::parse(result->body).at("error").get<std::string>();
  };
  CHECK(told("/api/values", R"({"EMS_POWR_PV": 1})") ==
        "request:1:2: unknown tag EMS_POWR_PV, did you mean EMS_POWER_PV?");
  CHECK_THAT(told("/api/faults", R"([{"fault": "x"}])"), Contains("fault must be one of"));
  CHECK_THAT(told("/api/clock", R"({"speed": -1})"), Contains("speed"));
  CHECK_THAT(told("/api/clock", "nonsense"), Contains("expected an object"));
  CHECK_THAT(told("/api/state", R"({"pv": 1})"), Contains("cannot be set"));
  CHECK_THAT(told("/api/reload", "values: {EMS_NO: 1}"), Contains("unknown tag EMS_NO"));
  CHECK(control.http().Get("/api/journal?after=x")->status == 400);
  CHECK(control.http().Get("/nothing")->status == 404);
  CHECK(control.http().Post("/api/values?device=other", "{}", "application/json")->status == 404);
  CHECK(control.get("/api/state").at("devices").size() == 1);
}

TEST_CASE("a scenario is replaced over HTTP") {
  Controlled control;
  CHECK(control.post("/api/reload", "extends: s10\nvalues: {EMS_POWER_PV: 5}\n") == 200);
  CHECK_THAT(control.simulator().query({"EMS_POWER_PV"}).out, Contains("EMS_POWER_PV: 5"));
}

TEST_CASE("the journal and the expectations can be followed") {
  TemporaryFolder folder;
  write_file(folder.file("e.yaml"),
             "extends: s10\nexpect: [{name: polls, request: EMS_REQ_POWER_PV}]\n");
  Controlled control({folder.file("e.yaml")});
  CHECK(control.get("/api/expectations").at(0).at("state") == "open");
  control.simulator().query({"EMS_REQ_POWER_PV"});
  CHECK(control.get("/api/expectations").at(0).at("state") == "met");
  const auto all = control.get("/api/journal");
  const auto last = all.back().at("n").get<int>();
  CHECK(all.size() >= 6);
  CHECK(control.get("/api/journal?after=" + std::to_string(last)).empty());
  CHECK(control.get("/api/journal?after=" + std::to_string(last - 2)).size() == 2);
  CHECK(all.dump().find("\"password\"") == std::string::npos);
}

TEST_CASE("metrics are in Prometheus' form and hold no secrets") {
  Controlled control;
  control.simulator().query({"EMS_REQ_POWER_PV", "EMS_REQ_BAT_SOC"});
  const std::string text = control.http().Get("/metrics")->body;
  CHECK_THAT(
      text,
      Contains("# TYPE rscp_requests_total counter\nrscp_requests_total{device=\"s10\"} 2\n"));
  CHECK_THAT(text, Contains("rscp_values_total{device=\"s10\"} 3\n"));
  CHECK_THAT(text, Contains("rscp_device_soc{device=\"s10\"} "));
  CHECK(text.find("password") == std::string::npos);
  CHECK(text.find("user@example.com") == std::string::npos);
}

TEST_CASE("other sites' pages cannot drive the simulator") {
  Controlled control;
  const auto status = [&](const httplib::Headers& headers) {
    return control.http().Post("/reset", headers, "", "text/plain")->status;
  };
  CHECK(status({{"Origin", "https://evil.example"}}) == 403);
  CHECK(status({{"Origin", "null"}}) == 403);
  CHECK(status({{"Host", "evil.example"}}) == 403);
  CHECK(status({{"Host", "127.0.0.1.evil.example"}}) == 403);
  CHECK(status({{"Origin", "http://localhost:1234"}}) == 200);
  CHECK(control.http().Get("/api/state", httplib::Headers{{"Host", "evil.example:80"}})->status ==
        403);
}

TEST_CASE("connections are cut on demand") {
  Controlled control;
  CHECK(control.post("/api/disconnect", "") == 200);
  CHECK(control.simulator().query({"EMS_REQ_POWER_PV"}).status == 0);
}

#ifdef RSCP_CHROMIUM
TEST_CASE("the page shows the energy flow and the last exchanges in a real browser") {
  Controlled control;
  control.simulator().query({"EMS_POWER_PV"});
  CHECK(control.post("/api/faults", R"([{"fault": "split", "at": 32}])") == 200);
  TemporaryFolder profile;
  const Outcome page =
      run({"timeout", "60", RSCP_CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
           "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--user-data-dir=" + profile.path(),
           "--virtual-time-budget=3000", "--dump-dom",
           "http://127.0.0.1:" + std::to_string(control.simulator().http()) + "/"});
  CHECK(page.status == 0);
  const auto shown = [&](const std::string& name, const std::string& unit) {
    const int watts = static_cast<int>(std::lround(control.state(name)));
    CHECK_THAT(page.out, Contains("data-name=\"" + name + "\">" + std::to_string(watts) + unit));
  };
  for (const char* name : {"pv", "grid", "house", "battery", "wallbox"}) shown(name, " W<");
  CHECK_THAT(page.out, Contains("2026-06-15 13:00:00 Europe/Berlin"));
  CHECK_THAT(page.out, Contains("<td class=\"values\">EMS_REQ_POWER_PV</td>"));
  CHECK_THAT(page.out, Contains("faults: split"));
  CHECK_THAT(page.out, Contains("<div id=\"problem\" role=\"alert\"></div>"));
}
#endif

TEST_CASE("passphrase and passwords are in nothing that the simulator writes or tells") {
  const TemporaryFolder folder;
  Controlled control({"--key", "Kaese-passphrase", "--password", "Kaese-password", "--journal",
                      folder.file("journal"), "--junit", folder.file("junit.xml")});
  const std::string device = "127.0.0.1:" + std::to_string(control.simulator().port());
  const auto ask = [&](const std::string& key, const std::string& password) {
    return run({RSCP_COMMAND, "query", "-k", key, "-u", "user@example.com", "--password", password,
                device, "EMS_REQ_POWER_PV"});
  };
  const Outcome right = ask("Kaese-passphrase", "Kaese-password");
  CHECK(right.status == 0);
  const Outcome refused = ask("Kaese-passphrase", "Wurst-password");
  CHECK(refused.status != 0);
  const Outcome garbled = ask("Wurst-passphrase", "Kaese-password");
  CHECK(garbled.status == 4);
  std::string told;
  for (const char* path : {"/", "/api/state", "/api/journal", "/api/expectations", "/metrics"}) {
    told += control.http().Get(path)->body;
  }
  control.simulator().stop();
  CHECK_THAT(read_file(folder.file("journal")), Contains("********"));
  told += read_file(folder.file("journal")) + read_file(folder.file("junit.xml")) +
          control.simulator().err() + control.simulator().out();
  for (const Outcome& outcome : {right, refused, garbled}) told += outcome.out + outcome.err;
  for (const char* secret :
       {"Kaese-passphrase", "Kaese-password", "Wurst-password", "Wurst-passphrase"}) {
    CAPTURE(secret);
    CHECK_THAT(told, !Contains(secret));
  }
}
