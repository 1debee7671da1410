// SPDX-License-Identifier: MIT
// Items (tag, type, length, payload) over the caller's buffer. Nothing is allocated or copied.
#pragma once

#include <optional>

#include <rscp/bytes.hpp>
#include <rscp/data_type.hpp>
#include <rscp/decode_error.hpp>
#include <rscp/scalar.hpp>
#include <rscp/tag.hpp>

namespace rscp::inline v0_1 {

/// Deepest nesting of containers that is followed. Real traffic nests 4 deep; a frame has room
/// for 9,362 levels, which no reader needs.
inline constexpr std::size_t kMaxDepth = 64;

/// One item. Valid as long as the buffer it was read from.
struct ItemView {
  Tag tag{};
  DataType type{};
  Bytes payload;
  std::uint64_t offset = 0;  ///< of the item's first header byte

  [[nodiscard]] std::uint64_t payload_offset() const;
  [[nodiscard]] std::optional<Scalar> scalar() const { return scalar_of(type, payload); }
};

/// What stopped an ItemReader before the end of its bytes.
struct ItemFault {
  DecodeErrorCode code{};
  std::uint64_t offset = 0;
  std::uint64_t expected = 0;
  std::uint64_t actual = 0;
};

/// Walks the items of a frame's data or of a container's payload:
///
///     ItemReader reader(data);
///     while (auto item = reader.next()) { ... }
///     if (reader.fault()) { ... reader.rest() holds the bytes that are not an item ... }
class ItemReader {
 public:
  /// `offset` is what the first byte of `data` counts as in offsets.
  explicit ItemReader(Bytes data, std::uint64_t offset = 0) : rest_(data), offset_(offset) {}

  /// The next item; nothing at the end or at a fault.
  std::optional<ItemView> next();

  [[nodiscard]] const std::optional<ItemFault>& fault() const { return fault_; }
  [[nodiscard]] Bytes rest() const { return rest_; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  Bytes rest_;
  std::uint64_t offset_;
  std::optional<ItemFault> fault_;
};

}  // namespace rscp::inline v0_1
