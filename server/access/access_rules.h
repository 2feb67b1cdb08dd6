// Default deny: the only place that decides whether a call is allowed.
#ifndef SERVER_ACCESS_ACCESS_RULES_H_
#define SERVER_ACCESS_ACCESS_RULES_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/access/authorized.h"
#include "server/access/grant.h"
#include "server/base/shared_ordered.h"

namespace dkimkeeper {

// Immutable after construction, so thread-safe; copies share what they hold. In memory: no look-up
// leaves the process.
class AccessRules {
 public:
  AccessRules() = default;
  // `bootstrap` comes from the configuration and holds beside what the store says.
  AccessRules(const SharedSet<Grant>& grants, const std::set<Grant>& bootstrap);

  // PERMISSION_DENIED/NO_GRANT names identity, verb and scope.
  [[nodiscard]] Result<Authorized> Authorize(const Identity& identity, Verb verb,
                                             const Scope& scope) const;

  // `verb` on at least one sender of `domain`: decides between PERMISSION_DENIED and NOT_FOUND.
  [[nodiscard]] bool MaySomewhereIn(const Identity& identity, Verb verb,
                                    const Domain& domain) const;

  // Any verb on `scope`: what a caller may see in lists.
  [[nodiscard]] bool MaySee(const Identity& identity, const Scope& scope) const;
  // Any verb on `domain` or one of its senders.
  [[nodiscard]] bool MaySeeDomain(const Identity& identity, const Domain& domain) const;

  [[nodiscard]] std::vector<Grant> GrantsOf(const Identity& identity) const;
  // Sorted: by identity, verb, scope.
  [[nodiscard]] std::vector<Grant> All() const;

 private:
  // A grant without its identity.
  struct Right {
    Verb verb = Verb::kSign;
    Scope scope;
    friend auto operator<=>(const Right&, const Right&) = default;
  };
  // What one identity may, by domain; those on everything stand at "". Each signature asks here:
  // one ordered set of the rights in ten thousand domains would be slower than one of ten.
  using Rights = std::unordered_map<std::string, std::set<Right>>;
  using ByIdentity = std::map<Identity, Rights>;

  [[nodiscard]] bool May(const Identity& identity, Verb verb, const Scope& scope) const;
  // Of the rights that reach into all of `domain` or some of it.
  template <typename Predicate>
  [[nodiscard]] bool AnyIn(const Identity& identity, const Domain& domain,
                           const Predicate& wanted) const;

  std::shared_ptr<const ByIdentity> by_identity_ = std::make_shared<const ByIdentity>();
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_ACCESS_RULES_H_
