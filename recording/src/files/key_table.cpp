// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include <rscp/recording/key_table.hpp>

namespace rscp::recording {
namespace {

std::unexpected<Error> wrong(std::string message) {
  return failure(ErrorKind::Invalid, std::move(message));
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The fields of one line: quoted with \xNN and \" and \\ inside, or bare up to the comma.
class FieldReader {
 public:
  explicit FieldReader(std::string_view line) : rest_(line) { skip_blank(); }

  Result<std::string> next() {
    skip_blank();
    std::string field;
    if (rest_.starts_with('"')) {
      if (auto status = quoted(field); !status) return std::unexpected(status.error());
    } else {
      const std::size_t comma = rest_.find(',');
      std::string_view bare = rest_.substr(0, comma);
      rest_.remove_prefix(bare.size());
      while (!bare.empty() && is_blank(bare.back())) bare.remove_suffix(1);
      field = bare;
    }
    skip_blank();
    if (!rest_.empty()) {
      if (rest_[0] != ',') return wrong("expected a comma behind a quoted field");
      rest_.remove_prefix(1);
      more_ = true;
    } else {
      more_ = false;
    }
    return field;
  }

  [[nodiscard]] bool more() const { return more_; }

 private:
  void skip_blank() {
    while (!rest_.empty() && is_blank(rest_[0])) rest_.remove_prefix(1);
  }

  Result<void> quoted(std::string& field) {
    std::size_t i = 1;
    for (; i < rest_.size() && rest_[i] != '"'; ++i) {
      if (rest_[i] != '\\') {
        field += rest_[i];
        continue;
      }
      if (++i >= rest_.size()) break;
      if (rest_[i] == 'x') {
        const auto byte = from_hex(rest_.substr(std::min(i + 1, rest_.size()), 2));
        if (!byte || byte->size() != 1) {
          return wrong("\\x needs two hexadecimal digits");
        }
        field += static_cast<char>((*byte)[0]);
        i += 2;
      } else {
        field += rest_[i];
      }
    }
    if (i >= rest_.size()) return wrong("the closing quote is missing");
    rest_.remove_prefix(i + 1);
    return {};
  }

  std::string_view rest_;
  bool more_ = true;
};

Result<KeyEntry> read_entry(std::string_view line) {
  FieldReader fields(line);
  std::string cells[3];
  for (int i = 0; i < 3; ++i) {
    if (i != 0 && !fields.more()) {
      return wrong("expected \"address\",\"port\",\"passphrase\"");
    }
    auto field = fields.next();
    if (!field) return std::unexpected(field.error());
    cells[i] = *std::move(field);
  }
  if (fields.more()) return wrong("more than three fields; a passphrase with a comma needs quotes");
  auto key = Key::from_passphrase(cells[2]);
  if (!key) return wrong(key.error().message);
  KeyEntry entry{std::nullopt, std::nullopt, *std::move(key)};
  if (!cells[0].empty() && cells[0] != "*") {
    entry.network = Network::parse(cells[0]);
    if (!entry.network) {
      return wrong("\"" + cells[0] + "\" is no IP address or network");
    }
  }
  if (!cells[1].empty() && cells[1] != "*") {
    unsigned port = 0;
    const char* last = cells[1].data() + cells[1].size();
    const auto [end, status] = std::from_chars(cells[1].data(), last, port);
    if (status != std::errc() || end != last || port > 65535) {
      return wrong("\"" + cells[1] + "\" is no port (0 to 65535)");
    }
    if (port != 0) entry.port = static_cast<std::uint16_t>(port);
  }
  return entry;
}

}  // namespace

Result<void> KeyTable::load_text(std::string_view text) {
  std::vector<KeyEntry> fresh;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && is_blank(line[0])) line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    auto entry = read_entry(line);
    if (!entry) return std::unexpected(entry.error().within(std::to_string(number)));
    fresh.push_back(*std::move(entry));
  }
  for (auto& entry : fresh) entries_.push_back(std::move(entry));
  return {};
}

Result<void> KeyTable::load_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return failure(ErrorKind::InputOutput, path, "cannot be read");
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return failure(ErrorKind::InputOutput, path, "cannot be read");
  auto loaded = load_text(text);
  wipe(text);
  if (!loaded) return std::unexpected(loaded.error().within(path));
  return {};
}

std::vector<Key> KeyTable::keys_for(const Endpoint& device) const {
  return fitting(device.address, device.port);
}

std::vector<Key> KeyTable::keys_for(const std::string& host, std::uint16_t port) const {
  return fitting(Address::parse(host), port);
}

std::vector<Key> KeyTable::fitting(const std::optional<Address>& address,
                                   std::uint16_t port) const {
  std::vector<Key> keys;
  for (const KeyEntry& entry : entries_) {
    const bool near = !entry.network ||
                      (address ? entry.network->contains(*address) : entry.network->prefix == 0);
    if (near && (!entry.port || *entry.port == port)) keys.push_back(entry.key);
  }
  return keys;
}

std::optional<Key> KeyTable::common_key() const {
  const auto common = std::ranges::find_if(
      entries_, [](const KeyEntry& entry) { return !entry.network && !entry.port; });
  if (common == entries_.end()) return std::nullopt;
  return common->key;
}

}  // namespace rscp::recording
