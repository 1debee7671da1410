// SPDX-License-Identifier: MIT
// docs/library.md: path queries on one value.
#include <iostream>

#include <rscp/rscp.hpp>

int main() {
  using rscp::PathQuery;
  using rscp::Value;
  std::vector<Value> answer{{"PVI_DATA",
                             {{"PVI_INDEX", 0},
                              {"PVI_DC_POWER", {{"PVI_INDEX", 0}, {"PVI_VALUE", 1100.5}}},
                              {"PVI_DC_POWER", {{"PVI_INDEX", 1}, {"PVI_VALUE", 950.0}}},
                              {"PVI_SERIAL_NUMBER", "123"}}}};

  // The first match, as a number.
  const auto second = PathQuery::parse("PVI_DATA/PVI_DC_POWER(PVI_INDEX==1)/PVI_VALUE").value();
  if (const Value* power = second.first(answer)) {
    std::cout << "string 1: " << power->as<double>().value() << " W\n";
  }

  // Every match at any depth; mistakes are told with their place.
  const auto strong = PathQuery::parse("**/PVI_VALUE(.>1000)").value();
  std::cout << strong.select(answer).size() << " above 1 kW\n";
  std::cout << PathQuery::parse("PVI_DATA/PVI_DC_POWR").error().to_string() << '\n';

  // Changing what matches.
  const auto serial = PathQuery::parse("**/*_SERIAL_NUMBER").value();
  serial.edit(answer, [](Value&) { return PathQuery::Edit::Erase; });
  std::cout << rscp::to_text(answer, {});
}
