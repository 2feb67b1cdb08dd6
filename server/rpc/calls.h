// What every unary call does the same way: who is it, answer now or later, count it, record it.
#ifndef SERVER_RPC_CALLS_H_
#define SERVER_RPC_CALLS_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/clock.h"
#include "proto/result.h"
#include "server/access/activity.h"
#include "server/access/caller.h"
#include "server/audit/audit_log.h"
#include "server/base/metrics.h"
#include "server/base/work_queue.h"
#include "server/rpc/caller.h"

namespace dkimkeeper {

class ApprovalGate;

// Thread-safe; holds no state of its own. All must outlive this.
//
// On record is the end of each call that is no signature, by its method's name: of management calls
// always, of those for mail hosts (Signing.…) where they are refused. A call that carries a
// request_id changes something. It is on record before it begins ("asked"), and is answered when
// its end is; where the log cannot be written it is refused: UNAVAILABLE/AUDIT_UNWRITABLE.
class Calls {
 public:
  Calls(const CallerSource& callers, const ApprovalGate& approvals, Metrics& metrics,
        Activity& activity, AuditLog& audit, const Clock& clock)
      : callers_(callers),
        approvals_(approvals),
        metrics_(metrics),
        activity_(activity),
        audit_(audit),
        clock_(clock) {}

  // As CallerSource::Identify.
  [[nodiscard]] Result<Caller> WhoCalls(const grpc::CallbackServerContext& context) const;
  // As CallerSource.
  [[nodiscard]] Subscription WhenRulesChange(std::function<void()> callback) const {
    return callers_.WhenRulesChange(std::move(callback));
  }

  // Answers with an outcome that is there. `method` is a literal: "Signing.SignDigest".
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, std::string_view method,
                                   const Outcome& outcome) const;

  // What a call does for its caller; fills its response.
  using Work = std::function<Outcome(const Caller& caller)>;

  // Does `work` here: it must not block.
  grpc::ServerUnaryReactor* AnswerNow(grpc::CallbackServerContext* context, std::string_view method,
                                      const Work& work) const;

  // Does `work` on `queue`, which must outlive the call, because it blocks on the store or the
  // token; refuses at once when the queue does.
  grpc::ServerUnaryReactor* AnswerLater(grpc::CallbackServerContext* context,
                                        std::string_view method, WorkQueue& queue, Work work) const;

  // The same for a call that may need two persons (server/rpc/approval_gate.h).
  grpc::ServerUnaryReactor* AnswerGuarded(grpc::CallbackServerContext* context,
                                          std::string_view method, WorkQueue& queue,
                                          const google::protobuf::Message& request,
                                          Work work) const;

  // Ends a call that was begun with `context->DefaultReactor()`, and is on record already.
  void Finish(grpc::ServerUnaryReactor& reactor, std::string_view method,
              const Outcome& outcome) const;

  // Records a stream that is refused, or ended because its right is gone.
  void Refuse(std::string_view method, const Result<Caller>& caller, const Error& error) const;

  // Counts the end of a call that is not unary.
  void Count(std::string_view method, const grpc::Status& status) const;

 private:
  // A call under way, as far as its record needs it.
  struct Begun {
    std::string_view method;
    std::string identity;  // empty: nobody knows
    std::chrono::steady_clock::time_point at;
  };

  [[nodiscard]] Begun BeginBy(std::string_view method, const Result<Caller>& caller) const;
  [[nodiscard]] AuditEntry EntryOf(const Begun& begun, std::string_view result,
                                   std::string detail) const;
  [[nodiscard]] AuditEntry EndOf(const Begun& begun, const Outcome& outcome) const;
  // Records it, and counts it where it failed.
  void Record(const Begun& begun, const Outcome& outcome) const;
  void Count(const Begun& begun, const Outcome& outcome) const;
  // Records the end, then answers.
  void End(grpc::ServerUnaryReactor& reactor, const Begun& begun, const Outcome& outcome) const;
  // The same, and answers when the record is on the disk, or cannot be written.
  void EndChange(grpc::ServerUnaryReactor& reactor, const Begun& begun,
                 const Outcome& outcome) const;
  void Change(grpc::ServerUnaryReactor& reactor, const Begun& begun, const Caller& caller,
              WorkQueue& queue, const Work& work) const;

  const CallerSource& callers_;
  const ApprovalGate& approvals_;
  Metrics& metrics_;
  Activity& activity_;
  AuditLog& audit_;
  const Clock& clock_;
};

}  // namespace dkimkeeper

#endif  // SERVER_RPC_CALLS_H_
