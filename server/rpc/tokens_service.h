// dkimkeeper.v1.Tokens: decode, call, encode.
#ifndef SERVER_RPC_TOKENS_SERVICE_H_
#define SERVER_RPC_TOKENS_SERVICE_H_

#include <string>
#include <string_view>

#include "dkimkeeper/v1/tokens.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rotation/desk.h"
#include "server/rotation/outlook.h"
#include "server/rpc/calls.h"
#include "server/store/registry.h"
#include "server/tokens/tokens.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. What asks a token runs among its acts, changes on `changes`.
class TokensService final : public v1::Tokens::CallbackService {
 public:
  struct Parts {
    const Calls& calls;
    Registry& registry;
    const Tokens& tokens;
    Journal& journal;
    const Outlook& outlook;
    RotationDesk& desk;
    WorkQueue& changes;
    const Clock& clock;
  };
  explicit TokensService(const Parts& parts) : parts_(parts) {}  // all must outlive this

  grpc::ServerUnaryReactor* ListTokens(grpc::CallbackServerContext* context,
                                       const v1::ListTokensRequest* request,
                                       v1::ListTokensResponse* response) override;
  grpc::ServerUnaryReactor* GetToken(grpc::CallbackServerContext* context,
                                     const v1::GetTokenRequest* request,
                                     v1::Token* response) override;
  grpc::ServerUnaryReactor* AttestToken(grpc::CallbackServerContext* context,
                                        const v1::AttestTokenRequest* request,
                                        v1::AttestTokenResponse* response) override;
  grpc::ServerUnaryReactor* LogInToken(grpc::CallbackServerContext* context,
                                       const v1::LogInTokenRequest* request,
                                       v1::Token* response) override;
  grpc::ServerUnaryReactor* CompromiseToken(grpc::CallbackServerContext* context,
                                            const v1::CompromiseTokenRequest* request,
                                            v1::CompromiseTokenResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmBackup(grpc::CallbackServerContext* context,
                                          const v1::ConfirmBackupRequest* request,
                                          v1::Token* response) override;

 private:
  // Commits and writes down; `act` is the journal's name of it.
  [[nodiscard]] Result<Updated> Change(std::string_view act, const Mutation& mutation,
                                       const std::string& token,
                                       const Registry::Decide& decide) const;
  [[nodiscard]] Outcome Show(const std::string& token, v1::Token& response) const;

  [[nodiscard]] Outcome List(const Caller& caller, v1::ListTokensResponse& response) const;
  [[nodiscard]] Outcome Get(const Caller& caller, const v1::GetTokenRequest& request,
                            v1::Token& response) const;
  [[nodiscard]] Outcome Attest(const v1::AttestTokenRequest& request, const ServedToken& served,
                               v1::AttestTokenResponse& response) const;
  [[nodiscard]] Outcome LogIn(const Caller& caller, const v1::LogInTokenRequest& request,
                              v1::Token& response) const;
  [[nodiscard]] Outcome Compromise(const Caller& caller, const v1::CompromiseTokenRequest& request,
                                   v1::CompromiseTokenResponse& response) const;
  [[nodiscard]] Outcome Confirm(const Caller& caller, const v1::ConfirmBackupRequest& request,
                                v1::Token& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_TOKENS_SERVICE_H_
