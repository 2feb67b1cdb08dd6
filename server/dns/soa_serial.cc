#include "server/dns/soa_serial.h"

#include <limits>
#include <optional>

namespace dkimkeeper {
namespace {

std::optional<SoaSerial> DateSerial(std::chrono::sys_days today) {
  const std::chrono::year_month_day date(today);
  const auto day = std::int64_t{static_cast<int>(date.year())} * 10'000 +
                   std::int64_t{static_cast<unsigned>(date.month())} * 100 +
                   static_cast<unsigned>(date.day());
  const std::int64_t serial = day * 100;
  if (int{date.year()} < 1970 || serial > std::numeric_limits<SoaSerial>::max()) {
    return std::nullopt;
  }
  return static_cast<SoaSerial>(serial);
}

}  // namespace

bool IsLaterSerial(SoaSerial later, SoaSerial earlier) {
  constexpr SoaSerial kHalf = SoaSerial{1} << 31;
  const SoaSerial ahead = later - earlier;  // modulo 2^32
  return ahead != 0 && ahead < kHalf;
}

SoaSerial NextSerial(SoaSerial current, std::chrono::sys_days today) {
  const auto date = DateSerial(today);
  return date && IsLaterSerial(*date, current) ? *date : current + 1;
}

}  // namespace dkimkeeper
