// The zone file that a publisher writes and nobody else: parsed back before each change.
#ifndef SERVER_DNS_OWN_ZONE_FILE_H_
#define SERVER_DNS_OWN_ZONE_FILE_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "server/dns/change_step.h"
#include "server/dns/soa_serial.h"

namespace dkimkeeper {

// One TXT record and the line it stands on, which is kept as it is.
struct ZoneFileRecord {
  TxtStrings strings;
  std::string line;
  friend bool operator==(const ZoneFileRecord&, const ZoneFileRecord&) = default;
};

// A value.
struct OwnZoneFile {
  // By name, without a trailing dot.
  std::map<std::string, std::vector<ZoneFileRecord>> records = {};
  // Of a whole zone; nothing: a file to include.
  std::optional<SoaSerial> serial = {};
  friend bool operator==(const OwnZoneFile&, const OwnZoneFile&) = default;
};

// A record as it is written: one line, as RenderZoneFileLine gives it.
[[nodiscard]] ZoneFileRecord NewZoneFileRecord(const std::string& name, std::chrono::seconds ttl,
                                               const std::string& value);

// `header`: of a whole zone, with "{serial}" in it; else empty. INVALID_ARGUMENT/BAD_DOCUMENT: a
// header without "{serial}", or with two, or beside a file without a serial.
[[nodiscard]] Result<std::string> RenderOwnZoneFile(const OwnZoneFile& file,
                                                    std::string_view header);

// Empty text is an empty file. Strings may be split anew by hand; any other line that is not
// `name. TTL IN TXT "…"` or `… ( "…" "…" )` was not written here: INVALID_ARGUMENT/BAD_DOCUMENT
// with its number. The header is not looked at.
[[nodiscard]] Result<OwnZoneFile> ParseOwnZoneFile(std::string_view text);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_OWN_ZONE_FILE_H_
