// SPDX-License-Identifier: MIT
// rscp query HOST TAG...
#include <iostream>
#include <memory>

#include <asio/signal_set.hpp>

#include "command.hpp"
#include "target.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/json.hpp>
#include <rscp/text.hpp>
#include <rscp/writes.hpp>

namespace rscp::cli {
namespace {

struct Options {
  TargetOptions target;
  DictionaryOptions tags;
  std::vector<std::string> requests;
  std::string format = "text";
  double watch = 0;
  std::uint64_t count = 0;
  bool allow_writes = false;
  bool show_secrets = false;
};

// A short name stands for its request: POWER_PV is not enough, but EMS_POWER_PV is.
std::expected<std::vector<Value>, std::string> parse_requests(const std::vector<std::string>& texts,
                                                              const Dictionary& dictionary) {
  std::vector<Value> requests;
  for (const std::string& text : texts) {
    auto parsed = parse_text(text, dictionary);
    if (!parsed) return std::unexpected(text + ':' + parsed.error().to_string());
    if (!parsed->trailing.empty()) return std::unexpected(text + ": holds bytes that are no item");
    for (Value& value : parsed->values) {
      const auto request = dictionary.request_of(value.tag());
      if (has_answer_bit(value.tag()) && request && value.type() == DataType::None) {
        value = Value(*request);
      }
      requests.push_back(std::move(value));
    }
  }
  return requests;
}

void print(const std::vector<Value>& answer, const Options& options, const Dictionary& dictionary) {
  if (options.format == "text") {
    TextOptions text;
    text.dictionary = &dictionary;
    text.show_secrets = options.show_secrets;
    std::cout << to_text(answer, {}, text);
  } else {
    JsonOptions json;
    json.dictionary = &dictionary;
    json.show_secrets = options.show_secrets;
    Json list = Json::array();
    for (const Value& value : answer) list.push_back(to_json(value, json));
    std::cout << (options.format == "json" ? list.dump(2) : list.dump()) << '\n';
  }
  std::cout.flush();
}

asio::awaitable<void> watch(Client& client, const std::vector<Value>& requests,
                            const Options& options, const Dictionary& dictionary, int& code) {
  const auto executor = co_await asio::this_coro::executor;
  for (std::uint64_t asked = 1;; ++asked) {
    auto answer = co_await client.request(requests);
    if (answer) {
      print(*answer, options, dictionary);
      code = std::cout ? kFine : kInputOutput;
    } else {
      complain("query", answer.error().message);
      code = exit_code(answer.error().kind);
      // While watching, a device that is away may come back; a wrong password stays wrong.
      if (code == kKey || code == kUsage) co_return;
    }
    if (options.watch <= 0 || asked == options.count || !std::cout) co_return;
    asio::steady_timer timer(executor,
                             std::chrono::milliseconds(std::llround(options.watch * 1000)));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

int run(const Options& options) {
  const auto fail = [](const Failure& failure) {
    complain("query", failure.message);
    return failure.code;
  };
  const auto dictionary = options.tags.dictionary();
  if (!dictionary) return fail(dictionary.error());
  const auto requests = parse_requests(options.requests, *dictionary);
  if (!requests) return fail({kUsage, requests.error()});
  for (const Value& request : *requests) {
    if (!options.allow_writes && writes(request, *dictionary)) {
      return fail({kUsage, dictionary->label(request.tag()) +
                               " changes the device; say --allow-writes if that is meant"});
    }
  }
  auto target = options.target.client("query");
  if (!target) return fail(target.error());
  asio::io_context io;
  Client client(io.get_executor(), *std::move(target));
  int code = kFine;
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const asio::error_code& error, int) {
    if (!error) io.stop();
  });
  asio::co_spawn(io, watch(client, *requests, options, *dictionary, code),
                 [&](const std::exception_ptr& failure) {
                   signals.cancel();
                   client.close();
                   if (failure) std::rethrow_exception(failure);
                 });
  io.run();
  return code;
}

}  // namespace

Run add_query(CLI::App& app) {
  auto options = std::make_shared<Options>();
  options->target.add_to(app);
  app.add_option("TAG", options->requests,
                 "What to ask: EMS_REQ_POWER_PV, or 'BAT_REQ_DATA{BAT_INDEX:0, BAT_REQ_RSOC}'")
      ->required();
  app.add_option("-f,--format", options->format, "text, json or ndjson (one line a frame)")
      ->check(CLI::IsMember({"text", "json", "ndjson"}))
      ->capture_default_str();
  app.add_option("--watch", options->watch, "Ask again every so many seconds, until interrupted")
      ->check(CLI::Range(0.1, 86400.0));
  app.add_option("--count", options->count, "With --watch: stop after asking so often");
  app.add_flag("--allow-writes", options->allow_writes,
               "Also send requests that change the device");
  app.add_flag("--show-secrets", options->show_secrets, "Print passwords instead of ********");
  options->tags.add_to(app);
  return [options] { return run(*options); };
}

}  // namespace rscp::cli
