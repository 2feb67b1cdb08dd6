// What one server shows of a record.
#ifndef SERVER_DNS_SERVER_LOOK_UP_H_
#define SERVER_DNS_SERVER_LOOK_UP_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/public_key.h"
#include "server/dns/authoritative_servers.h"
#include "server/dns/inquiry.h"
#include "server/dns/record_check.h"

namespace dkimkeeper {

// Where a server sends us on: to a CNAME's target outside its zone, or to the servers of a zone
// below its own.
struct Onward {
  std::string name;                       // whose TXT records to ask for there
  std::string zone = {};                  // of a referral; empty: to be found
  std::vector<std::string> servers = {};  // of a referral
  friend bool operator==(const Onward&, const Onward&) = default;
};

struct ServerLookUp {
  ServerAnswer answer;  // kAsWished with `onward`: the server's own part is
  std::optional<Onward> onward = {};
  std::optional<ServerAddress> address = {};  // that answered
  std::optional<PublicKey> key = {};
  bool has_signatures = false;  // DNSSEC
  bool authenticated = false;   // of a resolver: it validated them
};

// Asks `server` of `zone` for the TXT records of `name`, through one address after the other until
// one answers; CNAMEs within the zone are followed there. `before`: the names that CNAMEs led
// through on the way to `name`, for loops.
[[nodiscard]] ServerLookUp AskServer(Inquiry& inquiry, const NameServer& server,
                                     std::string_view zone, const std::string& name,
                                     const std::vector<std::string>& before,
                                     const RecordQuestion& question);

// Asks a recursive resolver.
[[nodiscard]] ServerLookUp AskResolver(Inquiry& inquiry, const ServerAddress& resolver,
                                       const std::string& name, const RecordQuestion& question);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_SERVER_LOOK_UP_H_
