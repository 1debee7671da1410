// SPDX-License-Identifier: MIT
#include "write_values.hpp"

#include <algorithm>
#include <limits>

#include <rscp/protocol.hpp>

namespace rscp::inline v0_1 {

Result<std::size_t> size_of_values(std::span<const Value> values) {
  constexpr std::size_t kMaxPayload = std::numeric_limits<std::uint16_t>::max();
  std::size_t size = 0;
  for (const Value& value : values) {
    const std::size_t one = value.encoded_size();
    // What is in a container that fits fits too.
    if (one - kItemHeaderSize > kMaxPayload) {
      return failure(ErrorKind::Invalid, Dictionary::builtin().label(value.tag()) + " holds " +
                                             std::to_string(one - kItemHeaderSize) +
                                             " bytes; an item holds 65535 at most");
    }
    size += one;
  }
  return size;
}

std::uint8_t* write_values(std::span<const Value> values, std::uint8_t* to) {
  for (const Value& value : values) {
    store_le(to, code_of(value.tag()));
    to[4] = static_cast<std::uint8_t>(value.type());
    std::uint8_t* payload = to + kItemHeaderSize;
    const Bytes own = value.is_container() ? value.trailing() : value.payload();
    std::uint8_t* end = std::ranges::copy(own, write_values(value.children(), payload)).out;
    // Known now: the sizes of what is inside need not be summed up again at each level.
    store_le(to + 5, static_cast<std::uint16_t>(end - payload));
    to = end;
  }
  return to;
}

Result<ByteBuffer> encode_values(std::span<const Value> values, Bytes trailing) {
  const auto size = size_of_values(values);
  if (!size) return std::unexpected(size.error());
  ByteBuffer out(*size + trailing.size());
  std::ranges::copy(trailing, write_values(values, out.data()));
  return out;
}

}  // namespace rscp::inline v0_1
