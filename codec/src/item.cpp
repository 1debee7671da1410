// SPDX-License-Identifier: MIT
#include <rscp/item.hpp>
#include <rscp/protocol.hpp>

namespace rscp::inline v0_1 {

std::uint64_t ItemView::payload_offset() const { return offset + kItemHeaderSize; }

std::optional<ItemView> ItemReader::next() {
  if (rest_.empty() || fault_) return std::nullopt;
  if (rest_.size() < kItemHeaderSize) {
    fault_ = {DecodeErrorCode::HeaderTruncated, offset_, kItemHeaderSize, rest_.size()};
    return std::nullopt;
  }
  const std::size_t length = load_le<std::uint16_t>(rest_.data() + 5);
  const std::size_t left = rest_.size() - kItemHeaderSize;
  if (length > left) {
    fault_ = {DecodeErrorCode::PayloadTruncated, offset_, length, left};
    return std::nullopt;
  }
  ItemView item;
  item.tag = static_cast<Tag>(load_le<std::uint32_t>(rest_.data()));
  item.type = static_cast<DataType>(rest_[4]);
  item.payload = rest_.subspan(kItemHeaderSize, length);
  item.offset = offset_;
  rest_ = rest_.subspan(kItemHeaderSize + length);
  offset_ += kItemHeaderSize + length;
  return item;
}

}  // namespace rscp::inline v0_1
