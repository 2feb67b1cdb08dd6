// Default deny: the only place that decides whether a call is allowed.
#ifndef SERVER_ACCESS_ACCESS_RULES_H_
#define SERVER_ACCESS_ACCESS_RULES_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/access/authorized.h"
#include "server/access/caller.h"
#include "server/access/grant.h"
#include "server/access/group.h"
#include "server/base/shared_ordered.h"

namespace dkimkeeper {

// A grant that fits by its words, and by which of its limits it does not hold all the same.
struct RefusedGrant {
  LimitedGrant grant;
  std::string why;  // follows "the grant …": "ended at 2026-07-01T12:00:00Z"
};

// How a call was decided.
struct Explanation {
  std::optional<LimitedGrant> decides;  // nothing: the call is refused
  std::vector<RefusedGrant> refused;    // narrow ones first
};

// Immutable after construction, so thread-safe; copies share what they hold. In memory: no look-up
// leaves the process.
//
// A caller has the grants of its identity and of the identity's groups, on a domain those that name
// it, a group it is in, or everything. Any one whose limits hold is enough; one without a quota
// goes before one with. One that takes digests lets them be signed, whatever others demand.
class AccessRules {
 public:
  using Limits = SharedMap<Grant, GrantLimits>;
  using Members = SharedSet<Membership>;

  AccessRules() = default;
  // `bootstrap` comes from the configuration and holds beside what the store says, without limits.
  // `limits` are those of grants that have any.
  AccessRules(const SharedSet<Grant>& grants, const std::set<Grant>& bootstrap,
              const Limits& limits = {}, const Members& members = {});

  // PERMISSION_DENIED/NO_GRANT names identity, verb and scope, and the limit where one fails;
  // /HEADERS_REQUIRED where SignHeaders would be allowed, and `by` is a digest.
  [[nodiscard]] Result<Authorized> Authorize(const Caller& caller, Verb verb, const Scope& scope,
                                             std::optional<Algorithm> algorithm = {},
                                             SignedBy by = SignedBy::kHeaders) const;

  // `verb` on at least one sender of `domain`: decides between PERMISSION_DENIED/NO_GRANT, as
  // above, and NOT_FOUND.
  [[nodiscard]] Outcome MaySomewhereIn(const Caller& caller, Verb verb, const Domain& domain) const;

  // `verb` anywhere, now.
  [[nodiscard]] bool MayAnywhere(const Caller& caller, Verb verb) const;
  // Some grant fits, whatever its limits: he may, sometimes or from somewhere.
  [[nodiscard]] bool HasGrant(const Identity& identity, Verb verb, const Scope& scope) const;
  // Whoever may administer `scope` may give that right, but for no longer and from nowhere else
  // than he has it: a right that ends on Friday must not prolong itself.
  [[nodiscard]] bool MayGiveAdminister(const Caller& caller, const Scope& scope,
                                       const GrantLimits& limits) const;
  // Any verb on `scope`: what a caller may see in lists.
  [[nodiscard]] bool MaySee(const Caller& caller, const Scope& scope) const;
  // Any verb on `domain` or one of its senders.
  [[nodiscard]] bool MaySeeDomain(const Caller& caller, const Domain& domain) const;

  // What Authorize decides, and why: of a signature, by headers. A grant that takes digests, too,
  // is named before one of the same kind that does not.
  [[nodiscard]] Explanation Explain(const Caller& caller, Verb verb, const Scope& scope,
                                    std::optional<Algorithm> algorithm = {}) const;

  // Its own and those of its groups, sorted.
  [[nodiscard]] std::vector<LimitedGrant> GrantsOf(const Identity& identity) const;
  [[nodiscard]] std::vector<std::string> GroupsOf(const Identity& identity) const;
  // Sorted: by identity, verb, scope.
  [[nodiscard]] std::vector<LimitedGrant> All() const;

  // Some grant of it has limits, so that what it may depends on where from and when it calls.
  [[nodiscard]] bool HasLimits(const Identity& identity) const;
  // The validity of some grant begins or ends after `before` and not after `now`.
  [[nodiscard]] bool ChangedBetween(Timestamp before, Timestamp now) const;

 private:
  struct Held {
    std::shared_ptr<const LimitedGrant> grant;
    bool limited = false;
  };
  // Verb and sender, "*" for all.
  using Right = std::pair<Verb, std::string>;
  struct RightOrder {
    using is_transparent = void;
    using Words = std::pair<Verb, std::string_view>;
    bool operator()(const Words& a, const Words& b) const { return a < b; }
  };
  using Rights = std::map<Right, Held, RightOrder>;
  // Of one holder, by domain, by group of domains, and at "*". Each signature asks here: one
  // ordered set of the rights in ten thousand domains would be slower than one of ten.
  using ByPlace = std::unordered_map<std::string, Rights>;
  using Names = std::vector<std::string>;
  struct Tables {
    std::unordered_map<std::string, ByPlace> holders;  // identities and groups of them
    std::unordered_map<std::string, Names> groups;     // by member
    std::set<Timestamp> turns;                         // when a validity begins or ends
  };

  static void Add(const LimitedGrant& grant, Tables& tables);
  [[nodiscard]] const Names& GroupsOfMember(const std::string& member) const;
  // Calls `visit` with the holder's ByPlace of `identity`, then of its groups, until it says true.
  template <typename Visit>
  bool AnyHolder(const Identity& identity, const Visit& visit) const;
  // The same with the rights in each place that reaches into `scope`.
  template <typename Visit>
  bool AnyPlace(const Identity& identity, const Scope& scope, const Visit& visit) const;
  // The same with what fits `verb` on all of `scope`; narrow ones first.
  template <typename Visit>
  bool AnyFitting(const Identity& identity, Verb verb, const Scope& scope,
                  const Visit& visit) const;

  std::shared_ptr<const Tables> tables_ = std::make_shared<const Tables>();
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_ACCESS_RULES_H_
