// Records below a zone of ours, and the CNAMEs by which a domain's owner points there once.
#ifndef SERVER_DNS_DELEGATION_H_
#define SERVER_DNS_DELEGATION_H_

#include <span>
#include <string>
#include <vector>

#include "proto/dkim/domain.h"
#include "proto/dkim/selector.h"
#include "proto/result.h"

namespace dkimkeeper {

// Where `selector` of a registration stands: `<selector>.<label>.<zone>`. INVALID_ARGUMENT/
// BAD_SELECTOR: longer than 253 octets. FAILED_PRECONDITION/PUBLISH_REFUSED: the label is empty or
// no label; without one of its own a registration could serve another's dangling CNAMEs.
[[nodiscard]] Result<std::string> DelegationTarget(const Selector& selector,
                                                   const std::string& label,
                                                   const std::string& zone);

// One CNAME that the owner creates, and never touches again.
struct Delegation {
  std::string name;    // <selector>._domainkey.<domain>
  std::string target;  // see DelegationTarget
  friend bool operator==(const Delegation&, const Delegation&) = default;
};

// For each of a pool of selectors. Errors as above, and of KeyRecordName.
[[nodiscard]] Result<std::vector<Delegation>> DelegationsOf(const Domain& domain,
                                                            std::span<const Selector> selectors,
                                                            const std::string& label,
                                                            const std::string& zone);

// `s1._domainkey.example.com. 3600 IN CNAME s1.x7k2.dkim.example.net.`
[[nodiscard]] std::string RenderCnameLine(const Delegation& delegation, unsigned ttl);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_DELEGATION_H_
