// SPDX-License-Identifier: MIT
// What can go wrong with an answer: a struct a fault, a variant a stage of the way from the values
// to the wire. docs/scenarios.md says what each does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <rscp/path.hpp>
#include <rscp/scenario/source_place.hpp>
#include <rscp/value.hpp>

namespace rscp::scenario {

namespace fault {

using std::chrono::milliseconds;

// Of the answer's values. `item` says which; without it the first that is no container.

struct UnknownTag {
  static constexpr std::string_view kName = "unknown_tag";
  Tag tag{0x0180FFF3};  ///< in no table
  DataType type = DataType::Int32;
  friend bool operator==(const UnknownTag&, const UnknownTag&) = default;
};
struct UnknownType {
  static constexpr std::string_view kName = "unknown_type";
  DataType type{0x42};
  std::optional<PathQuery> item;
  friend bool operator==(const UnknownType&, const UnknownType&) = default;
};
struct ChangeType {
  static constexpr std::string_view kName = "change_type";
  DataType type{};
  std::optional<PathQuery> item;
  friend bool operator==(const ChangeType&, const ChangeType&) = default;
};
struct InvalidUtf8 {
  static constexpr std::string_view kName = "invalid_utf8";
  std::optional<PathQuery> item;
  friend bool operator==(const InvalidUtf8&, const InvalidUtf8&) = default;
};
/// The values in reverse order.
struct Swap {
  static constexpr std::string_view kName = "swap";
  friend bool operator==(const Swap&, const Swap&) = default;
};
/// Without `item` all containers at top level.
struct EmptyContainer {
  static constexpr std::string_view kName = "empty_container";
  std::optional<PathQuery> item;
  friend bool operator==(const EmptyContainer&, const EmptyContainer&) = default;
};
struct DeepContainer {
  static constexpr std::string_view kName = "deep_container";
  std::int64_t depth = 200;
  friend bool operator==(const DeepContainer&, const DeepContainer&) = default;
};
struct LargestFrame {
  static constexpr std::string_view kName = "largest_frame";
  friend bool operator==(const LargestFrame&, const LargestFrame&) = default;
};
struct ZeroLength {
  static constexpr std::string_view kName = "zero_length";
  friend bool operator==(const ZeroLength&, const ZeroLength&) = default;
};

// Of the frame before it is encrypted.

struct WrongLength {
  static constexpr std::string_view kName = "wrong_length";
  std::int64_t by = 1;
  friend bool operator==(const WrongLength&, const WrongLength&) = default;
};
struct BadMagic {
  static constexpr std::string_view kName = "bad_magic";
  friend bool operator==(const BadMagic&, const BadMagic&) = default;
};
struct BadCrc {
  static constexpr std::string_view kName = "bad_crc";
  friend bool operator==(const BadCrc&, const BadCrc&) = default;
};
struct NoCrc {
  static constexpr std::string_view kName = "no_crc";
  friend bool operator==(const NoCrc&, const NoCrc&) = default;
};

// Of encryption, and of which frames are encrypted.

struct FlipIv {
  static constexpr std::string_view kName = "flip_iv";
  friend bool operator==(const FlipIv&, const FlipIv&) = default;
};
struct WrongKey {
  static constexpr std::string_view kName = "wrong_key";
  friend bool operator==(const WrongKey&, const WrongKey&) = default;
};
/// The answer twice.
struct Duplicate {
  static constexpr std::string_view kName = "duplicate";
  friend bool operator==(const Duplicate&, const Duplicate&) = default;
};
/// What a station might say unasked: EMS_ALIVE.
std::vector<Value> sign_of_life();
/// A frame with these values in front of the answer.
struct Unsolicited {
  static constexpr std::string_view kName = "unsolicited";
  std::vector<Value> values = sign_of_life();
  friend bool operator==(const Unsolicited&, const Unsolicited&) = default;
};

// Of the delivery of the bytes.

struct Split {
  static constexpr std::string_view kName = "split";
  std::size_t at = 0;     ///< the byte it cuts at
  std::size_t every = 0;  ///< or the bytes a piece
  milliseconds gap{0};
  friend bool operator==(const Split&, const Split&) = default;
};
struct Drip {
  static constexpr std::string_view kName = "drip";
  std::size_t every = 1;
  milliseconds gap{10};
  friend bool operator==(const Drip&, const Drip&) = default;
};
struct Coalesce {
  static constexpr std::string_view kName = "coalesce";
  milliseconds time{200};
  friend bool operator==(const Coalesce&, const Coalesce&) = default;
};
struct Delay {
  static constexpr std::string_view kName = "delay";
  milliseconds time{0};
  milliseconds jitter{0};
  friend bool operator==(const Delay&, const Delay&) = default;
};
struct Stall {
  static constexpr std::string_view kName = "stall";
  friend bool operator==(const Stall&, const Stall&) = default;
};
struct Truncate {
  static constexpr std::string_view kName = "truncate";
  std::size_t at = 0;
  friend bool operator==(const Truncate&, const Truncate&) = default;
};
struct Close {
  static constexpr std::string_view kName = "close";
  std::size_t at = 0;
  bool reset = false;  ///< RST instead of FIN
  friend bool operator==(const Close&, const Close&) = default;
};
/// Without a request in its scope it begins by the clock.
struct Reboot {
  static constexpr std::string_view kName = "reboot";
  milliseconds time{0};
  milliseconds jitter{0};
  friend bool operator==(const Reboot&, const Reboot&) = default;
};

// Of connections.

/// Nobody can connect for a while.
struct Refuse {
  static constexpr std::string_view kName = "refuse";
  milliseconds time{0};
  milliseconds jitter{0};
  friend bool operator==(const Refuse&, const Refuse&) = default;
};
/// A connection that is never answered.
struct Silent {
  static constexpr std::string_view kName = "silent";
  friend bool operator==(const Silent&, const Silent&) = default;
};

}  // namespace fault

using ValueFault = std::variant<fault::UnknownTag, fault::UnknownType, fault::ChangeType,
                                fault::InvalidUtf8, fault::Swap, fault::EmptyContainer,
                                fault::DeepContainer, fault::LargestFrame, fault::ZeroLength>;
using PlaintextFault =
    std::variant<fault::WrongLength, fault::BadMagic, fault::BadCrc, fault::NoCrc>;
using EncryptionFault =
    std::variant<fault::FlipIv, fault::WrongKey, fault::Duplicate, fault::Unsolicited>;
using DeliveryFault = std::variant<fault::Split, fault::Drip, fault::Coalesce, fault::Delay,
                                   fault::Stall, fault::Truncate, fault::Close, fault::Reboot>;
using ConnectionFault = std::variant<fault::Refuse, fault::Silent>;

using Fault =
    std::variant<ValueFault, PlaintextFault, EncryptionFault, DeliveryFault, ConnectionFault>;
/// "bad_crc", as in scenarios.
std::string_view name_of(const Fault& fault);

/// The fault if it is of this struct, whatever stage that belongs to; null otherwise.
template <class Kind>
const Kind* get_fault(const Fault& fault) {
  const auto same = [](const auto& one) -> const Kind* {
    if constexpr (std::is_same_v<decltype(one), const Kind&>) {
      return &one;
    } else {
      return nullptr;
    }
  };
  return std::visit([&](const auto& stage) { return std::visit(same, stage); }, fault);
}

/// When a fault strikes. All conditions must hold.
struct FaultScope {
  std::optional<PathQuery> match;           ///< over the values of the request frame
  std::optional<std::uint64_t> connection;  ///< number of the connection, from 1
  std::optional<std::uint64_t> nth;         ///< only the nth frame that fits, from 1
  std::optional<std::uint64_t> times;       ///< at most so often
  double probability = 1;
  double from = 0;  ///< seconds of the device's clock since the start
  std::optional<double> to;
  friend bool operator==(const FaultScope&, const FaultScope&) = default;
};

struct FaultSpec {
  Fault fault;
  FaultScope scope;
  SourcePlace place;
  friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

}  // namespace rscp::scenario
