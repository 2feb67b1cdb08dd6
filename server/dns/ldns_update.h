// Signed messages to the server that takes our changes, as octets: questions and updates (RFC 2136,
// RFC 8945). ldns stays behind it.
#ifndef SERVER_DNS_LDNS_UPDATE_H_
#define SERVER_DNS_LDNS_UPDATE_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "server/dns/change_step.h"
#include "server/dns/tsig_secret.h"

namespace dkimkeeper {

// What a message is signed with. A view: all that it names must outlive it.
struct TsigKey {
  const std::string& name;       // a DNS name, without a trailing dot
  const std::string& algorithm;  // "hmac-sha256", "hmac-sha512"
  const TsigSecret& secret;
};

struct SignedMessage {
  std::string octets;
  std::string mac;  // what the answer's signature covers, too
};

// One change of the TXT RRset at a name, with what must stand there for it as prerequisite: for
// kCreate nothing at all (RFC 2136 §2.4.5: a TXT beside a CNAME would be silently ignored,
// §3.4.2.2), else exactly `standing`, string by string (§2.4.2).
struct TxtUpdate {
  std::string zone;
  std::string name;
  ChangeStep step = ChangeStep::kNothing;
  TxtStrings standing = {};  // of kReplace and kRemove
  TxtStrings after = {};     // of kCreate and kReplace
  std::chrono::seconds ttl{3600};
};

// FAILED_PRECONDITION/PUBLISH_REFUSED: the secret is no base64, or a name no name.
[[nodiscard]] Result<SignedMessage> TxtQuestion(const std::string& name, const TsigKey& key);
[[nodiscard]] Result<SignedMessage> UpdateMessage(const TxtUpdate& update, const TsigKey& key);

struct UpdateReply {
  unsigned rcode = 0;       // RFC 1035 §4.1.1, RFC 2136 §2.2
  unsigned tsig_error = 0;  // RFC 8945 §3: 16 BADSIG, 17 BADKEY, 18 BADTIME
  bool verified = false;    // signed with the key; else all of this is hearsay
  bool authoritative = false;
  StandingRecords standing = {};  // at the name of the question
};

// UNAVAILABLE/PUBLISHER_AWAY: no answer to this message; the sentence reads on after the server's
// name. `name`: whose records are looked for in it.
[[nodiscard]] Result<UpdateReply> ReadReply(std::string_view octets, const SignedMessage& asked,
                                            const std::string& name, const TsigKey& key);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_LDNS_UPDATE_H_
