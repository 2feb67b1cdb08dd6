// What a command line asks for, once it is understood. Most verbs are one message of the API: the
// arguments fill in that message and nothing lies between.
#ifndef CLIENT_CLI_COMMAND_H_
#define CLIENT_CLI_COMMAND_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/cli/audit_commands.h"
#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/approvals.pb.h"
#include "dkimkeeper/v1/domains.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/rotation.pb.h"
#include "dkimkeeper/v1/status.pb.h"
#include "dkimkeeper/v1/tokens.pb.h"
#include "proto/dkim/algorithm.h"

namespace dkimkeeper {

// Given before or after the verb, or by DKIMKEEPER_SERVER, _CA, _CERT and _KEY.
struct GlobalOptions {
  std::string servers;  // host:port or unix:/path, several with commas between
  std::string ca_file, cert_file, key_file;
  bool json = false;
};

struct ListSendersCommand {
  std::string domain;
};

struct KeyReferenceCommand {
  std::string domain;
  std::string selector;
};

enum class RecordFormat : std::uint8_t { kPlain, kZone, kCname, kJson };

struct DnsRecordCommand {
  std::string domain;    // empty: all domains
  std::string selector;  // empty: all keys
  RecordFormat format = RecordFormat::kPlain;
};

struct DnsCheckCommand {
  std::string domain;    // empty: all domains
  std::string selector;  // empty: all keys
  bool stored = false;   // the newest check that is stored, instead of a new one
};

enum class RotateWait : std::uint8_t { kOnTerminal, kYes, kNo };

struct RotateCommand {
  v1::RotateKeysRequest request;
  RotateWait wait = RotateWait::kOnTerminal;
};

struct ApplyCommand {
  std::string file;  // "-": standard input
  bool yes = false;
  bool dry_run = false;
  bool prune = false;
};

struct ImportOpenDkimCommand {
  std::string key_table;      // a path, or a data set of OpenDKIM's: "refile:/path"
  std::string signing_table;  // likewise
  bool adopt_existing = false;
  bool yes = false;
  bool dry_run = false;
  std::string agent_rules;  // the file to write; empty: printed
};

struct SignCommand {
  std::string agent;   // its socket; empty: the server, or the default socket where none is named
  std::string domain;  // empty: that of the From field
  std::string sender = "default";
  std::string selector;                // empty: every key to sign with now
  std::optional<Algorithm> algorithm;  // only keys of it
  std::string canonicalization = "relaxed/relaxed";
  std::vector<std::string> headers;             // empty: the default list
  std::optional<std::int64_t> time;             // t=, seconds since 1970; else the time of day
  std::optional<std::chrono::seconds> expires;  // x= is t= plus this
  std::string identity;                         // i=; empty: none
  bool fix_newlines = false;
};

struct SignDigestCommand {
  std::string domain;
  std::string selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  std::string hex_digest;
};

struct BenchCommand {
  std::string domain;
  std::string sender = "default";
  std::optional<Algorithm> algorithm;
  unsigned callers = 1;
  unsigned batch = 1;  // digests a call
  bool headers = false;
  unsigned seconds = 5;
  std::optional<std::uint64_t> count;  // signatures; replaces `seconds`
};

using Command = std::variant<
    v1::AddDomainRequest, v1::ListDomainsRequest, v1::GetDomainRequest, v1::RemoveDomainRequest,
    v1::PlaceDomainRequest, v1::PauseDomainRequest, v1::ResumeDomainRequest, v1::AddSenderRequest,
    ListSendersCommand, v1::RemoveSenderRequest, v1::GetPolicyRequest, v1::SetPolicyRequest,
    v1::PreviewPolicyRequest, RotateCommand, v1::ListStepsRequest, ApplyCommand,
    ImportOpenDkimCommand, DnsCheckCommand, v1::GenerateKeyRequest, v1::AdoptKeyRequest,
    v1::ActivateKeyRequest, v1::ListKeysRequest, v1::GetKeyRequest, v1::RetireKeyRequest,
    v1::RevokeKeyRequest, v1::DestroyKeyRequest, v1::AddGrantRequest, v1::ListGrantsRequest,
    v1::RemoveGrantRequest, v1::ExplainGrantRequest, v1::AddGroupMembersRequest,
    v1::RemoveGroupMembersRequest, v1::ListGroupsRequest, v1::WhoAmIRequest, v1::GetStatusRequest,
    v1::ListTokensRequest, v1::GetTokenRequest, v1::AttestTokenRequest, v1::LogInTokenRequest,
    v1::CompromiseTokenRequest, v1::ConfirmBackupRequest, KeyReferenceCommand, DnsRecordCommand,
    SignCommand, SignDigestCommand, BenchCommand, AuditListCommand, AuditExportCommand,
    AuditVerifyCommand, AuditWhoSignedCommand, v1::ListCheckpointsRequest, v1::ListApprovalsRequest,
    v1::GetApprovalRequest, v1::ApproveRequestRequest, v1::RefuseRequestRequest, v1::GetRuleRequest,
    v1::SetRuleRequest>;

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_COMMAND_H_
