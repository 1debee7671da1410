// SPDX-License-Identifier: MIT
// The bounds of Pairing; what it decides is tested through Conversation.
#include "catch.hpp"
#include <rscp/pairing.hpp>
#include <rscp/value.hpp>

using namespace rscp;

namespace {

ByteBuffer items(std::span<const Value> values) { return encode_values(values).value(); }

}  // namespace

TEST_CASE("requests that stay open are given up beyond a bound") {
  Pairing pairing(true);
  const ByteBuffer request = items(std::vector{Value{"EMS_REQ_POWER_PV"}});
  for (std::uint64_t i = 1; i <= Pairing::kMostRequests; ++i) {
    pairing.request(i, 0, ItemReader(request));
  }
  CHECK_FALSE(pairing.next());
  pairing.request(1000, 0, ItemReader(request));
  const auto event = pairing.next();
  REQUIRE(event);
  CHECK(std::get<Unanswered>(*event).request == 1);
}

TEST_CASE("frames of thousands of different tags pair by all of them") {
  // Two requests that share most tags: only the multisets tell them apart.
  std::vector<Value> first;
  std::vector<Value> second;
  std::vector<Value> answer;
  for (std::uint32_t i = 0; i < 9'000; ++i) {
    first.push_back(Value::raw(Tag{0x01000000U + i}, DataType::None, {}));
    second.push_back(Value::raw(Tag{0x01000001U + i}, DataType::None, {}));
    answer.push_back(Value::raw(Dictionary::builtin().answer_to(second.back().tag()),
                                DataType::Bool, ByteBuffer{1}));
  }
  Pairing pairing(true);
  pairing.request(1, 0, ItemReader(items(first)));
  pairing.request(2, 0, ItemReader(items(second)));
  pairing.answer(3, 0, ItemReader(items(answer)));
  const auto event = pairing.next();
  REQUIRE(event);
  CHECK(std::get<Paired>(*event).request == 2U);
}

TEST_CASE("an answer whose tags are in another order has the same request") {
  Pairing pairing(true);
  const std::vector<Value> request{Value{"EMS_REQ_POWER_PV"}, Value{"EMS_REQ_BAT_SOC"}};
  const std::vector<Value> other{Value{"EMS_REQ_POWER_PV"}, Value{"EMS_REQ_POWER_BAT"}};
  const std::vector<Value> answer{Value{"EMS_BAT_SOC", 5}, Value{"EMS_POWER_PV", 5}};
  pairing.request(1, 0, ItemReader(items(other)));
  pairing.request(2, 0, ItemReader(items(request)));
  pairing.answer(3, 0, ItemReader(items(answer)));
  const auto event = pairing.next();
  REQUIRE(event);
  CHECK(std::get<Paired>(*event).request == 2U);
}

TEST_CASE("a pipelining client's answer does not go to a request of long ago") {
  Pairing pairing(true);
  const ByteBuffer ask = items(std::vector{Value{"EMS_REQ_POWER_PV"}});
  const ByteBuffer tell = items(std::vector{Value{"EMS_POWER_PV", 1}});
  const ByteBuffer ask_other = items(std::vector{Value{"INFO_REQ_SERIAL_NUMBER"}});
  const ByteBuffer tell_other = items(std::vector{Value{"INFO_SERIAL_NUMBER", "1"}});
  constexpr std::int64_t kSecond = 1'000'000'000;
  pairing.request(1, 0, ItemReader(ask_other));
  pairing.request(2, 0, ItemReader(ask));
  pairing.answer(3, 1'000'000, ItemReader(tell_other));  // it pipelines
  pairing.answer(4, 1'000'000, ItemReader(tell));
  pairing.request(5, kSecond, ItemReader(ask));  // never answered
  pairing.request(6, 11 * kSecond, ItemReader(ask));
  pairing.answer(7, 11 * kSecond + 1'000'000, ItemReader(tell));
  std::optional<Paired> last;
  while (const auto event = pairing.next()) {
    if (const auto* paired = std::get_if<Paired>(&*event)) last = *paired;
  }
  REQUIRE(last);
  CHECK(last->request == 6U);
}
