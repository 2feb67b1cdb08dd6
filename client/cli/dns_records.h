// The records to publish for keys, in the forms of `dns record`.
#ifndef CLIENT_CLI_DNS_RECORDS_H_
#define CLIENT_CLI_DNS_RECORDS_H_

#include <string>
#include <vector>

#include "client/cli/command.h"
#include "dkimkeeper/v1/keys.pb.h"

namespace dkimkeeper {

// Not of keys still being made, nor of those destroyed.
[[nodiscard]] bool HasRecord(const v1::Key& key);

// What belongs at the key's name: the TXT record with the key, or the CNAME that leads to it where
// the service publishes it in a zone of its own. One line: plain is "NAME TXT VALUE", zone is a
// line for a zone file, strings of at most 255 octets. `format` is not kJson.
[[nodiscard]] std::string RenderDnsRecord(const v1::Key& key, RecordFormat format);

// Only keys that have a record. kCname is as zone,
// of CNAMEs only; json is
// {"records": [{"name", "ttl", "type", "value", "strings", "domain", "selector", "state",
// "publisher"}]}, "strings" with TXT only.
[[nodiscard]] std::string RenderDnsRecords(const std::vector<v1::Key>& keys, RecordFormat format);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_DNS_RECORDS_H_
