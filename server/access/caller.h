// Who calls, and what else a grant's limits ask of a call.
#ifndef SERVER_ACCESS_CALLER_H_
#define SERVER_ACCESS_CALLER_H_

#include <optional>
#include <utility>

#include "server/access/identity.h"
#include "server/access/ip_network.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// A value. It stands wherever an identity is enough; an identity alone stands for a caller of whom
// nothing else is known, whom a grant limited in time or to networks does not serve.
struct Caller {
  // NOLINTNEXTLINE(google-explicit-constructor): see above
  Caller(Identity who) : identity(std::move(who)) {}
  Caller(Identity who, std::optional<IpAddress> where, Timestamp when)
      : identity(std::move(who)), from(where), at(when) {}

  // NOLINTNEXTLINE(google-explicit-constructor): see above
  operator const Identity&() const { return identity; }
  [[nodiscard]] const std::string& str() const { return identity.str(); }

  Identity identity;
  std::optional<IpAddress> from = {};  // nothing: a Unix socket
  std::optional<Timestamp> at = {};
};

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_CALLER_H_
