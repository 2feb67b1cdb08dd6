// Which local user may sign for whom.
#ifndef CLIENT_REFERENCE_LOCAL_ACCESS_H_
#define CLIENT_REFERENCE_LOCAL_ACCESS_H_

#include <sys/types.h>

#include <optional>
#include <variant>
#include <vector>

#include "client/reference/peer.h"
#include "proto/dkim/algorithm.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"
#include "proto/result.h"

namespace dkimkeeper {

struct UserId {
  uid_t number;
};
struct GroupId {
  gid_t number;  // the peer's own group, or one of its supplementary ones
};

// A rule: whoever it names may find and use the keys it names. Each part left out stands for all
// there are; a rule that names nobody cannot be written.
struct LocalAccessRule {
  std::variant<UserId, GroupId> who;
  std::optional<Domain> domain = std::nullopt;  // exact; sub-domains are others
  std::optional<Sender> sender = std::nullopt;
  std::optional<Algorithm> algorithm = std::nullopt;
};

// All rules. Default deny, for root as for everybody: what no rule allows is refused. What the
// server grants to this host is a limit beside it. A value; thread-safe to read.
class LocalAccess {
 public:
  LocalAccess() = default;
  explicit LocalAccess(std::vector<LocalAccessRule> rules) : rules_(std::move(rules)) {}

  // May `peer` use any key of `domain`? Ask it before looking for a key: a user without a right
  // learns nothing of which keys there are. PERMISSION_DENIED/NO_GRANT names the peer.
  [[nodiscard]] Outcome CheckDomain(const Peer& peer, const Domain& domain) const;

  // May `peer` use this key? PERMISSION_DENIED/NO_GRANT.
  [[nodiscard]] Outcome CheckKey(const Peer& peer, const Domain& domain, const Sender& sender,
                                 Algorithm algorithm) const;

 private:
  std::vector<LocalAccessRule> rules_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_REFERENCE_LOCAL_ACCESS_H_
