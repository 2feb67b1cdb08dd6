// The gRPC API with answers from a test: for faults that a real server cannot be told to have.
#ifndef TESTS_FAKES_FAKE_API_SERVER_H_
#define TESTS_FAKES_FAKE_API_SERVER_H_

#include <grpcpp/server.h>
#include <grpcpp/support/status.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dkimkeeper/v1/access.grpc.pb.h"
#include "dkimkeeper/v1/dns.grpc.pb.h"
#include "dkimkeeper/v1/domains.grpc.pb.h"
#include "dkimkeeper/v1/keys.grpc.pb.h"
#include "dkimkeeper/v1/rotation.grpc.pb.h"
#include "dkimkeeper/v1/signing.grpc.pb.h"
#include "dkimkeeper/v1/status.grpc.pb.h"
#include "dkimkeeper/v1/tokens.grpc.pb.h"

namespace dkimkeeper {

// A status with the detail that servers send.
[[nodiscard]] grpc::Status FailedCall(grpc::StatusCode code, const std::string& reason,
                                      const std::string& message);

// What the watch sends: whole lists, the newest only. Thread-safe.
class FakeKeyFeed {
 public:
  // Sends `list` to whoever watches, and first to whoever comes.
  void Publish(const v1::ListSigningKeysResponse& list);

  // The generations that watchers asked to resume from, in order of arrival.
  [[nodiscard]] std::vector<std::uint64_t> Resumed();

  // Blocks until `count` watches have ended.
  void WaitForEnded(int count);

  grpc::Status Serve(grpc::ServerContext& context, const v1::WatchSigningKeysRequest& request,
                     grpc::ServerWriter<v1::ListSigningKeysResponse>& writer);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  v1::ListSigningKeysResponse newest_;
  std::vector<std::uint64_t> resumed_;
  int ended_ = 0;
};

template <typename Request, typename Response>
using Handler = std::function<grpc::Status(const Request&, Response*)>;

// Handlers, run on the server's threads; set them before the server starts. A call without one is
// UNIMPLEMENTED.
struct FakeApi {
  Handler<v1::ListSigningKeysRequest, v1::ListSigningKeysResponse> list_signing_keys;
  Handler<v1::SignDigestsRequest, v1::SignDigestsResponse> sign_digests;
  Handler<v1::SignHeadersRequest, v1::SignDigestResponse> sign_headers;
  Handler<v1::AcknowledgeKeysRequest, v1::AcknowledgeKeysResponse> acknowledge_keys;
  Handler<v1::AddDomainRequest, v1::Domain> add_domain;
  Handler<v1::ListDomainsRequest, v1::ListDomainsResponse> list_domains;
  Handler<v1::GenerateKeyRequest, v1::Key> generate_key;
  Handler<v1::GetKeyRequest, v1::Key> get_key;
  Handler<v1::ListKeysRequest, v1::ListKeysResponse> list_keys;
  Handler<v1::GetStatusRequest, v1::GetStatusResponse> get_status;
  Handler<v1::PlaceDomainRequest, v1::Domain> place_domain;
  Handler<v1::ListTokensRequest, v1::ListTokensResponse> list_tokens;
  Handler<v1::AttestTokenRequest, v1::AttestTokenResponse> attest_token;
  Handler<v1::LogInTokenRequest, v1::Token> log_in_token;
  Handler<v1::CompromiseTokenRequest, v1::CompromiseTokenResponse> compromise_token;
  Handler<v1::ConfirmBackupRequest, v1::Token> confirm_backup;
  Handler<v1::RemoveDomainRequest, v1::RemoveDomainResponse> remove_domain;
  Handler<v1::AddSenderRequest, v1::Domain> add_sender;
  Handler<v1::RemoveSenderRequest, v1::Domain> remove_sender;
  Handler<v1::PauseDomainRequest, v1::Domain> pause_domain;
  Handler<v1::ResumeDomainRequest, v1::Domain> resume_domain;
  Handler<v1::GetPolicyRequest, v1::Policy> get_policy;
  Handler<v1::SetPolicyRequest, v1::Policy> set_policy;
  Handler<v1::PreviewPolicyRequest, v1::PreviewPolicyResponse> preview_policy;
  Handler<v1::RevokeKeyRequest, v1::Key> revoke_key;
  Handler<v1::RotateKeysRequest, v1::RotateKeysResponse> rotate_keys;
  Handler<v1::ListStepsRequest, v1::ListStepsResponse> list_steps;
  Handler<v1::CheckRecordRequest, v1::RecordCheck> check_record;
  Handler<v1::GetCheckRequest, v1::RecordCheck> get_check;
  Handler<v1::AddGrantRequest, v1::Grant> add_grant;
  Handler<v1::RemoveGrantRequest, v1::RemoveGrantResponse> remove_grant;
  Handler<v1::ListGrantsRequest, v1::ListGrantsResponse> list_grants;
  FakeKeyFeed feed;
  // WhoAmI answers the URI name of the client's certificate, or "unix:test" without one.
};

struct FakeServerTls {
  std::string ca_file, cert_file, key_file;
};

class FakeApiServer {
 public:
  // Starts at once; aborts when it cannot. `address` is "unix:/path" or "host:port", port 0 for any
  // free one. `api` must outlive this. `connection_age` closes connections after so long.
  FakeApiServer(FakeApi& api, const std::string& address,
                const std::optional<FakeServerTls>& tls = std::nullopt,
                std::chrono::milliseconds connection_age = {});
  FakeApiServer(const FakeApiServer&) = delete;
  FakeApiServer& operator=(const FakeApiServer&) = delete;
  ~FakeApiServer();  // cancels calls that are still running

  // "host:port" with the port in use, or the address given.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  struct Services;
  std::unique_ptr<Services> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_FAKE_API_SERVER_H_
