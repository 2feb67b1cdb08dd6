// Everything the service knows, as one value, and the changes it can go through.
#ifndef SERVER_STORE_CONTENTS_H_
#define SERVER_STORE_CONTENTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/access/grant.h"
#include "server/access/grant_limits.h"
#include "server/access/group.h"
#include "server/base/shared_ordered.h"
#include "server/keys/key.h"
#include "server/keys/policy_settings.h"

namespace dkimkeeper {

// What a mail host does with a message it gets no signature for.
enum class FailPolicy : std::uint8_t { kTempfail, kUnsigned };

// Where new keys are made, by the names of tokens in the configuration.
struct Placement {
  std::string token;          // empty: nothing was chosen
  std::string standby_token;  // stands in when `token` is lost; empty: none
  friend bool operator==(const Placement&, const Placement&) = default;
};

struct DomainEntry {
  Domain domain;
  bool allow_underscore = false;
  FailPolicy fail_policy = FailPolicy::kTempfail;
  std::set<Sender> senders;  // always holds "default"
  Timestamp created_at;
  Placement placement = {};  // without a token: the first that is configured
  // Of those senders that have one of their own; each names a token.
  std::map<Sender, Placement> sender_placements = {};
  // What an operator set for the domain, and for senders that have words of their own: none of
  // those is empty.
  PolicySettings policy = {};
  std::map<Sender, PolicySettings> sender_policies = {};
  std::optional<Timestamp> paused_at = {};  // no planned action since
  // Waits that began earlier are counted from here: after a pause nothing is hurried.
  std::optional<Timestamp> waits_from = {};
  // An operator gave it up: its keys go through the rest of their lives, then its entry goes.
  std::optional<Timestamp> removing_at = {};
  std::map<Sender, Timestamp> removing_senders = {};
  // A label that no other registration ever had, for targets of CNAMEs. Empty: none was needed.
  std::string delegation_label = {};
  friend bool operator==(const DomainEntry&, const DomainEntry&) = default;
};

// What is remembered of a token beyond its keys, by its name in the configuration.
struct TokenRecord {
  std::string name;
  // When the newest backup was made that an operator confirmed.
  std::optional<Timestamp> backed_up_at = {};
  // It may be in other hands: nothing on it becomes active any more.
  std::optional<Timestamp> compromised_at = {};
  friend bool operator==(const TokenRecord&, const TokenRecord&) = default;
};

using KeyName = std::pair<Domain, Selector>;

// Copies share what they have in common, so that a snapshot of a large registry is cheap.
struct Contents {
  std::uint64_t generation = 0;  // grows by one with each committed change
  SharedMap<Domain, DomainEntry> domains;
  SharedMap<KeyName, std::shared_ptr<const Key>> keys;
  SharedSet<Grant> grants;
  SharedMap<Grant, GrantLimits> grant_limits = {};  // of grants that have any
  SharedSet<Membership> group_members = {};
  std::map<std::string, TokenRecord> tokens;  // those that there is something to remember of
  // DESTROYED keys whose selector, from a declared pool, has another key by now.
  std::multimap<KeyName, std::shared_ptr<const Key>> former_keys = {};
  // Used by keys that no row tells of, e.g. after an older copy of the store was restored.
  std::set<KeyName> reserved_selectors = {};
  // Waits that began earlier are counted from here: the clock jumped, or nobody knows whether it
  // did.
  std::optional<Timestamp> waits_from = {};
};

struct PutDomain {
  DomainEntry entry;
};
struct RemoveDomain {  // takes its grants and its places in groups along; its DESTROYED keys stay,
                       // selectors are never reused
  Domain domain;
};
struct PutKey {  // over a DESTROYED key with another id: that one becomes a former key; its
                 // selector is reserved no more, because this row tells of it
  Key key;
};
struct RemoveKey {  // only for an intent that never became a key
  KeyName name;
};
struct PutGrant {  // over one that exists: with these limits
  Grant grant;
  GrantLimits limits = {};
};
struct RemoveGrant {
  Grant grant;
};
struct PutMember {
  Membership membership;
};
struct RemoveMember {
  Membership membership;
};
struct PutToken {
  TokenRecord record;
};
struct PutWaitsFrom {
  Timestamp at;
};
struct ReserveSelector {  // until a row tells of it
  KeyName name;
};
// No change but a condition: the commit is ABORTED/LEASE_HELD unless the executor's lease has this
// fence, so that one that slept through its lease changes nothing.
struct RequireLease {
  std::uint64_t fence = 0;
};
using Change =
    std::variant<PutDomain, RemoveDomain, PutKey, RemoveKey, PutGrant, RemoveGrant, PutMember,
                 RemoveMember, PutToken, PutWaitsFrom, ReserveSelector, RequireLease>;

// `contents` as it is after `changes`; the generation is the caller's business.
void Apply(const std::vector<Change>& changes, Contents& contents);

}  // namespace dkimkeeper

#endif  // SERVER_STORE_CONTENTS_H_
