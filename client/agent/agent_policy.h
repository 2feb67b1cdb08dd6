// What the operator decided about mail and programs of this host.
#ifndef CLIENT_AGENT_AGENT_POLICY_H_
#define CLIENT_AGENT_AGENT_POLICY_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/agent/author_rights.h"
#include "client/agent/originates.h"
#include "client/agent/sender_rules.h"
#include "client/agent/signing_choice.h"
#include "client/reference/local_access.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/signature_field.h"

namespace dkimkeeper {

// What happens to mail that must not be signed.
enum class Refusal : std::uint8_t { kReject, kUnsigned };

// A value, swapped whole by a reload; a message keeps the one it began with.
struct AgentPolicy {
  Originates originates;
  AuthorRights author_rights;
  Refusal foreign_author = Refusal::kReject;    // an identity that may not use the From domain
  Refusal malformed = Refusal::kReject;         // no or several From fields, bare CR or LF
  Refusal unknown_domain = Refusal::kUnsigned;  // this host may not sign for the From domain
  std::vector<Domain> parents;                  // that sign for the domains below them
  SenderRules sender_rules;
  CanonicalizationPair canonicalization;
  std::optional<std::chrono::seconds> expires_after;
  std::vector<std::string> signed_headers;  // empty: the default ones
  std::optional<std::vector<std::string>> oversigned_headers;
  std::string unsigned_note;          // a field for mail that a fail policy lets go; empty: none
  std::optional<SigningLine> second;  // the provider's own signature beside the customer's
  LocalAccess local_access;           // which programs of this host may sign, and for whom
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_AGENT_POLICY_H_
