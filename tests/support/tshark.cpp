// SPDX-License-Identifier: MIT
#include "tshark.hpp"

#include <unistd.h>

namespace test {

namespace fs = std::filesystem;

namespace {

std::string setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

}  // namespace

Tshark::Tshark() {
  const std::string plugin = setting("RSCP_TEST_PLUGIN", RSCP_PLUGIN);
  const std::string abi = setting("RSCP_TEST_WIRESHARK_ABI", RSCP_WIRESHARK_ABI);
  const fs::path plugins = fs::path(folder_.path()) / "plugins";
  const fs::path home = fs::path(folder_.path()) / "home";
  fs::create_directories(plugins / abi / "epan");
  fs::copy(plugin, plugins / abi / "epan");
  fs::create_directories(home);
  fs::permissions(home, fs::perms(0777));
  const std::string environment = "env HOME=" + quote(home.string()) +
                                  " WIRESHARK_PLUGIN_DIR=" + quote(plugins.string()) + " TZ=UTC";
  prefix_ = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " + environment
                           : environment;
  prefix_ += ' ' + setting("RSCP_TEST_TSHARK_PREFIX", "");
}

Outcome Tshark::run(std::vector<std::string> words) const {
  words.insert(words.begin(), RSCP_TSHARK);
  return test::run(words, prefix_);
}

std::string Tshark::readable(const std::string& path) const {
  const fs::path copy = fs::path(folder_.path()) / fs::path(path).filename();
  if (!fs::exists(copy)) fs::copy(path, copy);
  fs::permissions(copy, fs::perms(0644));
  return copy.string();
}

}  // namespace test
