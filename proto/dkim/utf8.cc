#include "proto/dkim/utf8.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace dkimkeeper {
namespace {

// One row of RFC 3629 §4's ABNF: the first octet, the second octet, the size. Later octets are
// always 80–BF.
struct Utf8Form {
  std::uint8_t first_low, first_high, second_low, second_high;
  std::size_t size;
};

constexpr Utf8Form kForms[] = {
    {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool IsBetween(char c, std::uint8_t low, std::uint8_t high) {
  const auto octet = static_cast<std::uint8_t>(c);
  return octet >= low && octet <= high;
}

}  // namespace

std::size_t Utf8CharacterSize(std::string_view text) {
  if (text.empty()) return 0;
  const auto* form = std::find_if(std::begin(kForms), std::end(kForms), [&](const Utf8Form& row) {
    return IsBetween(text[0], row.first_low, row.first_high);
  });
  if (form == std::end(kForms) || text.size() < form->size) return 0;
  if (form->size > 1 && !IsBetween(text[1], form->second_low, form->second_high)) return 0;
  for (std::size_t i = 2; i < form->size; ++i) {
    if (!IsBetween(text[i], 0x80, 0xBF)) return 0;
  }
  return form->size;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = Utf8CharacterSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace dkimkeeper
