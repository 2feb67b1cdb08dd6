#include "tests/fakes/fake_api_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace dkimkeeper {
namespace {

// How often a watch looks whether its client went away.
constexpr std::chrono::milliseconds kLook{5};

template <typename Request, typename Response>
grpc::Status Run(const Handler<Request, Response>& handler, const Request* request,
                 Response* response) {
  if (!handler) return {grpc::StatusCode::UNIMPLEMENTED, "the test has no handler for this"};
  return handler(*request, response);
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::ServerCredentials> Credentials(const std::optional<FakeServerTls>& tls) {
  if (!tls) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = Contents(tls->ca_file);
  options.pem_key_cert_pairs.push_back({Contents(tls->key_file), Contents(tls->cert_file)});
  return grpc::SslServerCredentials(options);
}

class SigningService : public v1::Signing::Service {
 public:
  explicit SigningService(FakeApi& api) : api_(api) {}

  grpc::Status ListSigningKeys(grpc::ServerContext* /*context*/,
                               const v1::ListSigningKeysRequest* request,
                               v1::ListSigningKeysResponse* response) override {
    return Run(api_.list_signing_keys, request, response);
  }
  grpc::Status WatchSigningKeys(grpc::ServerContext* context,
                                const v1::WatchSigningKeysRequest* request,
                                grpc::ServerWriter<v1::ListSigningKeysResponse>* writer) override {
    return api_.feed.Serve(*context, *request, *writer);
  }
  grpc::Status SignDigests(grpc::ServerContext* /*context*/, const v1::SignDigestsRequest* request,
                           v1::SignDigestsResponse* response) override {
    return Run(api_.sign_digests, request, response);
  }
  grpc::Status SignHeaders(grpc::ServerContext* /*context*/, const v1::SignHeadersRequest* request,
                           v1::SignDigestResponse* response) override {
    return Run(api_.sign_headers, request, response);
  }
  grpc::Status AcknowledgeKeys(grpc::ServerContext* /*context*/,
                               const v1::AcknowledgeKeysRequest* request,
                               v1::AcknowledgeKeysResponse* response) override {
    return Run(api_.acknowledge_keys, request, response);
  }

 private:
  FakeApi& api_;
};

class DomainsService : public v1::Domains::Service {
 public:
  explicit DomainsService(FakeApi& api) : api_(api) {}

  grpc::Status AddDomain(grpc::ServerContext* /*context*/, const v1::AddDomainRequest* request,
                         v1::Domain* response) override {
    return Run(api_.add_domain, request, response);
  }
  grpc::Status ListDomains(grpc::ServerContext* /*context*/, const v1::ListDomainsRequest* request,
                           v1::ListDomainsResponse* response) override {
    return Run(api_.list_domains, request, response);
  }
  grpc::Status PlaceDomain(grpc::ServerContext* /*context*/, const v1::PlaceDomainRequest* request,
                           v1::Domain* response) override {
    return Run(api_.place_domain, request, response);
  }
  grpc::Status RemoveDomain(grpc::ServerContext* /*context*/,
                            const v1::RemoveDomainRequest* request,
                            v1::RemoveDomainResponse* response) override {
    return Run(api_.remove_domain, request, response);
  }
  grpc::Status AddSender(grpc::ServerContext* /*context*/, const v1::AddSenderRequest* request,
                         v1::Domain* response) override {
    return Run(api_.add_sender, request, response);
  }
  grpc::Status RemoveSender(grpc::ServerContext* /*context*/,
                            const v1::RemoveSenderRequest* request, v1::Domain* response) override {
    return Run(api_.remove_sender, request, response);
  }
  grpc::Status PauseDomain(grpc::ServerContext* /*context*/, const v1::PauseDomainRequest* request,
                           v1::Domain* response) override {
    return Run(api_.pause_domain, request, response);
  }
  grpc::Status ResumeDomain(grpc::ServerContext* /*context*/,
                            const v1::ResumeDomainRequest* request, v1::Domain* response) override {
    return Run(api_.resume_domain, request, response);
  }
  grpc::Status GetPolicy(grpc::ServerContext* /*context*/, const v1::GetPolicyRequest* request,
                         v1::Policy* response) override {
    return Run(api_.get_policy, request, response);
  }
  grpc::Status SetPolicy(grpc::ServerContext* /*context*/, const v1::SetPolicyRequest* request,
                         v1::Policy* response) override {
    return Run(api_.set_policy, request, response);
  }
  grpc::Status PreviewPolicy(grpc::ServerContext* /*context*/,
                             const v1::PreviewPolicyRequest* request,
                             v1::PreviewPolicyResponse* response) override {
    return Run(api_.preview_policy, request, response);
  }

 private:
  FakeApi& api_;
};

class KeysService : public v1::Keys::Service {
 public:
  explicit KeysService(FakeApi& api) : api_(api) {}

  grpc::Status GenerateKey(grpc::ServerContext* /*context*/, const v1::GenerateKeyRequest* request,
                           v1::Key* response) override {
    return Run(api_.generate_key, request, response);
  }
  grpc::Status GetKey(grpc::ServerContext* /*context*/, const v1::GetKeyRequest* request,
                      v1::Key* response) override {
    return Run(api_.get_key, request, response);
  }
  grpc::Status ListKeys(grpc::ServerContext* /*context*/, const v1::ListKeysRequest* request,
                        v1::ListKeysResponse* response) override {
    return Run(api_.list_keys, request, response);
  }
  grpc::Status RevokeKey(grpc::ServerContext* /*context*/, const v1::RevokeKeyRequest* request,
                         v1::Key* response) override {
    return Run(api_.revoke_key, request, response);
  }

 private:
  FakeApi& api_;
};

class AccessService : public v1::Access::Service {
 public:
  explicit AccessService(FakeApi& api) : api_(api) {}

  grpc::Status WhoAmI(grpc::ServerContext* context, const v1::WhoAmIRequest* /*request*/,
                      v1::WhoAmIResponse* response) override {
    const auto uris = context->auth_context()->FindPropertyValues("peer_uri");
    response->set_identity("unix:test");
    if (!uris.empty()) {
      response->set_identity("uri:" + std::string(uris.front().data(), uris.front().size()));
    }
    return grpc::Status::OK;
  }
  grpc::Status AddGrant(grpc::ServerContext* /*context*/, const v1::AddGrantRequest* request,
                        v1::Grant* response) override {
    return Run(api_.add_grant, request, response);
  }
  grpc::Status RemoveGrant(grpc::ServerContext* /*context*/, const v1::RemoveGrantRequest* request,
                           v1::RemoveGrantResponse* response) override {
    return Run(api_.remove_grant, request, response);
  }
  grpc::Status ListGrants(grpc::ServerContext* /*context*/, const v1::ListGrantsRequest* request,
                          v1::ListGrantsResponse* response) override {
    return Run(api_.list_grants, request, response);
  }

 private:
  FakeApi& api_;
};

class RotationService : public v1::Rotation::Service {
 public:
  explicit RotationService(FakeApi& api) : api_(api) {}

  grpc::Status RotateKeys(grpc::ServerContext* /*context*/, const v1::RotateKeysRequest* request,
                          v1::RotateKeysResponse* response) override {
    return Run(api_.rotate_keys, request, response);
  }
  grpc::Status ListSteps(grpc::ServerContext* /*context*/, const v1::ListStepsRequest* request,
                         v1::ListStepsResponse* response) override {
    return Run(api_.list_steps, request, response);
  }

 private:
  FakeApi& api_;
};

class DnsService : public v1::Dns::Service {
 public:
  explicit DnsService(FakeApi& api) : api_(api) {}

  grpc::Status CheckRecord(grpc::ServerContext* /*context*/, const v1::CheckRecordRequest* request,
                           v1::RecordCheck* response) override {
    return Run(api_.check_record, request, response);
  }
  grpc::Status GetCheck(grpc::ServerContext* /*context*/, const v1::GetCheckRequest* request,
                        v1::RecordCheck* response) override {
    return Run(api_.get_check, request, response);
  }

 private:
  FakeApi& api_;
};

class StatusService : public v1::Status::Service {
 public:
  explicit StatusService(FakeApi& api) : api_(api) {}

  grpc::Status GetStatus(grpc::ServerContext* /*context*/, const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override {
    return Run(api_.get_status, request, response);
  }
  grpc::Status GetActivity(grpc::ServerContext* /*context*/,
                           const v1::GetActivityRequest* /*request*/,
                           v1::GetActivityResponse* /*response*/) override {
    return grpc::Status::OK;  // nobody was here
  }

 private:
  FakeApi& api_;
};

class TokensService : public v1::Tokens::Service {
 public:
  explicit TokensService(FakeApi& api) : api_(api) {}

  grpc::Status ListTokens(grpc::ServerContext* /*context*/, const v1::ListTokensRequest* request,
                          v1::ListTokensResponse* response) override {
    return Run(api_.list_tokens, request, response);
  }
  grpc::Status AttestToken(grpc::ServerContext* /*context*/, const v1::AttestTokenRequest* request,
                           v1::AttestTokenResponse* response) override {
    return Run(api_.attest_token, request, response);
  }
  grpc::Status LogInToken(grpc::ServerContext* /*context*/, const v1::LogInTokenRequest* request,
                          v1::Token* response) override {
    return Run(api_.log_in_token, request, response);
  }
  grpc::Status CompromiseToken(grpc::ServerContext* /*context*/,
                               const v1::CompromiseTokenRequest* request,
                               v1::CompromiseTokenResponse* response) override {
    return Run(api_.compromise_token, request, response);
  }
  grpc::Status ConfirmBackup(grpc::ServerContext* /*context*/,
                             const v1::ConfirmBackupRequest* request,
                             v1::Token* response) override {
    return Run(api_.confirm_backup, request, response);
  }

 private:
  FakeApi& api_;
};

}  // namespace

grpc::Status FailedCall(grpc::StatusCode code, const std::string& reason,
                        const std::string& message) {
  v1::ErrorDetail detail;
  detail.set_reason(reason);
  return {code, message, detail.SerializeAsString()};
}

void FakeKeyFeed::Publish(const v1::ListSigningKeysResponse& list) {
  const std::lock_guard lock(mutex_);
  newest_ = list;
  changed_.notify_all();
}

std::vector<std::uint64_t> FakeKeyFeed::Resumed() {
  const std::lock_guard lock(mutex_);
  return resumed_;
}

void FakeKeyFeed::WaitForEnded(int count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ >= count; });
}

grpc::Status FakeKeyFeed::Serve(grpc::ServerContext& context,
                                const v1::WatchSigningKeysRequest& request,
                                grpc::ServerWriter<v1::ListSigningKeysResponse>& writer) {
  std::unique_lock lock(mutex_);
  resumed_.push_back(request.after_generation());
  std::uint64_t sent = request.after_generation();
  while (!context.IsCancelled()) {
    if (newest_.generation() != sent) {
      sent = newest_.generation();
      if (!writer.Write(newest_)) break;
    }
    changed_.wait_for(lock, kLook, [&] { return newest_.generation() != sent; });
  }
  ++ended_;
  changed_.notify_all();
  return grpc::Status::CANCELLED;
}

struct FakeApiServer::Services {
  explicit Services(FakeApi& api)
      : signing(api),
        domains(api),
        keys(api),
        access(api),
        status(api),
        tokens(api),
        rotation(api),
        dns(api) {}
  SigningService signing;
  DomainsService domains;
  KeysService keys;
  AccessService access;
  StatusService status;
  TokensService tokens;
  RotationService rotation;
  DnsService dns;
};

FakeApiServer::FakeApiServer(FakeApi& api, const std::string& address,
                             const std::optional<FakeServerTls>& tls,
                             std::chrono::milliseconds connection_age)
    : services_(std::make_unique<Services>(api)), address_(address) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, Credentials(tls), &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  if (connection_age.count() > 0) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                               static_cast<int>(connection_age.count()));
  }
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &services_->signing, &services_->domains, &services_->keys, &services_->access,
           &services_->status, &services_->tokens, &services_->rotation, &services_->dns}) {
    builder.RegisterService(service);
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) std::abort();
  if (address.ends_with(":0")) address_.replace(address.size() - 1, 1, std::to_string(port));
}

FakeApiServer::~FakeApiServer() {
  server_->Shutdown(gpr_time_0(GPR_CLOCK_MONOTONIC));
  server_->Wait();
}

}  // namespace dkimkeeper
