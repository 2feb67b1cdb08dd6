#include "dkimkeeper/client.h"

#include <mutex>
#include <utility>

#include "client/lib/channel_pace.h"
#include "client/lib/connected_client.h"
#include "client/lib/connection.h"
#include "client/lib/digest_batch.h"
#include "client/lib/key_watch.h"
#include "client/lib/signing_messages.h"

namespace dkimkeeper {
namespace {

class ConnectedClient : public Client {
 public:
  explicit ConnectedClient(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    const ClientOptions& options = connection_->options();
    return SignInBatches(*connection_, items, {options.deadline, options.note});
  }

  Result<std::string> SignDigest(const DigestToSign& item, const CallOptions& call) override {
    return std::move(SignInBatches(*connection_, {&item, 1}, call).front());
  }

  Result<SigningKeys> ListSigningKeys() override {
    return connection_
        ->Unary(Repeat::kWhenAwayOrSlow, &Endpoint::signing, &v1::Signing::Stub::ListSigningKeys,
                v1::ListSigningKeysRequest())
        .map([](const v1::ListSigningKeysResponse& list) { return FromMessage(list); });
  }

  Result<SigningKeys> ListSigningKeysOf(const Domain& domain,
                                        std::chrono::milliseconds deadline) override {
    v1::ListSigningKeysRequest request;
    request.set_domain(domain.str());
    return connection_
        ->Unary(Repeat::kWhenAwayOrSlow, deadline, &Endpoint::signing,
                &v1::Signing::Stub::ListSigningKeys, request)
        .map([](const v1::ListSigningKeysResponse& list) { return FromMessage(list); });
  }

  Outcome AcknowledgeKeys(std::uint64_t generation) override {
    v1::AcknowledgeKeysRequest request;
    request.set_generation(generation);
    return connection_
        ->Unary(Repeat::kWhenAwayOrSlow, &Endpoint::signing, &v1::Signing::Stub::AcknowledgeKeys,
                request)
        .map([](const v1::AcknowledgeKeysResponse&) {});
  }

  Result<std::shared_ptr<const SigningKeys>> WatchedSigningKeys() override {
    std::call_once(watching_, [this] {
      watch_ = std::make_unique<KeyWatch>(*connection_, connection_->pace());
    });
    return watch_->Newest(connection_->options().deadline);
  }

 private:
  std::shared_ptr<Connection> connection_;
  std::once_flag watching_;
  std::unique_ptr<KeyWatch> watch_;  // after connection_: it ends first
};

}  // namespace

std::unique_ptr<Client> MakeClient(std::shared_ptr<Connection> connection) {
  return std::make_unique<ConnectedClient>(std::move(connection));
}

Result<std::unique_ptr<Client>> Client::Connect(ClientOptions options) {
  return Connection::Open(std::move(options), ChannelPace()).map(MakeClient);
}

}  // namespace dkimkeeper
