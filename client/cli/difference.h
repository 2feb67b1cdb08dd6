// What has to be done for the server to hold what a document says. Pure.
#ifndef CLIENT_CLI_DIFFERENCE_H_
#define CLIENT_CLI_DIFFERENCE_H_

#include <string>
#include <variant>
#include <vector>

#include "client/document/document.h"
#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/domains.pb.h"

namespace dkimkeeper {

using ChangeRequest =
    std::variant<v1::AddDomainRequest, v1::AddSenderRequest, v1::PlaceDomainRequest,
                 v1::SetPolicyRequest, v1::RemoveSenderRequest, v1::RemoveDomainRequest,
                 v1::AddGrantRequest, v1::RemoveGrantRequest>;

// One call, and how it reads: "+ domain example.com", "~ policy example.com: drain=14d (was 7d)",
// "- grant …". The first character is the mark: new, changed, removed.
struct Change {
  std::string line;
  ChangeRequest request;
};

// In the order in which they must be made.
using Changes = std::vector<Change>;

struct Difference {
  // Each of one domain, independent of the others.
  std::vector<Changes> domains;
  // To be made after the domains; each of one grant.
  std::vector<Changes> grants;
  // What cannot be made as written, and what to do: sentences. Nothing is to be done then.
  std::vector<std::string> conflicts;
};

// `domains` and `grants` as the server lists them. Without `prune` nothing is taken away. With it,
// what the document does not name is: settings, senders with their placements, domains (of which a
// document that names none leaves all), grants (the same; never those of the configuration).
[[nodiscard]] Difference Compare(const Document& document, const std::vector<v1::Domain>& domains,
                                 const std::vector<v1::Grant>& grants, bool prune);

// The same value of a setting, in whatever unit of time and with whatever spaces between: "24h" and
// "1d".
[[nodiscard]] bool SameValue(const std::string& left, const std::string& right);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_DIFFERENCE_H_
