// What one look at a key's record found, server by server.
#ifndef SERVER_DNS_RECORD_CHECK_H_
#define SERVER_DNS_RECORD_CHECK_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dkim/domain.h"
#include "proto/dkim/public_key.h"
#include "proto/dkim/selector.h"
#include "server/keys/key_policy.h"
#include "server/keys/timestamp.h"

namespace dkimkeeper {

// What a record should be.
enum class RecordWish : std::uint8_t {
  kKey,      // exactly one record with this public key
  kRevoked,  // exactly one with p= empty
  kAbsent,   // none
};

struct RecordQuestion {
  Domain domain;
  Selector selector;
  RecordWish wish = RecordWish::kKey;
  PublicKey public_key;  // of the key that the record is, or was, of
  ProofBy proof = ProofBy::kServers;
  bool udp = false;  // a server that refuses TCP is asked over UDP
  // Servers, by name, that need not answer; what they do answer counts.
  std::vector<std::string> waived = {};
  // Only the authoritative servers: recursive ones are not asked, so that none remembers a record
  // that is on its way out.
  bool servers_only = false;
};

// What a server says, held against the wish.
enum class RecordFinding : std::uint8_t {
  kAsWished,
  kMissing,    // no such name, or no TXT record there
  kOtherKey,   // one record, with another public key
  kSeveral,    // more than one TXT record
  kMalformed,  // no key record: broken quoting, truncated string, something else altogether
  kRevoked,    // p= is empty, and the wish is a key
  kPresent,    // a record of this key, and the wish is none or a revoked one
  kLoop,       // CNAMEs in a circle, or too many
  kRefused,    // it answers, and not with what it knows: SERVFAIL, REFUSED, not authoritative
  kNoAnswer,   // time-out, connection refused, nonsense
};
[[nodiscard]] std::string_view RecordFindingName(RecordFinding finding);  // "as wished" …

// One server. Asked through each of its addresses until one answers.
struct ServerAnswer {
  std::string server;   // its name; of a recursive resolver as configured
  std::string address;  // the one that answered, or the last that was tried
  RecordFinding finding = RecordFinding::kNoAnswer;
  std::string detail =
      {};                  // for people: what differs and where, e.g. "p= differs from octet 17 on"
  std::string value = {};  // the record's strings joined, at most 4,096 octets; empty: none
  std::string target = {};      // where CNAMEs led; empty: no CNAME
  std::chrono::seconds ttl{0};  // the longest of the chain and the record; of a missing one its
                                // negative TTL (RFC 2308 §5)
  bool waived = false;
  friend bool operator==(const ServerAnswer&, const ServerAnswer&) = default;
};

enum class Dnssec : std::uint8_t { kUnknown, kUnsigned, kSigned, kValidated };

// What all of it amounts to.
enum class RecordVerdict : std::uint8_t {
  kProven,    // every authoritative server and then every resolver shows what was wished
  kDiffers,   // at least one answered otherwise
  kUnproven,  // nobody answered otherwise, and too few answered
};

// A value; what a check answers and what is stored and shown of it.
struct RecordCheck {
  Timestamp at;
  std::string name;  // <selector>._domainkey.<domain>
  std::string zone;  // whose servers were asked (the zone of the last CNAME's target)
  RecordWish wish = RecordWish::kKey;
  ProofBy proof = ProofBy::kServers;
  RecordVerdict verdict = RecordVerdict::kUnproven;
  std::vector<ServerAnswer> servers = {};    // authoritative, by name
  std::vector<ServerAnswer> resolvers = {};  // recursive; empty while the servers do not all agree
  std::string problem = {};  // why there is no list of servers at all; empty: there is
  Dnssec dnssec = Dnssec::kUnknown;
  std::string skipped = {};  // address families without a route, for people; empty: none
  // How long the world may remember what was there before, from `at` on: the longest of old and
  // negative TTLs of the chain.
  std::chrono::seconds wait{0};
  // With kProven and the wish kKey: the public key as fetched from DNS.
  std::optional<PublicKey> fetched = {};
  friend bool operator==(const RecordCheck&, const RecordCheck&) = default;
};

}  // namespace dkimkeeper

#endif  // SERVER_DNS_RECORD_CHECK_H_
