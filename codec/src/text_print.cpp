// SPDX-License-Identifier: MIT
#include <rscp/secrets.hpp>
#include <rscp/text.hpp>

namespace rscp::inline v0_1 {
namespace {

class Printer {
 public:
  explicit Printer(const TextOptions& options)
      : options_(options),
        dictionary_(options.dictionary != nullptr ? *options.dictionary : Dictionary::builtin()) {}

  void top(std::span<const Value> values, Bytes trailing, std::size_t indent) {
    items(values, trailing, indent, Secrecy(dictionary_));
  }

  std::string take() { return std::move(out_); }

 private:
  void items(std::span<const Value> values, Bytes trailing, std::size_t indent,
             const Secrecy& secrecy) {
    bool first = true;
    const auto separate = [&] {
      if (options_.multi_line) {
        out_.append(indent, ' ');
      } else if (!first) {
        out_ += ", ";
      }
      first = false;
    };
    const auto finish = [&] {
      if (options_.multi_line) out_ += '\n';
    };
    for (const Value& value : values) {
      separate();
      item(value, indent, secrecy);
      finish();
    }
    if (!trailing.empty()) {
      separate();
      const bool hidden = !options_.show_secrets && secrecy.hides_trailing();
      out_ += '~' + to_string(Scalar(hidden ? as_bytes(kMask) : trailing), ScalarStyle::Literal);
      finish();
    }
  }

  void item(const Value& value, std::size_t indent, const Secrecy& secrecy) {
    out_ += dictionary_.label(value.tag());
    if (value.is_container()) {
      container(value, indent, secrecy.inside(value.tag()));
      return;
    }
    const TagInfo* info = dictionary_.find(value.tag());
    const auto declared = info != nullptr ? info->type : std::nullopt;
    if (value.type() == DataType::None && value.payload().empty()) {
      if (declared == DataType::Container) out_ += ": None";
      return;
    }
    out_ += ": ";
    if (!options_.show_secrets && secrecy.hides(value.tag(), value.type())) {
      if (declared != DataType::CString) out_ += "CString ";
      out_ += to_string(Scalar(kMask), ScalarStyle::Literal);
      return;
    }
    const auto scalar = value.scalar();
    const bool exact = scalar && is_canonical(value.type(), value.payload());
    if (!exact || declared != value.type()) out_ += name_of(value.type()) + ' ';
    out_ += to_string(exact ? *scalar : Scalar(value.payload()), ScalarStyle::Literal);
    if (options_.multi_line && options_.comments) comment(value, info);
  }

  void container(const Value& value, std::size_t indent, const Secrecy& secrecy) {
    if (value.children().empty() && value.trailing().empty()) {
      out_ += " {}";
      return;
    }
    if (options_.multi_line) {
      out_ += " {\n";
      items(value.children(), value.trailing(), indent + 2, secrecy);
      out_.append(indent, ' ');
    } else {
      out_ += '{';
      items(value.children(), value.trailing(), 0, secrecy);
    }
    out_ += '}';
  }

  // What a reader wants to know and a parser does not: unit, name of the number.
  void comment(const Value& value, const TagInfo* info) {
    if (info == nullptr || value.is_error()) return;
    if (info->enumeration != nullptr) {
      if (const auto number = value.integer()) {
        const std::string label = info->enumeration->label(*number);
        if (!label.empty()) out_ += "  # " + label;
        return;
      }
    }
    if (!info->printed_unit().empty() && value.number()) {
      out_ += "  # " + std::string(info->printed_unit());
    }
  }

  const TextOptions& options_;
  const Dictionary& dictionary_;
  std::string out_;
};

}  // namespace

std::string to_text(std::span<const Value> values, Bytes trailing, const TextOptions& options) {
  Printer printer(options);
  printer.top(values, trailing, options.indent);
  return printer.take();
}

std::string to_text(const Value& value, const TextOptions& options) {
  return to_text({&value, 1}, {}, options);
}

}  // namespace rscp::inline v0_1
