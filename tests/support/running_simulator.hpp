// SPDX-License-Identifier: MIT
// A real `rscp simulate`, or another command that listens, in a process of its own.
#pragma once

#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "process.hpp"

namespace test {

class RunningServer {
 public:
  /// Starts `rscp VERB` and waits until it listens. `arguments` come behind the verb.
  RunningServer(const std::string& verb, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {RSCP_COMMAND, verb};
    words.insert(words.end(), arguments.begin(), arguments.end());
    for (const char* more : {"--port", "0", "--ready-file"}) words.emplace_back(more);
    words.push_back(folder_.file("ready"));
    start(words);
    for (int tries = 0; tries < 3'000; ++tries) {
      if (std::filesystem::exists(folder_.file("ready"))) {
        ready_ = nlohmann::json::parse(read_file(folder_.file("ready")));
        return;
      }
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = 0;
        throw std::runtime_error("it ended: " + read_file(folder_.file("err")));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("it does not become ready");
  }
  ~RunningServer() {
    if (pid_ != 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return ready_.at("port").get<std::uint16_t>(); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] double resident_mib() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
  }
  void signal(int number) const { kill(pid_, number); }

  /// Ends it with SIGTERM, or waits for its own end; its exit code.
  int stop() {
    signal(SIGTERM);
    return wait();
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  /// What it wrote so far.
  [[nodiscard]] std::string err() const { return read_file(folder_.file("err")); }
  [[nodiscard]] std::string out() const { return read_file(folder_.file("out")); }

  [[nodiscard]] const nlohmann::json& ready() const { return ready_; }

 private:
  void start(const std::vector<std::string>& words) {
    pid_ = fork();
    if (pid_ != 0) return;
    const auto redirect = [this](int descriptor, const char* name) {
      const int file = open(folder_.file(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      dup2(file, descriptor);
    };
    redirect(STDOUT_FILENO, "out");
    redirect(STDERR_FILENO, "err");
    for (const char* variable : {"RSCP_KEY", "RSCP_USER", "RSCP_PASSWORD"}) unsetenv(variable);
    std::vector<char*> argv;
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }

  TemporaryFolder folder_;
  pid_t pid_ = 0;
  nlohmann::json ready_;
};

class RunningSimulator : public RunningServer {
 public:
  explicit RunningSimulator(const std::vector<std::string>& arguments)
      : RunningServer("simulate", arguments) {}

  [[nodiscard]] std::uint16_t port(std::size_t device = 0) const {
    return ready().at("devices").at(device).at("port").get<std::uint16_t>();
  }
  [[nodiscard]] std::uint16_t http() const { return ready().at("http").get<std::uint16_t>(); }

  /// Asks with the command; the default passphrase and user.
  Outcome query(std::vector<std::string> words, std::size_t device = 0) const {
    std::vector<std::string> command = {
        RSCP_COMMAND, "query",    "-k",
        "rscp",       "-u",       "user@example.com",
        "-w",         "password", "127.0.0.1:" + std::to_string(port(device))};
    command.insert(command.end(), words.begin(), words.end());
    return run(command);
  }
};

}  // namespace test
