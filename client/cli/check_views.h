// What DNS showed of a key record, as text for people, by the rules of client/cli/views.h.
#ifndef CLIENT_CLI_CHECK_VIEWS_H_
#define CLIENT_CLI_CHECK_VIEWS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "dkimkeeper/v1/dns.pb.h"

namespace dkimkeeper {

// Everybody who was asked shows what should be there.
[[nodiscard]] bool IsAsWished(const v1::RecordCheck& check);

// Servers, then resolvers, where answers differ from what is expected, and what to do.
[[nodiscard]] std::string ShowCheck(const v1::RecordCheck& check, std::int64_t now_ms);

// Three lines: what is expected, what was found, and a caret under the first octet that differs. Of
// the p= tags where both values have one and these differ, else of the whole values. Empty where
// they are equal.
[[nodiscard]] std::string PointAtDifference(std::string_view expected, std::string_view found);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_CHECK_VIEWS_H_
