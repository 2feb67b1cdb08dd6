#include "server/lifecycle/selector_name.h"

#include <array>
#include <cstdio>

#include "server/keys/selector_template.h"

namespace dkimkeeper {

std::string LettersFrom(std::span<const std::uint8_t> random) {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kLetters.size() == 32);
  std::string letters;
  for (const std::uint8_t byte : random) letters += kLetters[byte % kLetters.size()];
  return letters;
}

std::string SelectorNameFor(std::string_view pattern, const Sender& sender, Algorithm algorithm,
                            Timestamp now, std::string_view random) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  std::array<char, 32> date{};
  const int length =
      std::snprintf(date.data(), date.size(), "%04d%02u%02u", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return ExpandTemplate(pattern, {.date = {date.data(), static_cast<std::size_t>(length)},
                                  .random = random,
                                  .sender = sender.str(),
                                  .algorithm = KeyTypeName(algorithm)})
      .value_or("");
}

}  // namespace dkimkeeper
