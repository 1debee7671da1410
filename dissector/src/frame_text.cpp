// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame_text.hpp"

#include <algorithm>
#include <utility>

#include <rscp/secrets.hpp>
#include <rscp/text.hpp>

namespace rscp::dissector {
namespace {

std::string label(Tag tag) {
  const TagInfo* info = Dictionary::builtin().find(tag);
  return info != nullptr ? std::string(info->name) : hex_code(tag);
}

bool is_index_tag(Tag tag) {
  const TagInfo* info = Dictionary::builtin().find(tag);
  return info != nullptr && info->is_index;
}

std::string_view namespace_of_name(Tag tag) { return Dictionary::namespace_name(tag); }

// "POWER_PV" of EMS_REQ_POWER_PV: the namespace is said once for all, REQ by the direction.
std::string short_label(Tag tag) {
  std::string name = label(tag);
  const std::string space = std::string(namespace_of_name(tag)) + '_';
  if (name.size() > space.size() && name.starts_with(space)) name.erase(0, space.size());
  if (name.starts_with("REQ_")) name.erase(0, 4);
  // "DATA" alone says nothing: every device class has it.
  return name == "DATA" ? label(tag) : name;
}

std::string text_of(const ItemView& item, bool brief, bool hidden) {
  if (hidden && !item.payload.empty()) return std::string(kMask);
  const auto scalar = item.scalar();
  if (!scalar) {
    return item.type == DataType::Container ? ""
                                            : std::to_string(item.payload.size()) +
                                                  " bytes that do not fit " + name_of(item.type);
  }
  std::string text = to_string(*scalar, brief ? ScalarStyle::Brief : ScalarStyle::Shown);
  const TagInfo* info = Dictionary::builtin().find(item.tag);
  if (info == nullptr || item.type == DataType::Error) return text;
  std::optional<std::int64_t> integer;
  if (const auto* n = std::get_if<std::int64_t>(&*scalar)) integer = *n;
  if (const auto* n = std::get_if<std::uint64_t>(&*scalar)) integer = static_cast<std::int64_t>(*n);
  const bool number = integer || is_float(item.type);
  if (info->enumeration != nullptr && integer) {
    const std::string name = info->enumeration->label(*integer);
    if (!name.empty()) return brief ? name : text + " (" + name + ')';
  }
  if (number && !info->printed_unit().empty()) text += ' ' + std::string(info->printed_unit());
  return text;
}

// Appends names, and values where there are some, until the line is long enough.
class Line {
 public:
  explicit Line(bool show_secrets) : show_secrets_(show_secrets) {}

  void items(ItemReader reader, std::string_view space, bool skip_index, const Secrecy& secrecy) {
    bool first = true;
    while (const auto item = reader.next()) {
      const bool index = std::exchange(first, false) && skip_index && is_index(*item);
      if (index) continue;
      if (text_.size() > kLongEnough) {
        text_ += ", \u2026";
        return;
      }
      if (!text_.empty()) text_ += ", ";
      item_text(*item, space, secrecy);
    }
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

  // "0" of BAT_INDEX: the first child of a device's container.
  static bool is_index(const ItemView& item) {
    return is_index_tag(item.tag) && is_integer(item.type) && item.scalar();
  }
  static std::string index_of(const ItemView& container) {
    ItemReader reader(container.payload);
    const auto first = reader.next();
    if (!first || !is_index(*first)) return "";
    return '[' + text_of(*first, true, false) + ']';
  }

 private:
  void item_text(const ItemView& item, std::string_view space, const Secrecy& secrecy) {
    const bool other_space = namespace_of_name(item.tag) != space;
    text_ += other_space ? label(item.tag) : short_label(item.tag);
    if (item.type == DataType::Container) {
      text_ += index_of(item);
      return;
    }
    const bool hidden = !show_secrets_ && secrecy.hides(item.tag, item.type);
    const std::string value = text_of(item, true, hidden);
    if (!value.empty()) text_ += '=' + value;
  }

  static constexpr std::size_t kLongEnough = 160;
  bool show_secrets_;
  std::string text_;
};

void mask(std::uint8_t* data, Bytes items, const Secrecy& secrecy, std::size_t depth = 0) {
  if (depth > kMaxDepth) {  // nothing below is shown as items
    if (secrecy.hides_trailing()) std::fill_n(data, items.size(), std::uint8_t{'*'});
    return;
  }
  ItemReader reader(items);
  while (const auto item = reader.next()) {
    std::uint8_t* payload = data + (item->payload.data() - items.data());
    if (item->type == DataType::Container) {
      mask(payload, item->payload, secrecy.inside(item->tag), depth + 1);
    } else if (secrecy.hides(item->tag, item->type)) {
      std::fill_n(payload, item->payload.size(), std::uint8_t{'*'});
    }
  }
  if (secrecy.hides_trailing()) {
    const auto at = static_cast<std::size_t>(reader.rest().data() - items.data());
    std::fill_n(data + at, reader.rest().size(), std::uint8_t{'*'});
  }
}

}  // namespace

std::string value_text(const ItemView& item, bool show_secrets) {
  return text_of(item, false, !show_secrets && is_secret(item.tag));
}

std::string info_text(Direction direction, const ItemReader& items, bool show_secrets) {
  std::string text = direction == Direction::Request ? "Request" : "Answer";
  ItemReader all = items;
  const auto first = all.next();
  if (!first) return text + " (empty)";
  const bool alone = !all.next();
  const std::string_view space = namespace_of_name(first->tag);
  Line line(show_secrets);
  if (alone && first->type == DataType::Container) {
    // A single container: say what is in it.
    text += ' ' + label(first->tag) + Line::index_of(*first);
    line.items(ItemReader(first->payload), space, true, Secrecy().inside(first->tag));
  } else {
    text += ' ' + (space.empty() ? std::string("?") : std::string(space));
    line.items(items, space, false, Secrecy());
  }
  const std::string content = line.take();
  return content.empty() ? text : text + ": " + content;
}

std::string frame_text(const Message& message, bool show_secrets) {
  const Frame::WithErrors read = Frame::from(message.frame);
  std::string text = "# ";
  text += name_of(message.direction);
  text += ", frame " + std::to_string(message.number) + ", " + to_string(read.frame.time) + '\n';
  for (const DecodeError& error : read.errors) text += "# " + error.message() + '\n';
  TextOptions options;
  options.show_secrets = show_secrets;
  return text + to_text(read.frame.values, read.frame.trailing, options) + '\n';
}

ByteBuffer shown_plaintext(const Message& message, bool show_secrets) {
  ByteBuffer shown = message.plaintext;
  if (!show_secrets) mask(shown.data() + kFrameHeaderSize, message.frame.data, Secrecy());
  return shown;
}

}  // namespace rscp::dissector
