// The key records to publish, in the three forms of `dns record`.
#ifndef CLIENT_CLI_DNS_RECORDS_H_
#define CLIENT_CLI_DNS_RECORDS_H_

#include <string>
#include <vector>

#include "client/cli/command.h"
#include "dkimkeeper/v1/keys.pb.h"

namespace dkimkeeper {

// Only keys that have a record: not those still being made, nor those destroyed. Plain is
// "NAME TXT VALUE" on a line; zone is a line for a zone file, strings of at most 255 octets; json
// is
// {"records": [{"name", "ttl", "type", "value", "strings", "domain", "selector", "state"}]}.
[[nodiscard]] std::string RenderDnsRecords(const std::vector<v1::Key>& keys, RecordFormat format);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_DNS_RECORDS_H_
