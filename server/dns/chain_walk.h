// A record's way through the zones: its own, those that CNAMEs lead to, those that others were
// given; at each, every server is asked.
#ifndef SERVER_DNS_CHAIN_WALK_H_
#define SERVER_DNS_CHAIN_WALK_H_

#include <string>
#include <vector>

#include "server/dns/authoritative_servers.h"
#include "server/dns/server_look_up.h"

namespace dkimkeeper {

// What the authoritative servers show.
struct ChainReport {
  std::vector<ServerAnswer> servers = {};  // station by station, by name
  std::string zone = {};                   // the last one
  std::string problem = {};  // why servers of a station are not known; empty: they are
  // At each station every server that is not waived, and one at least, shows what was wished.
  bool agree = false;
  std::chrono::seconds wait{0};  // the longest TTL, negative ones included
  bool has_signatures = false;
  std::optional<PublicKey> key = {};
};

// Walks from `name`, a name at or below the signing domain. Blocks for a bounded time.
[[nodiscard]] ChainReport WalkChain(Inquiry& inquiry, const std::string& name,
                                    const RecordQuestion& question);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_CHAIN_WALK_H_
