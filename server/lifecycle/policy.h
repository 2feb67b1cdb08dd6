// What operators decided: once for all keys, for a domain, for a sender.
#ifndef SERVER_LIFECYCLE_POLICY_H_
#define SERVER_LIFECYCLE_POLICY_H_

#include "server/keys/key_policy.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// What the configuration says.
struct Policy {
  KeyPolicy defaults = {};
  // Whether `activate --without-dns-proof` is taken at all.
  bool allow_activation_without_dns_proof = false;
};

// What holds for the keys of `sender`: its own words, else its domain's, else the configuration's.
// What makes no sense beside a new configuration, or is damaged, counts as not said.
[[nodiscard]] KeyPolicy PolicyOf(const DomainEntry& entry, const Sender& sender,
                                 const Policy& policy);
// The same of a line by its name; the configuration's where there is no such domain (any more).
[[nodiscard]] KeyPolicy PolicyOf(const View& view, const Domain& domain, const Sender& sender,
                                 const Policy& policy);

// The words that hold for `sender`, its own before its domain's.
[[nodiscard]] PolicySettings SettingsFor(const DomainEntry& entry, const Sender& sender);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_POLICY_H_
