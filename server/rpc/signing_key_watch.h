// One caller's watch of its signing keys.
#ifndef SERVER_RPC_SIGNING_KEY_WATCH_H_
#define SERVER_RPC_SIGNING_KEY_WATCH_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <functional>
#include <mutex>

#include "dkimkeeper/v1/signing.pb.h"
#include "proto/base/clock.h"
#include "server/base/subscription.h"
#include "server/rpc/calls.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Writes the caller's list whenever it changed, whole, one write at a time: a slow reader skips
// what was replaced meanwhile. Once a caller who had a right to sign has none any more, it ends
// with PERMISSION_DENIED/NO_GRANT; one who never had any waits for it. It ends with
// UNAUTHENTICATED where the certificate is refused from now on. Owns itself: gRPC's OnDone
// deletes it.
class SigningKeyWatch final : public grpc::ServerWriteReactor<v1::ListSigningKeysResponse> {
 public:
  struct Parts {
    Registry& registry;
    Published<bool>& stopping;  // true: the server shuts down
    const Clock& clock;
    const Calls& calls;
  };
  // All must outlive the call; `context` is its own. `after_generation` as in
  // WatchSigningKeysRequest.
  SigningKeyWatch(const Parts& parts, const grpc::CallbackServerContext& context, Caller caller,
                  std::uint64_t after_generation);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  void Advance();
  // What to write next is in message_ if it is true. Once the right is lost, `lost` is set.
  [[nodiscard]] bool NextLocked(bool& lost);
  // False: it was ended before.
  [[nodiscard]] bool MarkEnded(const grpc::Status& status);
  void End(const grpc::Status& status);
  // The right to it is gone: on record, too.
  void Refuse(const Error& error);

  const Parts parts_;
  const grpc::CallbackServerContext& context_;
  const Caller caller_;

  std::mutex mutex_;
  std::uint64_t sent_generation_;
  bool first_;
  bool writing_ = false;
  bool ended_ = false;
  bool may_sign_ = false;
  Timestamp looked_at_;
  grpc::Status status_;
  v1::ListSigningKeysResponse message_;  // what is being written, else what was

  // Last, so that they end first.
  Subscription on_change_;
  Subscription on_stop_;
  Subscription on_rules_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_SIGNING_KEY_WATCH_H_
