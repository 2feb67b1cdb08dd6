#include "client/agent/transit_risks.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace dkimkeeper {
namespace {

constexpr std::size_t kLongestLine = 998 + 1;  // the CR is counted, too

// Eight octets at once: every message passes through here.
bool HasEightBit(std::string_view text) {
  std::uint64_t seen = 0;
  for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    seen |= word;
  }
  for (const char octet : text) seen |= static_cast<unsigned char>(octet);
  return (seen & 0x8080808080808080U) != 0;
}

}  // namespace

void TransitRisks::CountLines(std::string_view chunk) {
  while (!chunk.empty()) {
    const std::size_t end = chunk.find('\n');
    line_ += std::min(end, chunk.size());
    long_line_ = long_line_ || line_ > kLongestLine;
    if (end == std::string_view::npos) return;
    line_ = 0;
    chunk.remove_prefix(end + 1);
  }
}

void TransitRisks::Body(std::string_view chunk) {
  eight_bit_ = eight_bit_ || HasEightBit(chunk);
  if (!long_line_) CountLines(chunk);
}

std::string TransitRisks::str() const {
  std::string text = eight_bit_ ? "eight_bit" : "";
  if (long_line_) text.append(text.empty() ? "" : ",").append("long_line");
  return text;
}

}  // namespace dkimkeeper
