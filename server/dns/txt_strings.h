// The character-strings of one TXT record, in order (RFC 1035 §3.3.14): owners split as they like.
#ifndef SERVER_DNS_TXT_STRINGS_H_
#define SERVER_DNS_TXT_STRINGS_H_

#include <string>
#include <vector>

namespace dkimkeeper {

using TxtStrings = std::vector<std::string>;

// With nothing between (RFC 6376 §3.6.2.2).
[[nodiscard]] inline std::string Joined(const TxtStrings& strings) {
  std::string joined;
  for (const std::string& part : strings) joined += part;
  return joined;
}

}  // namespace dkimkeeper

#endif  // SERVER_DNS_TXT_STRINGS_H_
