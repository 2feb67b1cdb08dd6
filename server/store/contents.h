// Everything the service knows, as one value, and the changes it can go through.
#ifndef SERVER_STORE_CONTENTS_H_
#define SERVER_STORE_CONTENTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/access/grant.h"
#include "server/keys/key.h"

namespace dkimkeeper {

// What a mail host does with a message it gets no signature for.
enum class FailPolicy : std::uint8_t { kTempfail, kUnsigned };

struct DomainEntry {
  Domain domain;
  bool allow_underscore = false;
  FailPolicy fail_policy = FailPolicy::kTempfail;
  std::set<Sender> senders;  // always holds "default"
  Timestamp created_at;
  friend bool operator==(const DomainEntry&, const DomainEntry&) = default;
};

using KeyName = std::pair<Domain, Selector>;

// Keys are shared with the snapshots made from this, so that copying a large registry is cheap.
struct Contents {
  std::uint64_t generation = 0;  // grows by one with each committed change
  std::map<Domain, DomainEntry> domains;
  std::map<KeyName, std::shared_ptr<const Key>> keys;
  std::set<Grant> grants;
};

struct PutDomain {
  DomainEntry entry;
};
struct RemoveDomain {  // takes its grants along; its DESTROYED keys stay, selectors are never
                       // reused
  Domain domain;
};
struct PutKey {
  Key key;
};
struct RemoveKey {  // only for an intent that never became a key
  KeyName name;
};
struct PutGrant {
  Grant grant;
};
struct RemoveGrant {
  Grant grant;
};
using Change = std::variant<PutDomain, RemoveDomain, PutKey, RemoveKey, PutGrant, RemoveGrant>;

// `contents` as it is after `changes`; the generation is the caller's business.
void Apply(const std::vector<Change>& changes, Contents& contents);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_CONTENTS_H_
