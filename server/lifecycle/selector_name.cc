#include "server/lifecycle/selector_name.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace dkimkeeper {

std::string SelectorNameFor(Timestamp now, std::span<const std::uint8_t, 5> random) {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kLetters.size() == 32);
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  std::array<char, 32> date{};
  const int length =
      std::snprintf(date.data(), date.size(), "%04d%02u%02u-", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  std::string name(date.data(), static_cast<std::size_t>(length));
  for (const std::uint8_t byte : random) name += kLetters[byte % kLetters.size()];
  return name;
}

}  // namespace dkimkeeper
