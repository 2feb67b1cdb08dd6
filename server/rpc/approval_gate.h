// Where calls under the two-person rule are held until another administrator approves them.
#ifndef SERVER_RPC_APPROVAL_GATE_H_
#define SERVER_RPC_APPROVAL_GATE_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "proto/base/clock.h"
#include "server/lifecycle/journal.h"
#include "server/rotation/outlook.h"
#include "server/store/approval_store.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// Thread-safe: no state of its own.
class ApprovalGate {
 public:
  struct Parts {
    Registry& registry;
    ApprovalStore& store;
    const Outlook& outlook;
    Journal& journal;
    const Clock& clock;
    // The configuration of this host sets the rule aside; each act that goes by is on record.
    bool break_glass = false;
  };
  explicit ApprovalGate(const Parts& parts) : parts_(parts) {}  // all must outlive this

  // Lets a call go on that needs one person only. Another one is recorded with its parameters:
  // FAILED_PRECONDITION/APPROVAL_REQUIRED names its id; the same call again is the same approval,
  // or APPROVAL_CLOSED. PERMISSION_DENIED/SOCKET_IDENTITY, APPROVALS_FULL; who may not do it, or
  // asks for what is not there, hears that at once. Blocks on the store.
  [[nodiscard]] Outcome Pass(const Caller& caller, std::string_view method,
                             const google::protobuf::Message& request) const;

 private:
  [[nodiscard]] Outcome Hold(const Caller& caller, std::string_view method,
                             const google::protobuf::Message& request, GuardedAct act,
                             const ApprovalRule& rule) const;

  const Parts parts_;
};

// What the journal says of it.
[[nodiscard]] Subject SubjectOf(const Approval& approval);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_APPROVAL_GATE_H_
