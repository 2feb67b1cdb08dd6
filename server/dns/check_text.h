// A check as text, for the store.
#ifndef SERVER_DNS_CHECK_TEXT_H_
#define SERVER_DNS_CHECK_TEXT_H_

#include <string>
#include <string_view>

#include "proto/result.h"
#include "server/dns/record_check.h"

namespace dkimkeeper {

// One JSON object on one line, every field by its name. Octets that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string WriteCheckText(const RecordCheck& check);

// Ignores fields that it does not know. INTERNAL/STORE_DAMAGED: `text` is none of WriteCheckText's.
[[nodiscard]] Result<RecordCheck> ReadCheckText(std::string_view text);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_CHECK_TEXT_H_
