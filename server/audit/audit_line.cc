#include "server/audit/audit_line.h"

#include <array>
#include <cstdio>

#include "proto/base/event_log.h"
#include "proto/dkim/hex.h"

namespace dkimkeeper {
namespace {

std::string Iso8601(AuditEntry::Time exact) {
  const auto at = std::chrono::floor<std::chrono::milliseconds>(exact);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  std::array<char, 40> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string RenderAuditLine(const AuditEntry& entry) {
  return RenderEvent(entry.act, {{"time", Iso8601(entry.at)},
                                 {"identity", entry.identity},
                                 {"domain", entry.domain},
                                 {"sender", entry.sender},
                                 {"selector", entry.selector},
                                 {"algorithm", entry.algorithm},
                                 {"digest", entry.digest ? EncodeHex(entry.digest->ToBytes()) : ""},
                                 {"claimed", entry.claimed},
                                 {"result", entry.result},
                                 {"detail", entry.detail}});
}

}  // namespace dkimkeeper
