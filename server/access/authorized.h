// Proof that a call was allowed: only AccessRules makes one, and acting on a key needs one.
#ifndef SERVER_ACCESS_AUTHORIZED_H_
#define SERVER_ACCESS_AUTHORIZED_H_

#include "server/access/grant.h"

namespace dkimkeeper {

// "`identity` may `verb` on `scope`." A value.
class Authorized {
 public:
  [[nodiscard]] const Identity& identity() const { return grant_.identity; }
  [[nodiscard]] Verb verb() const { return grant_.verb; }
  [[nodiscard]] const Scope& scope() const { return grant_.scope; }

 private:
  friend class AccessRules;
  explicit Authorized(Grant grant) : grant_(std::move(grant)) {}
  Grant grant_;
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_AUTHORIZED_H_
