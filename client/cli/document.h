// What `apply` makes true: domains, senders, their policies, and grants. Plain values.
#ifndef CLIENT_CLI_DOCUMENT_H_
#define CLIENT_CLI_DOCUMENT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/domains.pb.h"

namespace dkimkeeper {

// What is written of a policy, by name; the server knows what each means.
using DocumentSettings = std::map<std::string, std::string>;

// Where keys are made. `standby_token` is empty where there is none.
struct DocumentPlacement {
  std::string token;
  std::string standby_token;
  friend bool operator==(const DocumentPlacement&, const DocumentPlacement&) = default;
};

struct DocumentSender {
  std::string name;
  DocumentSettings policy;
  std::optional<DocumentPlacement> placement;  // not written: as the domain
};

struct DocumentDomain {
  std::string name;  // A-labels
  bool allow_underscore = false;
  v1::FailPolicy fail_policy = v1::FAIL_POLICY_TEMPFAIL;
  std::optional<DocumentPlacement> placement;  // not written: whatever the server has
  DocumentSettings policy;
  std::vector<DocumentSender> senders;  // those named; each domain has "default" besides
};

struct Document {
  std::vector<DocumentDomain> domains;  // names are distinct, as are those of their senders
  std::vector<v1::Grant> grants;        // distinct
};

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_DOCUMENT_H_
