// One command's connection and where its answer goes.
#ifndef CLIENT_CLI_SESSION_H_
#define CLIENT_CLI_SESSION_H_

#include <memory>
#include <string>
#include <utility>

#include "client/cli/json.h"
#include "client/cli/run.h"
#include "client/lib/operator_client.h"
#include "proto/result.h"

namespace dkimkeeper {

// From the words of the command line. `servers` is split at commas.
[[nodiscard]] ClientOptions ToClientOptions(const GlobalOptions& globals, const Command& command);

class Session {
 public:
  // `around` must outlive this. `client` is null for a command that asks no server.
  Session(std::unique_ptr<OperatorClient> client, bool json, const Surroundings& around)
      : client_(std::move(client)), json_(json), around_(around) {}

  [[nodiscard]] OperatorClient& server() { return *client_; }
  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] const Surroundings& around() const { return around_; }
  [[nodiscard]] std::int64_t now_ms() const { return around_.now_ms(); }

  // One document for programs, or text for people.
  [[nodiscard]] Outcome Print(const Json& document, const std::string& text);
  // The same text for both. INTERNAL when standard output does not take it.
  [[nodiscard]] Outcome Print(const std::string& text);

 private:
  std::unique_ptr<OperatorClient> client_;
  bool json_;
  const Surroundings& around_;
};

// One overload for each command; errors are the server's.
[[nodiscard]] Outcome Run(Session& session, const v1::AddDomainRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListDomainsRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetDomainRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::RemoveDomainRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::PlaceDomainRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::PauseDomainRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ResumeDomainRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetPolicyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::SetPolicyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::PreviewPolicyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const RotateCommand& command);
[[nodiscard]] Outcome Run(Session& session, const v1::ListStepsRequest& request);
[[nodiscard]] Outcome Run(Session& session, const ApplyCommand& command);
[[nodiscard]] Outcome Run(Session& session, const ImportOpenDkimCommand& command);
[[nodiscard]] Outcome Run(Session& session, const v1::AddSenderRequest& request);
[[nodiscard]] Outcome Run(Session& session, const ListSendersCommand& command);
[[nodiscard]] Outcome Run(Session& session, const v1::RemoveSenderRequest& request);
[[nodiscard]] Outcome Run(Session& session, const DnsRecordCommand& command);
[[nodiscard]] Outcome Run(Session& session, const DnsCheckCommand& command);
[[nodiscard]] Outcome Run(Session& session, const v1::GenerateKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::AdoptKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ActivateKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListKeysRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const KeyReferenceCommand& command);
[[nodiscard]] Outcome Run(Session& session, const v1::RetireKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::RevokeKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::DestroyKeyRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::AddGrantRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListGrantsRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::RemoveGrantRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ExplainGrantRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::AddGroupMembersRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::RemoveGroupMembersRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListGroupsRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListApprovalsRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetApprovalRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ApproveRequestRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::RefuseRequestRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetRuleRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::SetRuleRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::WhoAmIRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetStatusRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListCheckpointsRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ListTokensRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::GetTokenRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::AttestTokenRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::LogInTokenRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::CompromiseTokenRequest& request);
[[nodiscard]] Outcome Run(Session& session, const v1::ConfirmBackupRequest& request);
[[nodiscard]] Outcome Run(Session& session, const SignCommand& command);
[[nodiscard]] Outcome Run(Session& session, const SignDigestCommand& command);
[[nodiscard]] Outcome Run(Session& session, const BenchCommand& command);
// These ask no server.
[[nodiscard]] Outcome Run(Session& session, const AuditListCommand& command);
[[nodiscard]] Outcome Run(Session& session, const AuditExportCommand& command);
[[nodiscard]] Outcome Run(Session& session, const AuditVerifyCommand& command);
[[nodiscard]] Outcome Run(Session& session, const AuditWhoSignedCommand& command);

// `sign` at the socket of this host's agent, without a Session.
[[nodiscard]] Outcome SignWithAgent(const SignCommand& command, const Surroundings& around);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_SESSION_H_
