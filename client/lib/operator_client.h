// What operators do: domains, policies, keys, rotation, DNS, tokens, access, status. For the
// command line; not installed.
#ifndef CLIENT_LIB_OPERATOR_CLIENT_H_
#define CLIENT_LIB_OPERATOR_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "dkimkeeper/client.h"
#include "dkimkeeper/v1/access.pb.h"
#include "dkimkeeper/v1/approvals.pb.h"
#include "dkimkeeper/v1/dns.pb.h"
#include "dkimkeeper/v1/domains.pb.h"
#include "dkimkeeper/v1/keys.pb.h"
#include "dkimkeeper/v1/rotation.pb.h"
#include "dkimkeeper/v1/status.pb.h"
#include "dkimkeeper/v1/tokens.pb.h"
#include "proto/dkim/domain.h"
#include "proto/result.h"

namespace dkimkeeper {

class Connection;

// One connection, kept. Thread-safe. Errors are the server's, or UNAVAILABLE/SERVER_AWAY and
// DEADLINE_EXCEEDED/DEADLINE as Client has them.
//
// A change without a request id gets a new one, and is repeated with it when the server goes away:
// it happens once. Lists are read to their end.
class OperatorClient {
 public:
  // Errors as Client::Connect.
  [[nodiscard]] static Result<std::unique_ptr<OperatorClient>> Connect(ClientOptions options);

  ~OperatorClient();

  // A Client on the same connection, which it keeps open.
  [[nodiscard]] std::unique_ptr<Client> ShareConnection() const;

  // As Client::ListSigningKeys, of one domain: an unknown domain or a missing right is an error.
  [[nodiscard]] Result<SigningKeys> ListSigningKeys(const dkimkeeper::Domain& domain);

  [[nodiscard]] Result<v1::Domain> AddDomain(v1::AddDomainRequest request);
  [[nodiscard]] Result<v1::Domain> GetDomain(const v1::GetDomainRequest& request);
  [[nodiscard]] Result<std::vector<v1::Domain>> ListDomains(v1::ListDomainsRequest request);
  [[nodiscard]] Outcome RemoveDomain(v1::RemoveDomainRequest request);
  [[nodiscard]] Result<v1::Domain> AddSender(v1::AddSenderRequest request);
  [[nodiscard]] Result<v1::Domain> RemoveSender(v1::RemoveSenderRequest request);
  [[nodiscard]] Result<v1::Domain> PlaceDomain(v1::PlaceDomainRequest request);
  [[nodiscard]] Result<v1::Domain> PauseDomain(v1::PauseDomainRequest request);
  [[nodiscard]] Result<v1::Domain> ResumeDomain(v1::ResumeDomainRequest request);

  [[nodiscard]] Result<v1::Policy> GetPolicy(const v1::GetPolicyRequest& request);
  [[nodiscard]] Result<v1::Policy> SetPolicy(v1::SetPolicyRequest request);
  [[nodiscard]] Result<v1::PreviewPolicyResponse> PreviewPolicy(
      const v1::PreviewPolicyRequest& request);

  [[nodiscard]] Result<v1::Key> GenerateKey(v1::GenerateKeyRequest request);
  [[nodiscard]] Result<v1::Key> AdoptKey(v1::AdoptKeyRequest request);
  [[nodiscard]] Result<v1::Key> ActivateKey(v1::ActivateKeyRequest request);
  [[nodiscard]] Result<v1::Key> RetireKey(v1::RetireKeyRequest request);
  [[nodiscard]] Result<v1::Key> RevokeKey(v1::RevokeKeyRequest request);
  [[nodiscard]] Result<v1::Key> DestroyKey(v1::DestroyKeyRequest request);
  [[nodiscard]] Result<v1::Key> GetKey(const v1::GetKeyRequest& request);
  [[nodiscard]] Result<std::vector<v1::Key>> ListKeys(v1::ListKeysRequest request);

  [[nodiscard]] Result<v1::RotateKeysResponse> RotateKeys(v1::RotateKeysRequest request);
  [[nodiscard]] Result<std::vector<v1::Step>> ListSteps(v1::ListStepsRequest request);

  [[nodiscard]] Result<v1::RecordCheck> CheckRecord(const v1::CheckRecordRequest& request);
  [[nodiscard]] Result<v1::RecordCheck> GetCheck(const v1::GetCheckRequest& request);

  [[nodiscard]] Result<v1::WhoAmIResponse> WhoAmI();
  [[nodiscard]] Result<v1::Grant> AddGrant(v1::AddGrantRequest request);
  [[nodiscard]] Result<v1::RemoveGrantResponse> RemoveGrant(v1::RemoveGrantRequest request);
  [[nodiscard]] Result<std::vector<v1::Grant>> ListGrants(v1::ListGrantsRequest request);
  [[nodiscard]] Result<v1::ExplainGrantResponse> ExplainGrant(
      const v1::ExplainGrantRequest& request);
  [[nodiscard]] Result<v1::AddGroupMembersResponse> AddGroupMembers(
      v1::AddGroupMembersRequest request);
  [[nodiscard]] Result<v1::RemoveGroupMembersResponse> RemoveGroupMembers(
      v1::RemoveGroupMembersRequest request);
  [[nodiscard]] Result<v1::ListGroupsResponse> ListGroups(const v1::ListGroupsRequest& request);

  [[nodiscard]] Result<v1::GetStatusResponse> GetStatus();
  [[nodiscard]] Result<v1::ListCheckpointsResponse> ListCheckpoints(
      const v1::ListCheckpointsRequest& request);
  [[nodiscard]] Result<v1::GetActivityResponse> GetActivity();

  [[nodiscard]] Result<v1::ListTokensResponse> ListTokens();
  [[nodiscard]] Result<v1::Token> GetToken(const v1::GetTokenRequest& request);
  [[nodiscard]] Result<std::vector<v1::AttestedKey>> AttestToken(v1::AttestTokenRequest request);
  [[nodiscard]] Result<v1::Token> LogInToken(v1::LogInTokenRequest request);
  [[nodiscard]] Result<v1::CompromiseTokenResponse> CompromiseToken(
      v1::CompromiseTokenRequest request);
  [[nodiscard]] Result<v1::Token> ConfirmBackup(v1::ConfirmBackupRequest request);

  [[nodiscard]] Result<v1::ListApprovalsResponse> ListApprovals(
      const v1::ListApprovalsRequest& request);
  [[nodiscard]] Result<v1::Approval> GetApproval(const v1::GetApprovalRequest& request);
  [[nodiscard]] Result<v1::Approval> ApproveRequest(v1::ApproveRequestRequest request);
  [[nodiscard]] Result<v1::Approval> RefuseRequest(v1::RefuseRequestRequest request);
  [[nodiscard]] Result<v1::Rule> GetRule(const v1::GetRuleRequest& request);
  [[nodiscard]] Result<v1::Rule> SetRule(v1::SetRuleRequest request);

 private:
  explicit OperatorClient(std::shared_ptr<Connection> connection);

  std::shared_ptr<Connection> connection_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_LIB_OPERATOR_CLIENT_H_
