// What a server's refusal means, and what to do about it, in words.
#ifndef SERVER_DNS_UPDATE_WORDS_H_
#define SERVER_DNS_UPDATE_WORDS_H_

#include <string>

#include "proto/result.h"

namespace dkimkeeper {

// Whom was asked for what.
struct UpdateAsked {
  std::string server;
  std::string zone;
  std::string name;
  std::string key;          // the TSIG key's name
  std::string algorithm;    // and algorithm
  std::string secret_file;  // where its secret is
};

// The error for a reply that says no (RFC 2136 §2.2, RFC 8945 §3). One that says nothing of the
// kind is unsigned, and not believed. FAILED_PRECONDITION/RECORD_CHANGED for a prerequisite that
// does not hold, UNAVAILABLE/PUBLISHER_AWAY for SERVFAIL and for what is not believed, else
// FAILED_PRECONDITION/PUBLISH_REFUSED.
[[nodiscard]] Error RefusalOf(unsigned rcode, unsigned tsig_error, const UpdateAsked& asked);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_UPDATE_WORDS_H_
