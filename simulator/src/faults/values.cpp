// SPDX-License-Identifier: MIT
// The first stage: the values of an answer are changed.
#include <algorithm>

#include "stages.hpp"
#include <rscp/frame.hpp>
#include <rscp/tags.hpp>

namespace rscp::simulator {
namespace {

constexpr Tag kFilling{0x0180FFF3};  // in no table
constexpr Tag kNested = tag::BAT_DATA;
constexpr std::size_t kRoomForHeader = 7;

// The first item that is no container.
Value* first_leaf(std::vector<Value>& values) {
  for (Value& value : values) {
    if (!value.is_container()) return &value;
    if (Value* leaf = first_leaf(value.children())) return leaf;
  }
  return nullptr;
}

// Replaces what the fault is aimed at by what `replacement` makes of it. What lies inside something
// replaced is gone with it.
template <class Replacement>
void replace_targets(std::vector<Value>& values, const std::optional<PathQuery>& item,
                     const Replacement& replacement) {
  if (item) {
    item->edit(values, [&](Value& one) {
      one = replacement(one);
      return PathQuery::Edit::Changed;
    });
  } else if (Value* leaf = first_leaf(values)) {
    *leaf = replacement(*leaf);
  }
}

Value nested(std::int64_t depth) {
  Value value = Value::container(kNested);
  for (std::int64_t i = 1; i < depth; ++i) {
    std::vector<Value> inside;
    inside.push_back(std::move(value));
    value = Value::container(kNested, std::move(inside));
  }
  return value;
}

// The same number where the type can hold it, otherwise the same bytes.
Value of_type(const Value& value, DataType type) {
  if (const auto number = value.number()) {
    const auto whole = static_cast<std::int64_t>(*number);
    const Argument argument = is_float(type) ? Argument(*number) : Argument(whole);
    if (auto made = Value::make(value.tag(), type, argument)) return *std::move(made);
  }
  return Value::raw(value.tag(), type, value.payload());
}

struct Changer {
  std::vector<Value>& values;

  void operator()(const fault::UnknownTag& f) const {
    values.push_back(Value(f.tag, f.type, 4711));
  }
  void operator()(const fault::UnknownType& f) const {
    replace_targets(values, f.item,
                    [&](const Value& one) { return Value::raw(one.tag(), f.type, one.payload()); });
  }
  void operator()(const fault::ChangeType& f) const {
    replace_targets(values, f.item, [&](const Value& one) { return of_type(one, f.type); });
  }
  void operator()(const fault::InvalidUtf8& f) const {
    replace_targets(values, f.item, [](const Value& one) {
      return Value::raw(one.tag(), DataType::CString, as_bytes("gr\xFC\xDF\xE9 \xC3\x28"));
    });
  }
  void operator()(const fault::Swap&) const { std::ranges::reverse(values); }
  void operator()(const fault::EmptyContainer& f) const {
    if (f.item) {
      return replace_targets(values, f.item,
                             [](const Value& one) { return Value::container(one.tag()); });
    }
    for (Value& value : values) {
      if (value.is_container()) value = Value::container(value.tag());
    }
  }
  void operator()(const fault::DeepContainer& f) const { values.push_back(nested(f.depth)); }
  // Up to the last byte that a length field can say.
  void operator()(const fault::LargestFrame&) const {
    std::size_t used = 0;
    for (const Value& value : values) used += value.encoded_size();
    if (used + kRoomForHeader > kMaxFrameData) return;
    const ByteBuffer filling(kMaxFrameData - used - kRoomForHeader, 0x2E);
    values.push_back(Value::raw(kFilling, DataType::ByteArray, filling));
  }
  void operator()(const fault::ZeroLength&) const { values.clear(); }
};

}  // namespace

void change_values(std::vector<Value>& values, std::span<const Strike> strikes) {
  for (const Strike& strike : strikes) {
    if (const auto* one = std::get_if<ValueFault>(&strike.spec->fault)) {
      std::visit(Changer{values}, *one);
    }
  }
}

}  // namespace rscp::simulator
