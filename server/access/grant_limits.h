// What a grant can be limited to.
#ifndef SERVER_ACCESS_GRANT_LIMITS_H_
#define SERVER_ACCESS_GRANT_LIMITS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "proto/dkim/algorithm.h"
#include "proto/result.h"
#include "server/access/caller.h"
#include "server/access/grant.h"
#include "server/access/ip_network.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// What a signature is asked for by: a digest that the server takes as it is, or headers that it has
// looked at.
enum class SignedBy : std::uint8_t { kDigest, kHeaders };

// All that is set must hold; what is not set limits nothing. A value.
struct GrantLimits {
  std::set<Algorithm> algorithms = {};  // of signatures; empty: all
  std::set<IpNetwork> networks = {};    // empty: from anywhere; else from no Unix socket
  std::optional<Timestamp> valid_from = {};
  std::optional<Timestamp> valid_until = {};  // the first moment at which it is over
  // Signatures of each identity by this grant, on each daemon; 0: without a limit.
  std::uint32_t per_second = 0;
  std::uint32_t per_day = 0;
  bool headers_required = false;  // signs what SignHeaders has looked at, and no digest

  [[nodiscard]] bool any() const { return *this != GrantLimits(); }
  [[nodiscard]] bool Takes(SignedBy by) const {
    return by == SignedBy::kHeaders || !headers_required;
  }
  [[nodiscard]] bool has_quota() const { return per_second != 0 || per_day != 0; }
  friend bool operator==(const GrantLimits&, const GrantLimits&) = default;
};

// INVALID_ARGUMENT/BAD_LIMIT: algorithms, quotas or the demand of headers for another verb than
// sign, networks for a Unix socket, an end that is not after the beginning.
[[nodiscard]] Outcome CheckLimits(const Grant& grant, const GrantLimits& limits);

// Which limit a call fails, in words that follow "the grant … ": "ended at …", "holds from … only,
// not from 192.0.2.1". Nothing where all hold; quotas are counted elsewhere (quotas.h), and
// whether it takes digests, Takes says. Without `algorithm` that limit is not asked for.
[[nodiscard]] std::optional<std::string> FailedLimit(const GrantLimits& limits,
                                                     const Caller& caller,
                                                     std::optional<Algorithm> algorithm);

// "2026-07-01T12:00:00Z": UTC (RFC 3339), without what is below a second.
[[nodiscard]] std::string UtcText(Timestamp at);

}  // namespace dkimkeeper

#endif  // SERVER_ACCESS_GRANT_LIMITS_H_
