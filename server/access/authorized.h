// Proof that a call was allowed: only AccessRules makes one, and acting on a key needs one.
#ifndef SERVER_ACCESS_AUTHORIZED_H_
#define SERVER_ACCESS_AUTHORIZED_H_

#include <memory>
#include <utility>

#include "server/access/grant.h"
#include "server/access/grant_limits.h"

namespace dkimkeeper {

// A grant with its limits.
struct LimitedGrant {
  Grant grant;
  GrantLimits limits;
  friend bool operator==(const LimitedGrant&, const LimitedGrant&) = default;
};

// "`identity` may `verb` on `scope`." A value.
class Authorized {
 public:
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] Verb verb() const { return verb_; }
  [[nodiscard]] const Scope& scope() const { return scope_; }
  // The one that allows it. Not null.
  [[nodiscard]] const std::shared_ptr<const LimitedGrant>& grant() const { return grant_; }
  // The grant whose quota it counts against; null: none.
  [[nodiscard]] const LimitedGrant* counted() const {
    return grant_->limits.has_quota() ? grant_.get() : nullptr;
  }

 private:
  friend class AccessRules;
  Authorized(Identity identity, Verb verb, Scope scope, std::shared_ptr<const LimitedGrant> grant)
      : identity_(std::move(identity)),
        verb_(verb),
        scope_(std::move(scope)),
        grant_(std::move(grant)) {}

  Identity identity_;
  Verb verb_;
  Scope scope_;
  std::shared_ptr<const LimitedGrant> grant_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_AUTHORIZED_H_
