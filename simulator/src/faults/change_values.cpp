// SPDX-License-Identifier: MIT
#include <algorithm>

#include "transmission.hpp"

namespace rscp::simulator {
namespace {

constexpr Tag kUnknownTag{0x0180FFF3};  // in no table
constexpr DataType kUnknownType{0x42};
constexpr Tag kNested{0x03840000};  // BAT_DATA, a container
constexpr std::int64_t kDefaultDepth = 200;
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
void replace_targets(std::vector<Value>& values, const FaultSpec& spec,
                     const Replacement& replacement) {
  if (spec.target) {
    spec.target->edit(values, [&](Value& one) {
      one = replacement(one);
      return PathQuery::Edit::Changed;
    });
  } else if (Value* leaf = first_leaf(values)) {
    *leaf = replacement(*leaf);
  }
}

Value with_type(const Value& value, DataType type) {
  if (const auto number = value.number()) {
    const auto whole = static_cast<std::int64_t>(*number);
    const Argument argument = is_float(type) ? Argument(*number) : Argument(whole);
    if (auto made = Value::make(value.tag(), type, argument)) return *std::move(made);
  }
  return Value::raw(value.tag(), type, value.payload());
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

// Fills the frame up to the last byte that a length field can say.
void fill_up(std::vector<Value>& values) {
  std::size_t used = 0;
  for (const Value& value : values) used += value.encoded_size();
  if (used + kRoomForHeader > kMaxFrameData) return;
  const ByteBuffer filling(kMaxFrameData - used - kRoomForHeader, 0x2E);
  values.push_back(Value::raw(kUnknownTag, DataType::ByteArray, filling));
}

void apply(std::vector<Value>& values, const FaultSpec& spec) {
  switch (spec.kind) {
    case FaultKind::UnknownTag:
      values.push_back(
          Value(spec.tag.value_or(kUnknownTag), spec.type.value_or(DataType::Int32), 4711));
      break;
    case FaultKind::UnknownType:
      replace_targets(values, spec, [&](const Value& one) {
        return Value::raw(one.tag(), spec.type.value_or(kUnknownType), one.payload());
      });
      break;
    case FaultKind::ChangeType:
      replace_targets(values, spec, [&](const Value& one) { return with_type(one, *spec.type); });
      break;
    case FaultKind::InvalidUtf8:
      replace_targets(values, spec, [](const Value& one) {
        return Value::raw(one.tag(), DataType::CString, as_bytes("gr\xFC\xDF\xE9 \xC3\x28"));
      });
      break;
    case FaultKind::Swap:
      std::ranges::reverse(values);
      break;
    case FaultKind::EmptyContainer:
      if (spec.target) {
        replace_targets(values, spec, [](const Value& one) { return Value::container(one.tag()); });
      } else {
        for (Value& value : values) {
          if (value.is_container()) value = Value::container(value.tag());
        }
      }
      break;
    case FaultKind::DeepContainer:
      values.push_back(nested(spec.number == 0 ? kDefaultDepth : spec.number));
      break;
    case FaultKind::LargestFrame:
      fill_up(values);
      break;
    case FaultKind::ZeroLength:
      values.clear();
      break;
    default:
      break;
  }
}

}  // namespace

void change_values(std::vector<Value>& values, std::span<const Strike> strikes) {
  for (const Strike& strike : strikes) apply(values, *strike.spec);
}

}  // namespace rscp::simulator
