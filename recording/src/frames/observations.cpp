// SPDX-License-Identifier: MIT
#include <set>

#include <rscp/recording/observations.hpp>
#include <rscp/tags.hpp>

namespace rscp::recording {
namespace {

class Observer {
 public:
  explicit Observer(const Dictionary& dictionary) : dictionary_(dictionary) {}

  void visit(std::span<const Value> values) {
    for (const Value& value : values) {
      look_at(value);
      visit(value.children());
    }
  }

  std::vector<std::string> take() { return std::move(notes_); }

 private:
  void look_at(const Value& value) {
    const auto name = [&] { return dictionary_.label(value.tag()); };
    const TagInfo* info = dictionary_.find(value.tag());
    if (!value.is_container() && !value.scalar()) {
      note(name() + ": " + std::to_string(value.payload().size()) + " bytes do not fit " +
           name_of(value.type()));
    }
    if (value.tag() == tag::RSCP_AUTHENTICATION && (value.is_error() || value.integer() == 0)) {
      note("login refused");
    }
    if (!is_known(value.type())) note(name() + ": unknown type " + name_of(value.type()));
    if (info == nullptr) {
      const auto space = Dictionary::namespace_name(value.tag());
      note("unknown tag " + name() + " of type " + name_of(value.type()) +
           (space.empty() ? " in an unknown namespace" : " in namespace " + std::string(space)));
      return;
    }
    // None declares nothing for a request's payload, and an error may stand for any answer.
    const bool declared = info->type && *info->type != DataType::None;
    const bool empty_getter = value.type() == DataType::None;
    if (declared && !empty_getter && !value.is_error() && *info->type != value.type()) {
      note(name() + " is " + name_of(value.type()) + ", the dictionary says " +
           name_of(*info->type));
    }
  }

  void note(std::string text) {
    if (seen_.insert(text).second) notes_.push_back(std::move(text));
  }

  const Dictionary& dictionary_;
  std::set<std::string> seen_;
  std::vector<std::string> notes_;
};

}  // namespace

std::vector<std::string> observe(std::span<const Value> values, const Dictionary& dictionary) {
  Observer observer(dictionary);
  observer.visit(values);
  return observer.take();
}

}  // namespace rscp::recording
