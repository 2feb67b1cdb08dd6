// What `apply` makes true: domains, senders, their policies, and grants. Plain values.
#ifndef CLIENT_DOCUMENT_DOCUMENT_H_
#define CLIENT_DOCUMENT_DOCUMENT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkimkeeper/client.h"

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
  FailPolicy fail_policy = FailPolicy::kTempfail;
  std::optional<DocumentPlacement> placement;  // not written: whatever the server has
  DocumentSettings policy;
  std::vector<DocumentSender> senders;  // those named; each domain has "default" besides
};

struct DocumentGrant {
  std::string identity;  // "uri:…", "dns:…", "unix:…" or "group:…"
  std::string verb;      // "sign", "rotate", "audit" or "administer"
  std::string domain;    // A-labels, "group:…", or "*"
  std::string sender;    // or "*"; always that where `domain` is
  friend auto operator<=>(const DocumentGrant&, const DocumentGrant&) = default;
};

struct Document {
  std::vector<DocumentDomain> domains;  // names are distinct, as are those of their senders
  std::vector<DocumentGrant> grants;    // distinct
};

}  // namespace dkimkeeper

#endif  // CLIENT_DOCUMENT_DOCUMENT_H_
