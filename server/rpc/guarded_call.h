// Which calls the two-person rule is about, and what each is about.
#ifndef SERVER_RPC_GUARDED_CALL_H_
#define SERVER_RPC_GUARDED_CALL_H_

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/approval/act.h"
#include "server/lifecycle/policy.h"
#include "server/store/registry.h"

namespace dkimkeeper {

// What the message itself tells: false where no picture would make an act of it, as of stopping a
// key.
[[nodiscard]] bool MayBeGuarded(const google::protobuf::Message& request);

// The act that `request` is; nothing: none, or nothing that can be read, which its call refuses.
[[nodiscard]] std::optional<GuardedAct> ActOf(const View& view, const Policy& policy,
                                              const google::protobuf::Message& request);

// The verb that the act needs.
[[nodiscard]] Verb VerbFor(GuardedAct act);

struct LookedAt {
  Scope scope;       // where the verb is needed
  std::string seen;  // a digest of what the act is about, as it is in the picture
};
// For who may ask for it or approve it. NO_GRANT, and what is not found.
[[nodiscard]] Result<LookedAt> LookAt(const View& view, const Caller& caller,
                                      const ApprovalRule& rule,
                                      const google::protobuf::Message& request);

// The message of a method, "Keys.DestroyKey", with `request_id`. INTERNAL/STORE_DAMAGED where the
// API has no such method, or it cannot be read.
[[nodiscard]] Result<std::unique_ptr<google::protobuf::Message>> ReadRequest(
    const std::string& method, const std::string& parameters, const std::string& request_id);
[[nodiscard]] std::string RequestIdOf(const google::protobuf::Message& request);
// Serialised, without its request_id.
[[nodiscard]] std::string ParametersOf(const google::protobuf::Message& request);
// For people, without its request_id.
[[nodiscard]] std::string ParametersText(const google::protobuf::Message& request);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_GUARDED_CALL_H_
