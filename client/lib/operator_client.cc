#include "client/lib/operator_client.h"

#include <utility>

#include "client/lib/channel_pace.h"
#include "client/lib/connected_client.h"
#include "client/lib/connection.h"
#include "client/lib/request_id.h"
#include "client/lib/signing_messages.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

template <typename Stub>
using StubOf = std::unique_ptr<Stub> Endpoint::*;
template <typename Stub, typename Request, typename Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

// A call that changes something.
template <typename Stub, typename Request, typename Response>
Result<Response> Change(Connection& connection, StubOf<Stub> stub,
                        Method<Stub, Request, Response> method, Request request) {
  if (request.request_id().empty()) {
    Result<std::string> id = NewRequestId();
    if (!id) return Forward(id);
    request.set_request_id(*std::move(id));
  }
  return connection.Unary(Repeat::kWhenAway, stub, method, request);
}

// A call that only reads.
template <typename Stub, typename Request, typename Response>
Result<Response> Ask(Connection& connection, StubOf<Stub> stub,
                     Method<Stub, Request, Response> method, const Request& request) {
  return connection.Unary(Repeat::kWhenAwayOrSlow, stub, method, request);
}

// All pages of a list. `rows` names the repeated field of a page.
template <typename Row, typename Stub, typename Request, typename Response>
Result<std::vector<Row>> AskAllPages(
    Connection& connection, StubOf<Stub> stub, Method<Stub, Request, Response> method,
    const google::protobuf::RepeatedPtrField<Row>& (Response::*rows)() const, Request request) {
  std::vector<Row> all;
  for (;;) {
    const Result<Response> page = Ask(connection, stub, method, request);
    if (!page) return Forward(page);
    all.insert(all.end(), ((*page).*rows)().begin(), ((*page).*rows)().end());
    if (page->next_page_token().empty()) return all;
    if (page->next_page_token() == request.page_token()) {
      return Fail(Code::kInternal, reason::kInternal,
                  "the server's list does not end; report this as a bug of the server");
    }
    request.set_page_token(page->next_page_token());
  }
}

template <typename T>
Outcome WithoutAnswer(const Result<T>& result) {
  if (!result) return Forward(result);
  return {};
}

}  // namespace

OperatorClient::OperatorClient(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)) {}

OperatorClient::~OperatorClient() = default;

Result<std::unique_ptr<OperatorClient>> OperatorClient::Connect(ClientOptions options) {
  auto connection = Connection::Open(std::move(options), ChannelPace());
  if (!connection) return Forward(connection);
  return std::unique_ptr<OperatorClient>(new OperatorClient(*std::move(connection)));
}

std::unique_ptr<Client> OperatorClient::ShareConnection() const { return MakeClient(connection_); }

Result<SigningKeys> OperatorClient::ListSigningKeys(const dkimkeeper::Domain& domain) {
  v1::ListSigningKeysRequest request;
  request.set_domain(domain.str());
  return Ask(*connection_, &Endpoint::signing, &v1::Signing::Stub::ListSigningKeys, request)
      .map([](const v1::ListSigningKeysResponse& list) { return FromMessage(list); });
}

Result<v1::Domain> OperatorClient::AddDomain(v1::AddDomainRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::AddDomain,
                std::move(request));
}

Result<v1::Domain> OperatorClient::GetDomain(const v1::GetDomainRequest& request) {
  return Ask(*connection_, &Endpoint::domains, &v1::Domains::Stub::GetDomain, request);
}

Result<std::vector<v1::Domain>> OperatorClient::ListDomains(v1::ListDomainsRequest request) {
  return AskAllPages<v1::Domain>(*connection_, &Endpoint::domains, &v1::Domains::Stub::ListDomains,
                                 &v1::ListDomainsResponse::domains, std::move(request));
}

Outcome OperatorClient::RemoveDomain(v1::RemoveDomainRequest request) {
  return WithoutAnswer(Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::RemoveDomain,
                              std::move(request)));
}

Result<v1::Domain> OperatorClient::AddSender(v1::AddSenderRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::AddSender,
                std::move(request));
}

Result<v1::Domain> OperatorClient::RemoveSender(v1::RemoveSenderRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::RemoveSender,
                std::move(request));
}

Result<v1::Domain> OperatorClient::PlaceDomain(v1::PlaceDomainRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::PlaceDomain,
                std::move(request));
}

Result<v1::Domain> OperatorClient::PauseDomain(v1::PauseDomainRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::PauseDomain,
                std::move(request));
}

Result<v1::Domain> OperatorClient::ResumeDomain(v1::ResumeDomainRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::ResumeDomain,
                std::move(request));
}

Result<v1::Policy> OperatorClient::GetPolicy(const v1::GetPolicyRequest& request) {
  return Ask(*connection_, &Endpoint::domains, &v1::Domains::Stub::GetPolicy, request);
}

Result<v1::Policy> OperatorClient::SetPolicy(v1::SetPolicyRequest request) {
  return Change(*connection_, &Endpoint::domains, &v1::Domains::Stub::SetPolicy,
                std::move(request));
}

Result<v1::PreviewPolicyResponse> OperatorClient::PreviewPolicy(
    const v1::PreviewPolicyRequest& request) {
  return Ask(*connection_, &Endpoint::domains, &v1::Domains::Stub::PreviewPolicy, request);
}

Result<v1::Key> OperatorClient::GenerateKey(v1::GenerateKeyRequest request) {
  return Change(*connection_, &Endpoint::keys, &v1::Keys::Stub::GenerateKey, std::move(request));
}

Result<v1::Key> OperatorClient::AdoptKey(v1::AdoptKeyRequest request) {
  return Change(*connection_, &Endpoint::keys, &v1::Keys::Stub::AdoptKey, std::move(request));
}

Result<v1::Key> OperatorClient::ActivateKey(v1::ActivateKeyRequest request) {
  return Change(*connection_, &Endpoint::keys, &v1::Keys::Stub::ActivateKey, std::move(request));
}

Result<v1::Key> OperatorClient::RetireKey(v1::RetireKeyRequest request) {
  return Change(*connection_, &Endpoint::keys, &v1::Keys::Stub::RetireKey, std::move(request));
}

Result<v1::Key> OperatorClient::RevokeKey(v1::RevokeKeyRequest request) {
  return Change(*connection_, &Endpoint::keys, &v1::Keys::Stub::RevokeKey, std::move(request));
}

Result<v1::Key> OperatorClient::DestroyKey(v1::DestroyKeyRequest request) {
  return Change(*connection_, &Endpoint::keys, &v1::Keys::Stub::DestroyKey, std::move(request));
}

Result<v1::Key> OperatorClient::GetKey(const v1::GetKeyRequest& request) {
  return Ask(*connection_, &Endpoint::keys, &v1::Keys::Stub::GetKey, request);
}

Result<std::vector<v1::Key>> OperatorClient::ListKeys(v1::ListKeysRequest request) {
  return AskAllPages<v1::Key>(*connection_, &Endpoint::keys, &v1::Keys::Stub::ListKeys,
                              &v1::ListKeysResponse::keys, std::move(request));
}

Result<v1::RotateKeysResponse> OperatorClient::RotateKeys(v1::RotateKeysRequest request) {
  return Change(*connection_, &Endpoint::rotation, &v1::Rotation::Stub::RotateKeys,
                std::move(request));
}

Result<std::vector<v1::Step>> OperatorClient::ListSteps(v1::ListStepsRequest request) {
  return AskAllPages<v1::Step>(*connection_, &Endpoint::rotation, &v1::Rotation::Stub::ListSteps,
                               &v1::ListStepsResponse::steps, std::move(request));
}

// Slow because DNS is: another server would not be faster.
Result<v1::RecordCheck> OperatorClient::CheckRecord(const v1::CheckRecordRequest& request) {
  return connection_->Unary(Repeat::kWhenAway, &Endpoint::dns, &v1::Dns::Stub::CheckRecord,
                            request);
}

Result<v1::RecordCheck> OperatorClient::GetCheck(const v1::GetCheckRequest& request) {
  return Ask(*connection_, &Endpoint::dns, &v1::Dns::Stub::GetCheck, request);
}

Result<v1::WhoAmIResponse> OperatorClient::WhoAmI() {
  return Ask(*connection_, &Endpoint::access, &v1::Access::Stub::WhoAmI, v1::WhoAmIRequest());
}

Result<v1::Grant> OperatorClient::AddGrant(v1::AddGrantRequest request) {
  return Change(*connection_, &Endpoint::access, &v1::Access::Stub::AddGrant, std::move(request));
}

Result<v1::RemoveGrantResponse> OperatorClient::RemoveGrant(v1::RemoveGrantRequest request) {
  return Change(*connection_, &Endpoint::access, &v1::Access::Stub::RemoveGrant,
                std::move(request));
}

Result<std::vector<v1::Grant>> OperatorClient::ListGrants(v1::ListGrantsRequest request) {
  return AskAllPages<v1::Grant>(*connection_, &Endpoint::access, &v1::Access::Stub::ListGrants,
                                &v1::ListGrantsResponse::grants, std::move(request));
}

Result<v1::ExplainGrantResponse> OperatorClient::ExplainGrant(
    const v1::ExplainGrantRequest& request) {
  return Ask(*connection_, &Endpoint::access, &v1::Access::Stub::ExplainGrant, request);
}

Result<v1::AddGroupMembersResponse> OperatorClient::AddGroupMembers(
    v1::AddGroupMembersRequest request) {
  return Change(*connection_, &Endpoint::access, &v1::Access::Stub::AddGroupMembers,
                std::move(request));
}

Result<v1::RemoveGroupMembersResponse> OperatorClient::RemoveGroupMembers(
    v1::RemoveGroupMembersRequest request) {
  return Change(*connection_, &Endpoint::access, &v1::Access::Stub::RemoveGroupMembers,
                std::move(request));
}

Result<v1::ListGroupsResponse> OperatorClient::ListGroups(const v1::ListGroupsRequest& request) {
  return Ask(*connection_, &Endpoint::access, &v1::Access::Stub::ListGroups, request);
}

Result<v1::GetStatusResponse> OperatorClient::GetStatus() {
  return Ask(*connection_, &Endpoint::status, &v1::Status::Stub::GetStatus, v1::GetStatusRequest());
}

Result<v1::ListCheckpointsResponse> OperatorClient::ListCheckpoints(
    const v1::ListCheckpointsRequest& request) {
  return Ask(*connection_, &Endpoint::status, &v1::Status::Stub::ListCheckpoints, request);
}

Result<v1::GetActivityResponse> OperatorClient::GetActivity() {
  return Ask(*connection_, &Endpoint::status, &v1::Status::Stub::GetActivity,
             v1::GetActivityRequest());
}

Result<v1::ListTokensResponse> OperatorClient::ListTokens() {
  return Ask(*connection_, &Endpoint::tokens, &v1::Tokens::Stub::ListTokens,
             v1::ListTokensRequest());
}

Result<v1::Token> OperatorClient::GetToken(const v1::GetTokenRequest& request) {
  return Ask(*connection_, &Endpoint::tokens, &v1::Tokens::Stub::GetToken, request);
}

Result<std::vector<v1::AttestedKey>> OperatorClient::AttestToken(v1::AttestTokenRequest request) {
  return AskAllPages<v1::AttestedKey>(*connection_, &Endpoint::tokens,
                                      &v1::Tokens::Stub::AttestToken,
                                      &v1::AttestTokenResponse::keys, std::move(request));
}

Result<v1::Token> OperatorClient::LogInToken(v1::LogInTokenRequest request) {
  return Change(*connection_, &Endpoint::tokens, &v1::Tokens::Stub::LogInToken, std::move(request));
}

Result<v1::CompromiseTokenResponse> OperatorClient::CompromiseToken(
    v1::CompromiseTokenRequest request) {
  return Change(*connection_, &Endpoint::tokens, &v1::Tokens::Stub::CompromiseToken,
                std::move(request));
}

Result<v1::Token> OperatorClient::ConfirmBackup(v1::ConfirmBackupRequest request) {
  return Change(*connection_, &Endpoint::tokens, &v1::Tokens::Stub::ConfirmBackup,
                std::move(request));
}

Result<v1::ListApprovalsResponse> OperatorClient::ListApprovals(
    const v1::ListApprovalsRequest& request) {
  return Ask(*connection_, &Endpoint::approvals, &v1::Approvals::Stub::ListApprovals, request);
}

Result<v1::Approval> OperatorClient::GetApproval(const v1::GetApprovalRequest& request) {
  return Ask(*connection_, &Endpoint::approvals, &v1::Approvals::Stub::GetApproval, request);
}

Result<v1::Approval> OperatorClient::ApproveRequest(v1::ApproveRequestRequest request) {
  return Change(*connection_, &Endpoint::approvals, &v1::Approvals::Stub::ApproveRequest,
                std::move(request));
}

Result<v1::Approval> OperatorClient::RefuseRequest(v1::RefuseRequestRequest request) {
  return Change(*connection_, &Endpoint::approvals, &v1::Approvals::Stub::RefuseRequest,
                std::move(request));
}

Result<v1::Rule> OperatorClient::GetRule(const v1::GetRuleRequest& request) {
  return Ask(*connection_, &Endpoint::approvals, &v1::Approvals::Stub::GetRule, request);
}

Result<v1::Rule> OperatorClient::SetRule(v1::SetRuleRequest request) {
  return Change(*connection_, &Endpoint::approvals, &v1::Approvals::Stub::SetRule,
                std::move(request));
}

}  // namespace dkimkeeper
