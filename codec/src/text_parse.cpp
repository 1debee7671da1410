// SPDX-License-Identifier: MIT
#include "lexer.hpp"
#include <rscp/protocol.hpp>
#include <rscp/text.hpp>

namespace rscp::inline v0_1 {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const Dictionary& dictionary)
      : lexer_(text), dictionary_(dictionary) {}

  Result<ParsedText> items(bool in_container) {
    ParsedText parsed;
    while (true) {
      do {
        lexer_.skip_space();
      } while (lexer_.accept(","));
      if (lexer_.at_end()) {
        if (in_container) return lexer_.error("expected an item or }, found the end");
        return parsed;
      }
      if (in_container && lexer_.peek() == '}') return parsed;
      if (lexer_.accept("~")) {
        auto bytes = trailing(in_container);
        if (!bytes) return std::unexpected(std::move(bytes.error()));
        parsed.trailing = *std::move(bytes);
        return parsed;
      }
      auto value = item();
      if (!value) return std::unexpected(std::move(value.error()));
      parsed.values.push_back(*std::move(value));
    }
  }

  // Behind ~: bytes, then the end of whatever holds them.
  Result<ByteBuffer> trailing(bool in_container) {
    auto literal = lexer_.literal();
    if (!literal) return std::unexpected(std::move(literal.error()));
    auto* bytes = std::get_if<ByteBuffer>(&*literal);
    if (bytes == nullptr) return lexer_.error("expected x'...' behind ~");
    lexer_.skip_space();
    if (in_container ? lexer_.peek() != '}' : !lexer_.at_end()) {
      return lexer_.error("~x'...' must be the last thing");
    }
    return std::move(*bytes);
  }

  Result<Value> item() {
    const std::size_t start = lexer_.offset();
    const std::string_view name = lexer_.word();
    if (name.empty()) return lexer_.error("expected a tag, found " + lexer_.found());
    const auto tag = dictionary_.resolve(name);
    if (!tag) {
      return lexer_.error_at(
          start, "unknown tag " + std::string(name) + dictionary_.suggestion_text(name));
    }
    const TagInfo* info = dictionary_.find(*tag);
    const auto declared = info != nullptr ? info->type : std::nullopt;
    lexer_.skip_space();
    if (lexer_.accept("{")) return container(*tag, start);
    if (lexer_.accept(":")) {
      lexer_.skip_space();
      if (lexer_.accept("{")) return container(*tag, start);
      return leaf(*tag, declared);
    }
    if (declared == DataType::Container) return Value::container(*tag);
    return Value::raw(*tag, DataType::None, {});
  }

  [[nodiscard]] bool at_end() {
    lexer_.skip_space();
    return lexer_.at_end();
  }
  [[nodiscard]] Error left_over() const {
    return lexer_.error("expected one item, found " + lexer_.found() + " behind it").error();
  }

 private:
  Result<Value> container(Tag tag, std::size_t start) {
    if (depth_ == kMaxDepth) {
      return lexer_.error_at(start, "containers nested deeper than " + std::to_string(kMaxDepth));
    }
    ++depth_;
    auto content = items(true);
    --depth_;
    if (!content) return std::unexpected(std::move(content.error()));
    if (!lexer_.accept("}")) return lexer_.error("expected }, found " + lexer_.found());
    return Value::container(tag, std::move(content->values), content->trailing);
  }

  Result<Value> leaf(Tag tag, std::optional<DataType> declared) {
    std::size_t start = lexer_.offset();
    auto literal = lexer_.literal();
    if (!literal) return std::unexpected(std::move(literal.error()));
    std::optional<DataType> type = declared;
    if (const auto* word = std::get_if<Word>(&*literal)) {
      // Type names count in their own spelling only: NONE is a name in several enumerations.
      const auto named = data_type_from_name(word->text);
      if (named && name_of(*named) == word->text) {
        type = named;
        if (*type == DataType::None) {
          lexer_.skip_space();
          if (lexer_.peek() != 'x') return Value::raw(tag, DataType::None, {});
        }
        lexer_.skip_space();
        start = lexer_.offset();
        literal = lexer_.literal();
        if (!literal) return std::unexpected(std::move(literal.error()));
      }
    }
    if (const auto* bytes = std::get_if<ByteBuffer>(&*literal)) {
      if (!type) return no_type(tag, start);
      if (bytes->size() > kMaxFrameData) {
        return lexer_.error_at(start, "an item holds 65535 bytes at most");
      }
      if (*type == DataType::Container) return Value::container(tag, {}, *bytes);
      return Value::raw(tag, *type, *bytes);
    }
    if (!type) return no_type(tag, start);
    if (*type == DataType::None || *type == DataType::Container) {
      return lexer_.error_at(start, dictionary_.label(tag) + " is a " + name_of(*type) +
                                        " by the dictionary; write the type before the value, "
                                        "for example UInt16 1");
    }
    const auto argument = to_argument(*literal, tag, *type, dictionary_);
    if (!argument) return lexer_.error_at(start, argument.error().message);
    auto value = Value::make(tag, *type, *argument);
    if (!value) return lexer_.error_at(start, value.error().message);
    return *std::move(value);
  }

  std::unexpected<Error> no_type(Tag tag, std::size_t start) const {
    return lexer_.error_at(start, "the dictionary declares no type for " + dictionary_.label(tag) +
                                      "; write the type before the value, for example UInt16 1");
  }

  Lexer lexer_;
  const Dictionary& dictionary_;
  std::size_t depth_ = 0;
};

}  // namespace

Result<ParsedText> parse_text(std::string_view text, const Dictionary& dictionary) {
  return Parser(text, dictionary).items(false);
}

Result<Value> value_from_text(std::string_view text, const Dictionary& dictionary) {
  Parser parser(text, dictionary);
  if (parser.at_end()) return failure(ErrorKind::Invalid, "1:1", "expected an item, found nothing");
  auto value = parser.item();
  if (value && !parser.at_end()) return std::unexpected(parser.left_over());
  return value;
}

}  // namespace rscp::inline v0_1
