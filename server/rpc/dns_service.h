// dkimkeeper.v1.Dns: decode, call, encode.
#ifndef SERVER_RPC_DNS_SERVICE_H_
#define SERVER_RPC_DNS_SERVICE_H_

#include <functional>
#include <string>
#include <string_view>

#include "dkimkeeper/v1/dns.grpc.pb.h"
#include "proto/base/clock.h"
#include "server/lifecycle/key_decisions.h"
#include "server/rotation/desk.h"
#include "server/rotation/outlook.h"
#include "server/rpc/calls.h"
#include "server/store/key_store.h"

namespace dkimkeeper {

// Thread-safe: no state of its own. Everything runs on `looks`, where DNS and the store may block.
class DnsService final : public v1::Dns::CallbackService {
 public:
  // A stored check (server/dns/check_text.h). Thread-safe.
  using ReadCheck = std::function<Result<RecordCheck>(std::string_view text)>;
  struct Parts {
    const Calls& calls;
    const Registry& registry;
    const Outlook& outlook;
    RotationDesk& desk;
    KeyStore& store;
    ReadCheck read_check;
    WorkQueue& looks;
    const Clock& clock;
  };
  explicit DnsService(Parts parts) : parts_(std::move(parts)) {}  // all must outlive this

  grpc::ServerUnaryReactor* CheckRecord(grpc::CallbackServerContext* context,
                                        const v1::CheckRecordRequest* request,
                                        v1::RecordCheck* response) override;
  grpc::ServerUnaryReactor* GetCheck(grpc::CallbackServerContext* context,
                                     const v1::GetCheckRequest* request,
                                     v1::RecordCheck* response) override;

 private:
  // The key, when `caller` may see it. NO_GRANT, KEY_UNKNOWN.
  [[nodiscard]] Result<KeyPtr> Find(const Caller& caller, const std::string& domain,
                                    const std::string& selector) const;
  [[nodiscard]] Outcome Check(const Caller& caller, const v1::CheckRecordRequest& request,
                              v1::RecordCheck& response) const;
  [[nodiscard]] Outcome Get(const Caller& caller, const v1::GetCheckRequest& request,
                            v1::RecordCheck& response) const;
  void Show(const Key& key, const RecordCheck& check, v1::RecordCheck& response) const;

  const Parts parts_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_DNS_SERVICE_H_
