// SPDX-License-Identifier: MIT
// rscp query HOST TAG...
#include <iostream>
#include <memory>

#include "command.hpp"
#include "serving.hpp"
#include "target.hpp"
#include <rscp/connection/client.hpp>
#include <rscp/json.hpp>
#include <rscp/request.hpp>
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

Result<std::vector<Value>> requests_of(const Options& options, const Dictionary& dictionary) {
  std::vector<Value> requests;
  for (const std::string& text : options.requests) {
    auto parsed = parse_requests(text, dictionary);
    if (!parsed) return std::unexpected(parsed.error().within(text));
    for (Value& value : *parsed) requests.push_back(std::move(value));
  }
  if (const auto write = first_write(requests, dictionary); write && !options.allow_writes) {
    return failure(ErrorKind::Invalid, write->message() + "; say --allow-writes if that is meant");
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
    const Json list = values_to_json(answer, json);
    std::cout << (options.format == "json" ? list.dump(2) : list.dump()) << '\n';
  }
  std::cout.flush();
}

asio::awaitable<void> watch(Client& client, const std::vector<Value>& requests,
                            const Options& options, const Dictionary& dictionary, const Say& say,
                            int& code) {
  const auto executor = co_await asio::this_coro::executor;
  for (std::uint64_t asked = 1;; ++asked) {
    auto answer = co_await client.request(requests);
    if (answer) {
      print(*answer, options, dictionary);
      code = std::cout ? kFine : exit_code(ErrorKind::InputOutput);
    } else {
      say(answer.error().to_string());
      code = exit_code(answer.error().kind);
      // While watching, a device that is away may come back; a wrong password stays wrong.
      if (code == exit_code(ErrorKind::WrongPassword) || code == exit_code(ErrorKind::Invalid)) {
        co_return;
      }
    }
    if (options.watch <= 0 || asked == options.count || !std::cout) co_return;
    asio::steady_timer timer(executor, milliseconds(options.watch));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

Result<int> run(const Options& options, const Say& say) {
  const auto dictionary = options.tags.dictionary();
  if (!dictionary) return std::unexpected(dictionary.error());
  const auto requests = requests_of(options, *dictionary);
  if (!requests) return std::unexpected(requests.error());
  auto target = options.target.client(say);
  if (!target) return std::unexpected(target.error());
  asio::io_context io;
  Client client(io.get_executor(), *std::move(target));
  int code = kFine;
  asio::co_spawn(io, watch(client, *requests, options, *dictionary, say, code),
                 [&](const std::exception_ptr& thrown) {
                   client.close();
                   asio::post(io, [&io] { io.stop(); });
                   if (thrown) std::rethrow_exception(thrown);
                 });
  run_until_stopped(io, 0);
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
  return [options](const Say& say) { return run(*options, say); };
}

}  // namespace rscp::cli
