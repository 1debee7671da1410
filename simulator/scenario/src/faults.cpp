// SPDX-License-Identifier: MIT
#include <rscp/scenario/faults.hpp>
#include <rscp/tags.hpp>

namespace rscp::scenario {

std::vector<Value> fault::sign_of_life() { return {Value(tag::EMS_ALIVE, DataType::Bool, true)}; }

std::string_view name_of(const Fault& fault) {
  const auto name = [](const auto& one) { return std::remove_cvref_t<decltype(one)>::kName; };
  return std::visit([&](const auto& stage) { return std::visit(name, stage); }, fault);
}

}  // namespace rscp::scenario
