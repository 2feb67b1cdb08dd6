// A TXT record's value in the forms people paste into DNS (RFC 1035 §3.3.14 and §5.1).
#ifndef PROTO_DKIM_TXT_RECORD_H_
#define PROTO_DKIM_TXT_RECORD_H_

#include <string>
#include <string_view>
#include <vector>

namespace dkimkeeper {

// `value` split into the character-strings of a TXT record, each of 1 to 255 octets.
[[nodiscard]] std::vector<std::string> SplitCharacterStrings(std::string_view value);

// One zone-file line of RFC 1035 §5.1, strings of at most 255 octets, quoted and escaped, several
// of them in parentheses: `brisbane._domainkey.example.com. 300 IN TXT ( "v=DKIM1; …" "…" )`.
// `name` has no trailing dot; `ttl` is in seconds.
[[nodiscard]] std::string RenderZoneFileLine(std::string_view name, unsigned ttl,
                                             std::string_view value);

// One JSON object on one line, for programs that fill in a provider's API:
// `{"name":"brisbane._domainkey.example.com","ttl":300,"type":"TXT","value":"v=DKIM1; …",
// "strings":["v=DKIM1; …","…"]}`. Octets that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string RenderTxtRecordJson(std::string_view name, unsigned ttl,
                                              std::string_view value);

}  // namespace dkimkeeper

#endif  // PROTO_DKIM_TXT_RECORD_H_
